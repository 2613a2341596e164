import { once } from "node:events"
import { fork } from "node:child_process"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { Effect, Exit, Fiber } from "effect"
import pg from "pg"
import { beforeAll, describe, expect, test } from "vitest"
import { CommandLog } from "../../../engine/service/ports/driven/command-log.ts"
import { startEmbeddedPostgres } from "../../../infra/local/embedded-postgres.ts"
import { temporaryFolder } from "../../../infra/local/testing/temporary-folder.ts"
import { embeddedLogLayer } from "./embedded-log.ts"
import { commandLogContract, onLog, positionsFrom, takeAll } from "../../../property-tests/models/command-log-contract.ts"

const { folder, keep } = await temporaryFolder()
const dataDir = join(folder, "postgres")
let url = ""
let areas = 0
const area = (): string => `area-${++areas}`
const layer = () => embeddedLogLayer({ connectionString: url })

beforeAll(async () => {
  url = keep(await startEmbeddedPostgres({ dataDir })).url
  await query(await readFile(new URL("../migrations/0001-journal.sql", import.meta.url), "utf8"))
})

const query = async (text: string, values: unknown[] = []): Promise<pg.QueryResult> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await (values.length === 0 ? client.query(text) : client.query(text, values))
  } finally {
    await client.end()
  }
}

/** A process of its own that appends `count` records "name:index" one after the other. */
const startWriter = (here: string, name: string, count: number) =>
  fork(new URL("./testing/writer.ts", import.meta.url), [url, here, name, String(count)], { stdio: "inherit" })

commandLogContract("embedded log", { layer, area, runs: 25 })

describe("writers in processes of their own", () => {
  test("eight of them with 500 appends each lose nothing, and a reader meanwhile sees every position once, in order", async () => {
    const here = area()
    const program = Effect.gen(function* () {
      const reader = yield* (yield* CommandLog).read(here, 0)
      const reading = yield* Effect.forkChild(takeAll(reader, 4_000))
      const ends = yield* Effect.promise(() => Promise.all(positionsFrom(0, 8).map((name) => once(startWriter(here, `w${name}`, 500), "exit"))))
      expect(ends.map(([code]) => code)).toEqual(Array(8).fill(0))
      return yield* Fiber.join(reading)
    })
    const records = await onLog(layer(), Effect.scoped(program))
    expect(records.map(({ position }) => position)).toEqual(positionsFrom(0, 4_000))
    const texts = records.map(({ bytes }) => Buffer.from(bytes).toString())
    for (const writer of positionsFrom(0, 8)) {
      expect(texts.filter((text) => text.startsWith(`w${writer}:`))).toEqual(positionsFrom(0, 500).map((index) => `w${writer}:${index}`))
    }
  })

  test("one that is killed mid-way leaves no gap", async () => {
    const here = area()
    for (const name of ["a", "b", "c"]) {
      const writer = startWriter(here, name, 1_000_000)
      const ended = once(writer, "exit")
      while ((await query("select 1 from command_log where area = $1 and position >= 300", [here])).rowCount === 0) await sleep(20)
      writer.kill("SIGKILL")
      await ended
    }
    const { rows } = await query("select count(*)::int as count, max(position)::int as last from command_log where area = $1", [here])
    const { rows: heads } = await query("select next_position::int as next from command_log_head where area = $1", [here])
    expect(rows[0].count).toBe(rows[0].last + 1)
    expect(heads[0].next).toBe(rows[0].count)
  })
})

/** Connections whose last word was LISTEN. */
const listening = async (): Promise<number> => (await query("select 1 from pg_stat_activity where query ilike 'listen %'")).rowCount ?? 0

describe("a database that goes and comes", () => {
  test("refuses appends meanwhile; the reader goes on by itself, and LISTEN too", async () => {
    const here = area()
    const program = Effect.gen(function* () {
      const log = yield* CommandLog
      const reader = yield* log.read(here, 0)
      yield* log.append(here, [Buffer.from("before")])
      expect(yield* takeAll(reader, 1)).toHaveLength(1)
      const waiting = yield* Effect.forkChild(takeAll(reader, 1))
      const server = yield* Effect.promise(() => startEmbeddedPostgres({ dataDir }))
      yield* Effect.promise(() => server.stop())
      expect(Exit.isFailure(yield* Effect.exit(log.append(here, [Buffer.from("lost")])))).toBe(true)
      yield* Effect.sleep(1_500)
      keep(yield* Effect.promise(() => startEmbeddedPostgres({ dataDir })))
      yield* log.append(here, [Buffer.from("after")])
      const [after] = yield* Fiber.join(waiting)
      while ((yield* Effect.promise(listening)) === 0) yield* Effect.sleep(50)
      return after
    })
    expect(await onLog(layer(), Effect.scoped(program))).toMatchObject({ position: 1, bytes: Buffer.from("after") })
  })

  test("whose absence outlasts the reader's patience fails the take, and the next take goes on", async () => {
    const here = area()
    const program = Effect.gen(function* () {
      const log = yield* CommandLog
      const reader = yield* log.read(here, 0)
      yield* log.append(here, [Buffer.from("before")])
      const server = yield* Effect.promise(() => startEmbeddedPostgres({ dataDir }))
      yield* Effect.promise(() => server.stop())
      expect(yield* Effect.flip(reader.take(1))).toMatchObject({ _tag: "LogUnavailable", area: here })
      keep(yield* Effect.promise(() => startEmbeddedPostgres({ dataDir })))
      return yield* takeAll(reader, 1)
    })
    const records = await onLog(embeddedLogLayer({ connectionString: url, readerPatience: 500 }), Effect.scoped(program))
    expect(records).toMatchObject([{ position: 0 }])
  })
})

describe("forgetting", () => {
  test("deletes below a position; a reader that wants what is gone hears of it at once", async () => {
    const here = area()
    const program = Effect.gen(function* () {
      const log = yield* CommandLog
      const reader = yield* log.read(here, 0)
      yield* log.append(here, positionsFrom(0, 10).map((index) => Buffer.from([index])))
      yield* reader.forgetBelow(4)
      const jump = yield* (yield* log.read(here, 2)).take(1)
      yield* reader.forgetBelow(10)
      const gone = yield* Effect.flip((yield* log.read(here, 7)).take(1))
      yield* log.append(here, [Buffer.from("next")])
      return [jump[0]?.position, String(gone.cause), (yield* (yield* log.read(here, 10)).take(5))[0]?.position] as const
    })
    const [jump, gone, next] = await onLog(layer(), Effect.scoped(program))
    expect(jump).toBe(4)
    expect(gone).toContain("holds nothing from position 7")
    expect(next).toBe(10)
  })
})
