import type pg from "pg"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { gatherFigures, type Figures } from "../../adapters/cli/report/figures.ts"
import { readRecords } from "../../adapters/timescale/journal/read.ts"
import { makePool } from "../../adapters/timescale/pool.ts"
import { emptyState, stateHash } from "../../engine/core/state.ts"
import { step } from "../../engine/core/step.ts"
import { journaledRecord } from "../../engine/service/intake/check-record.ts"
import type { ReplayRecord } from "../../engine/service/ports/driven/journal.ts"
import { startEmbeddedPostgres } from "../../infra/local/embedded-postgres.ts"
import { join } from "node:path"
import { removeDataFolder } from "./harness/data-folder.ts"
import { emptyFolder, settle } from "./harness/market-process.ts"
import { referenceRun, type FinishedRun } from "./harness/reference-run.ts"
import { demoArguments, deriveWorld, periods, worldAndTimes } from "./harness/worlds.ts"

type Name = keyof Figures

/** A small change of a finished run, and the figures that must show it: these and no other. */
interface Mutant {
  readonly about: string
  readonly sql: ReadonlyArray<string>
  readonly shows: ReadonlyArray<Name>
  /** What a figure has to become, where the change says how much. */
  readonly becomes?: Partial<Figures>
}

/** One row of a table, chosen by an order that is the same every time. */
const one = (table: string, condition: string, order: string): string => `ctid = (select ctid from ${table} where ${condition} order by ${order} limit 1)`
const someInterval = "tableoid = (select tableoid from interval_value where energy_wh > 0 order by metering_point, period limit 1) and " + one("interval_value", "energy_wh > 0", "metering_point, period")
const somePeriod = one("delivery_period", "traded_wh > 0 and shared_wh > 0", "period")
const lateTrade = one("trade", "delivered_wh > 0", "trade_id desc")
const swapped = (table: string, column: string): ReadonlyArray<string> => [
  `update ${table} set ${column} = -1 where ${column} = 1`,
  `update ${table} set ${column} = 1 where ${column} = 2`,
  `update ${table} set ${column} = 2 where ${column} = -1`
]

