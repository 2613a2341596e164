import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Figures } from "../../adapters/cli/report/figures.ts"
import { startKafka } from "../../infra/local/kafka.ts"
import { isAlive, type PartRecord } from "../../infra/local/process-record.ts"
import { removeDataFolder } from "./harness/data-folder.ts"
import { withDatabase } from "./harness/database.ts"
import { recordsOfTopic } from "./harness/kafka-records.ts"
import { emptyFolder, settle, spawnCommonwatt } from "./harness/market-process.ts"
import { referenceFigures } from "./harness/reference-run.ts"
import { demoArguments, periods } from "./harness/worlds.ts"

const folders: Array<string> = []
const newFolder = (name: string): string => {
  const folder = emptyFolder(name)
  folders.push(folder)
  return folder
}
afterAll(() => Promise.all(folders.map(removeDataFolder)))

const topic = "commonwatt.commands"
const args = [...demoArguments, "--profile", "full", "--no-chain"]

/** What a run leaves the same, whichever log and database it went through. */
const outcomeOf = (figures: Figures) => ({ ...figures, stateHash: "", chain: "", anchored: 0 })

/** Names of the journal's records by position, as SHA-256 of their bytes. */
const journaled = (data: string): Promise<ReadonlyArray<string>> =>
  withDatabase(data, "full", async (pool) => {
    const { rows } = await pool.query<{ position: number; hash: string }>("select position, encode(record_hash, 'hex') as hash from journal order by position")
    expect(rows.map(({ position }) => position)).toEqual(rows.map((_, index) => index))
    return rows.map(({ hash }) => hash)
  })

/** Names of the log's records by offset, read from the broker of a data folder. */
const logged = async (data: string): Promise<ReadonlyArray<string>> => {
  const kafka = await startKafka({ dataDir: join(data, "kafka") })
  try {
    const records = await recordsOfTopic(kafka.brokers, topic)
    return [...records].sort(([left], [right]) => left - right).map(([offset, value], index) => {
      expect(offset).toBe(index)
      return createHash("sha256").update(value).digest("hex")
    })
  } finally {
    await kafka.stop()
  }
}

describe("the full profile, with Apache Kafka and TimescaleDB", () => {
  let data: string
  let figures: Figures
  let reference: Figures

  beforeAll(async () => {
    reference = await referenceFigures()
    data = newFolder("full")
    figures = await settle(data, periods, args)
  })

  it("comes to the outcome of the embedded one", () => {
    expect(outcomeOf(figures)).toEqual(outcomeOf(reference))
  })

  it("keeps readings and interval values in hypertables", async () => {
    const hypertables = await withDatabase(data, "full", async (pool) => {
      const { rows } = await pool.query<{ name: string; chunks: number }>(
        `select h.hypertable_name as name, count(c.*) as chunks from timescaledb_information.hypertables h
         join timescaledb_information.chunks c using (hypertable_schema, hypertable_name) group by 1 order by 1`
      )
      return rows
    })
    expect(hypertables.map(({ name }) => name)).toEqual(["interval_value", "reading"])
    for (const { name, chunks } of hypertables) expect(chunks, name).toBeGreaterThan(0)
  })

  it("journals exactly what the log holds, each record at the position of its offset", async () => {
    const records = await journaled(data)
    expect(records.length).toBeGreaterThan(periods)
    expect(await logged(data)).toEqual(records)
  })
})

describe("a broker that is away", () => {
  it("stops the market: no trade happens; when it is back, the run goes on to the same outcome", async () => {
    const data = newFolder("broker-away")
    const market = spawnCommonwatt(["start", "--data", data, "--speed", "max", "--periods", String(periods), "--exit", "--json", ...args])
    let kafka: Awaited<ReturnType<typeof startKafka>> | undefined
    try {
      await market.says(/lockstep: market time .* \([2-5]\d %\)/)
      const { process: broker } = JSON.parse(readFileSync(join(data, "kafka", "record.json"), "utf8")) as PartRecord
      process.kill(broker!.pid, "SIGKILL")
      await market.says(/batches wait|the tick waits/)
      expect(isAlive(broker!)).toBe(false)
      const standing = (): Promise<{ trades: number; events: number; next: number; time: number }> =>
        withDatabase(data, "full", async (pool) => {
          const { rows } = await pool.query(
            `select (select count(*) from trade) as trades, (select count(*) from event) as events,
             next_position as next, market_time as time from area_head`
          )
          return rows[0]
        })
      const before = await standing()
      expect(before.trades).toBeGreaterThan(0)
      // Nothing to wait for when nothing may happen: long enough for dozens of steps of lockstep.
      await sleep(8_000)
      expect(await standing()).toEqual(before)

      kafka = await startKafka({ dataDir: join(data, "kafka") })
      const { code, stdout, stderr } = await market.ended
      expect(code, stderr).toBe(0)
      const figures = JSON.parse(stdout) as Figures
      expect(outcomeOf(figures)).toEqual(outcomeOf(await referenceFigures()))
    } finally {
      market.killGroup()
      await kafka?.stop()
    }
    const records = await journaled(data)
    const inLog = await logged(data)
    // A record whose fate was unknown may lie in the log behind the last one that was journaled, and nowhere else.
    expect(inLog.slice(0, records.length)).toEqual(records)
    expect(records).toEqual(expect.arrayContaining(inLog.slice(records.length)))
  })
})
