import { Effect } from "effect"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type pg from "pg"
import { afterAll, beforeAll, expect, it } from "vitest"
import type { Event } from "../../../engine/core/event.ts"
import { localDayNamed } from "../../../engine/core/calendar/local-day.ts"
import { startEmbeddedPostgres } from "../../../infra/local/embedded-postgres.ts"
import { commitBatch } from "../journal/commit.ts"
import { migrate } from "../migrate.ts"
import { makePool } from "../pool.ts"
import { makeViews } from "./make-views.ts"

const day = localDayNamed("Europe/Vienna", "2016-06-15")!
const area = "hollow"
let folder: string
let server: Awaited<ReturnType<typeof startEmbeddedPostgres>>
let pool: pg.Pool

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "commonwatt-quality-"))
  server = await startEmbeddedPostgres({ dataDir: folder })
  pool = makePool(server.url, 4)
  pool.on("connect", (client) => client.on("error", () => {}))
  await migrate(pool)
  await pool.query("insert into area_head values ($1, 1, 0, $2, '', 0)", [area, Buffer.alloc(32)])
})

afterAll(async () => {
  await pool?.end()
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
})

let position = 0
const commit = async (...events: ReadonlyArray<Event>): Promise<void> => {
  const record = { position, hash: new Uint8Array(32).fill(position), verdict: "Accepted" as const, signer: new Uint8Array(32), nonce: 0, commands: [] }
  const entry = { record, bytes: new Uint8Array(1), subject: undefined, events, refused: 0, marketTime: 0 }
  const client = await pool.connect()
  expect(await commitBatch(client, { area, epoch: 1, entries: [entry], stateHash: "", marketTime: 0 }, new Map(), true)).toBe("Committed")
  client.release()
  position++
}
const answer = Effect.runPromise

it("late, missing, estimated, rejected with reason, clock drift: counted as the events say", async () => {
  const meteringPoint = "W-1"
  const { start } = day
  const value = (period: number, energyWh: number, quality: "measured" | "substitute" | "provisional", version = 1): Event => ({ kind: "IntervalValueRecorded", meteringPoint, period, energyWh, quality, version })
  await commit({ kind: "MeteringPointRegistered", meteringPoint, member: "ada", direction: "withdrawal" }, { kind: "MeteringPointRegistered", meteringPoint: "W-2", member: "ben", direction: "withdrawal" })
  await commit(
    value(start, 100, "measured"),
    value(start + 900, 70, "substitute"),
    { kind: "IntervalEstimated", meteringPoint, period: start + 900, version: 1, method: "like-day" },
    { kind: "ReadingRefused", meteringPoint, sequence: 3, status: "Late" },
    { kind: "ReadingRefused", meteringPoint, sequence: 4, status: "Late" },
    { kind: "SequenceGapFound", meteringPoint, from: 5, to: 9 },
    { kind: "ReadingFlagged", meteringPoint, time: start, flags: ["TornWords"], withheld: true },
    { kind: "ClockReported", meteringPoint, time: start, offset: -40 },
    { kind: "ClockReported", meteringPoint, time: start + 900, offset: 12 },
    { kind: "ReadingRecorded", meteringPoint, sequence: 10, time: start, registerWh: 5, powerW: 0 },
    { kind: "ReadingRecorded", meteringPoint, sequence: 11, time: start + 900, registerWh: 6, powerW: 0 },
    { kind: "ClockDoubted", gateway: "00", clock: "unsynchronised" },
    { kind: "SourceSet", meteringPoint, source: "official" },
    { kind: "SourceSet", meteringPoint, source: "device" }
  )
  await commit(
    value(start + 900, 80, "provisional", 2),
    { kind: "IntervalFlagged", meteringPoint, period: start + 900, version: 2, flags: ["Gap", "Stale"] },
    { kind: "IntervalFlagged", meteringPoint, period: start + 900, version: 2, flags: ["Gap"] },
    { kind: "ReadingRefused", meteringPoint, sequence: 10, status: "Late" },
    { kind: "MeteringPointRetired", meteringPoint, time: start + 86_400, who: "operator", why: "moved out" },
    { kind: "IntervalValueEdited", meteringPoint, period: start, beforeWh: 100, afterWh: 90, version: 2, who: "operator", why: "misread" },
    value(start, 90, "measured", 2)
  )
  const views = makeViews(pool)
  const [one, two] = await answer(views.dataQuality(area, day, start + 4 * 900))
  expect(one).toEqual({
    meteringPoint,
    member: "ada",
    direction: "withdrawal",
    source: "device",
    retiredAt: start + 86_400,
    lastReading: null,
    clockOffset: { time: start + 900, seconds: 12 },
    periods: { measured: 1, calculated: 0, provisional: 1, substitute: 0, missing: 0, absent: 2 },
    issues: [
      { category: "clock", reason: "unsynchronised", count: 2, lastPosition: 1 },
      { category: "estimated", reason: "like-day", count: 1, lastPosition: 1 },
      { category: "flag", reason: "Gap", count: 2, lastPosition: 2 },
      { category: "flag", reason: "Stale", count: 1, lastPosition: 2 },
      { category: "gap", reason: "SequenceGapFound", count: 5, lastPosition: 1 },
      { category: "refused", reason: "Late", count: 3, lastPosition: 2 },
      { category: "withheld", reason: "TornWords", count: 1, lastPosition: 1 }
    ]
  })
  expect(two).toMatchObject({ meteringPoint: "W-2", periods: { absent: 4 }, issues: [], clockOffset: null })
  const versions = await answer(views.intervalVersions(area, meteringPoint, day))
  expect(versions?.map(({ period, ...rest }) => ({ place: (period - start) / 900, ...rest }))).toEqual([
    { place: 0, version: 1, energyWh: 100, quality: "measured", flags: [], method: null, edit: null },
    { place: 0, version: 2, energyWh: 90, quality: "measured", flags: [], method: null, edit: { who: "operator", why: "misread" } },
    { place: 1, version: 1, energyWh: 70, quality: "substitute", flags: [], method: "like-day", edit: null },
    { place: 1, version: 2, energyWh: 80, quality: "provisional", flags: ["Gap", "Stale"], method: null, edit: null }
  ])
  expect(await answer(views.intervalVersions(area, "W-9", day))).toBeUndefined()
})