const mutants: ReadonlyArray<Mutant> = [
  { about: "a reading is dropped", sql: [`delete from event where ${one("event", "kind = 'ReadingRecorded'", "position, index")}`], shows: ["readings"] },
  { about: "an interval value grows by one Wh", sql: [`update interval_value set energy_wh = energy_wh + 1 where ${someInterval}`], shows: ["energyErrorWh", "outcomeHash"], becomes: { energyErrorWh: 1 } },
  { about: "an interval value shrinks by one Wh", sql: [`update interval_value set energy_wh = energy_wh - 1 where ${someInterval}`], shows: ["energyErrorWh", "outcomeHash"], becomes: { energyErrorWh: 1 } },
  { about: "an interval value changes its quality", sql: [`update interval_value set quality = 'substitute' where ${someInterval}`], shows: ["outcomeHash"] },
  { about: "an interval value is dropped", sql: [`delete from interval_value where ${someInterval}`], shows: ["intervals", "energyErrorWh", "outcomeHash"] },
  { about: "two orders are swapped", sql: swapped("market_order", "order_id"), shows: ["outcomeHash"] },
  { about: "an order is dropped", sql: ["delete from market_order where order_id = 1"], shows: ["orders", "outcomeHash"] },
  { about: "an order asks for one micro-unit more", sql: ["update market_order set price = price + 1 where order_id = 1"], shows: ["outcomeHash"] },
  { about: "a trade is dropped", sql: [`delete from trade where ${lateTrade}`], shows: ["trades", "outcomeHash"] },
  { about: "two trades are swapped", sql: swapped("trade", "trade_id"), shows: ["outcomeHash"] },
  { about: "a trade delivers one Wh more", sql: [`update trade set delivered_wh = delivered_wh + 1 where ${lateTrade}`], shows: ["outcomeHash"] },
  { about: "one Wh more is traded", sql: [`update delivery_period set traded_wh = traded_wh + 1 where ${somePeriod}`], shows: ["energyTradedWh", "residualWh", "feedInWh"] },
  { about: "one Wh more is shared", sql: [`update delivery_period set shared_wh = shared_wh + 1 where ${somePeriod}`], shows: ["energySharedWh", "residualWh", "feedInWh"] },
  { about: "one Wh counts as traded, not as shared", sql: [`update delivery_period set traded_wh = traded_wh + 1, shared_wh = shared_wh - 1 where ${somePeriod}`], shows: ["energyTradedWh", "energySharedWh"] },
  { about: "one Wh more is withdrawn", sql: [`update delivery_period set withdrawn_wh = withdrawn_wh + 1 where ${somePeriod}`], shows: ["residualWh"] },
  { about: "one Wh more is injected", sql: [`update delivery_period set injected_wh = injected_wh + 1 where ${somePeriod}`], shows: ["feedInWh"] },
  { about: "a batch is dropped", sql: [`delete from batch where ${one("batch", "true", "log_position")}`], shows: ["batches", "anchored"] },
  { about: "a batch is only submitted", sql: [`update batch set status = 'submitted' where ${one("batch", "true", "log_position")}`], shows: ["anchored"] },
  { about: "a member is posted one nano more", sql: [`update posting set amount = amount + 1 where ${one("posting", "kind = 'market'", "run_id, line")}`], shows: ["moneyError", "outcomeHash"], becomes: { moneyError: 2 } },
  { about: "the supplier is posted one nano more", sql: [`update posting set amount = amount + 1 where ${one("posting", "holder = 'supplier'", "run_id, line")}`], shows: ["moneyError", "outcomeHash"], becomes: { moneyError: 1 } },
  { about: "one nano changes its holder within an entry", sql: [
    `update posting set amount = amount + 1 where ${one("posting", "kind = 'market' and amount > 0", "run_id, line")}`,
    `update posting set amount = amount - 1 where ${one("posting", "kind = 'market' and amount < 0", "run_id, line")}`
  ], shows: ["moneyError", "outcomeHash"], becomes: { moneyError: 2 } },
  { about: "two postings are swapped", sql: [
    `update posting set line = -1 where line = 1 and ${"run_id = (select min(run_id) from posting)"}`,
    "update posting set line = 1 where line = 2 and run_id = (select min(run_id) from posting)",
    "update posting set line = 2 where line = -1"
  ], shows: ["outcomeHash"] },
  { about: "a member has one nano more in escrow", sql: [`update escrow set amount = amount + 1 where ${one("escrow", "true", "member")}`], shows: ["moneyError"], becomes: { moneyError: 1 } },
  { about: "a deposit was one nano less", sql: [`update deposit set amount = amount - 1 where ${one("deposit", "true", "member")}`], shows: ["moneyError"], becomes: { moneyError: 1 } },
  { about: "a position moves one nano more", sql: [`update run_position set amount = amount + 1 where ${one("run_position", "true", "run_id, member")}`], shows: ["outcomeHash"] },
  { about: "a run is not recorded after all", sql: [`update run set position = null where ${one("run", "true", "position")}`], shows: ["moneyError", "outcomeHash"] },
  { about: "the state was another", sql: ["update area_head set state_hash = md5(state_hash)"], shows: ["stateHash"] },
  { about: "a later version of an interval value is one Wh more", sql: [
    `insert into interval_value select area, metering_point, period, version + 1, energy_wh + 1, quality, position from interval_value where ${someInterval}`
  ], shows: ["energyErrorWh", "outcomeHash"], becomes: { energyErrorWh: 1 } },
  // Not a part of the outcome: whoever signed, wherever it stood in a log, whatever the chain answered.
  { about: "keys, salts, signatures, log positions and receipts are others", sql: [
    "update vault.member_key set key = sha256(key)",
    "update journal set salt = sha256(salt), ciphertext = sha256(ciphertext), head_hash = sha256(head_hash)",
    "update receipt set position = position + 1000000, record_hash = sha256(record_hash)",
    "update interval_value set position = position + 1000000",
    "update market_order set position = position + 1000000, preference = sha256(preference)",
    "update trade set position = position + 1000000",
    "update batch set transaction = sha256(transaction), transaction_bytes = null, height = height + 1, log_head_hash = sha256(log_head_hash), log_position = log_position + 1000000",
    "update run set inputs_hash = sha256(inputs_hash), result_hash = sha256(result_hash)"
  ], shows: [] }
]

let run: FinishedRun
let pool: pg.Pool
let stop: () => Promise<void>
const folders: Array<string> = []
const { world, start, until } = worldAndTimes()

beforeAll(async () => {
  run = await referenceRun("figures")
  folders.push(run.data)
  const postgres = await startEmbeddedPostgres({ dataDir: join(run.data, "postgres") })
  pool = makePool(postgres.url)
  stop = async () => {
    await pool.end()
    await postgres.stop()
  }
})

afterAll(async () => {
  await stop?.()
  await Promise.all(folders.map(removeDataFolder))
})

/** Figures of the database as `client` sees it, inside a transaction of its own. */
const figuresOf = (client: pg.Pool | pg.PoolClient): Promise<Figures> => gatherFigures(client as pg.Pool, world, run.figures.chain, start, until)

/** The figures after a mutant, which is rolled back. */
const figuresAfter = async ({ sql }: Mutant): Promise<Figures> => {
  const client = await pool.connect()
  try {
    await client.query("begin")
    for (const statement of sql) expect((await client.query(statement)).rowCount, statement).toBeGreaterThan(0)
    return await figuresOf(client)
  } finally {
    await client.query("rollback")
    client.release()
  }
}

const namesThatDiffer = (left: Figures, right: Figures): Array<string> =>
  (Object.keys(left) as Array<Name>).filter((name) => left[name] !== right[name]).sort()

const readJournal = (): Promise<Array<ReplayRecord>> =>
  readRecords(pool, world.area, 0, 1_000_000, async (keyIds) => {
    const { rows } = await pool.query<{ key_id: number; key: Buffer }>("select key_id, key from vault.member_key where key_id = any($1::bigint[])", [keyIds])
    return new Map(rows.map(({ key_id, key }) => [key_id, key]))
  })

/** State hash after replay of records, each at the position where it stands in the list. */
const replay = (records: ReadonlyArray<ReplayRecord>): string => {
  const state = emptyState()
  for (const [position, { recordHash, verdict, bytes }] of records.entries()) step(state, journaledRecord(position, recordHash, verdict, bytes!))
  return stateHash(state)
}

describe("the figures of a finished run", () => {
  it("are what the run printed", async () => {
    expect(await figuresOf(pool)).toEqual(run.figures)
  })

  it("have a mutant each", () => {
    // `chain` is not in the database, and has a test of its own.
    const shown = new Set<string>(["chain", ...mutants.flatMap(({ shows }) => shows)])
    expect(Object.keys(run.figures).filter((name) => !shown.has(name))).toEqual([])
  })

  it.each(mutants)("show that $about", async (mutant) => {
    const figures = await figuresAfter(mutant)
    expect(namesThatDiffer(figures, run.figures)).toEqual([...mutant.shows].sort())
    expect(figures).toMatchObject(mutant.becomes ?? {})
  })

  it("say whether there is a chain", async () => {
    const figures = await gatherFigures(pool, world, "absent", start, until)
    expect(namesThatDiffer(figures, run.figures)).toEqual(["chain"])
  })

  it("hold the state hash of a replay, and of no replay with two records swapped, added or left out", async () => {
    const records = await readJournal()
    expect(replay(records)).toBe(run.figures.stateHash)
    const middle = Math.floor(records.length / 2)
    const swappedPair = [...records.slice(0, middle), records[middle + 1]!, records[middle]!, ...records.slice(middle + 2)]
    expect(replay(swappedPair)).not.toBe(run.figures.stateHash)
    expect(replay(records.slice(0, -1))).not.toBe(run.figures.stateHash)
    // A record that comes twice changes nothing in the market, but the state saw it.
    expect(replay([...records, records[middle]!])).not.toBe(run.figures.stateHash)
  })
})

describe("the same world under other keys", () => {
  it("comes to the same outcome, by another state", async () => {
    const data = emptyFolder("other-seed")
    folders.push(data)
    const file = deriveWorld(data, (world) => void (world.seed = "other keys for everybody"))
    const figures = await settle(data, periods, [...demoArguments, "--no-chain", "--world", file])
    expect(figures).toEqual({ ...run.figures, chain: "absent", anchored: 0, stateHash: figures.stateHash })
    expect(figures.stateHash).not.toBe(run.figures.stateHash)
  })
})
