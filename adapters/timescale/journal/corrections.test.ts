import { Effect } from "effect"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type pg from "pg"
import { afterAll, beforeAll, expect, it } from "vitest"
import type { Command } from "../../../engine/core/command.ts"
import { runRoot } from "../../../engine/core/proof/run-tree.ts"
import { settle } from "../../../engine/core/settle.ts"
import { startEmbeddedPostgres } from "../../../infra/local/embedded-postgres.ts"
import { eventsOf, open, recordDueRuns, send, type Play } from "../../../property-tests/arbitraries/play.ts"
import { fromOperator, programKey } from "../../../property-tests/arbitraries/record.ts"
import { smallWorld } from "../../../property-tests/arbitraries/world.ts"
import { migrate } from "../migrate.ts"
import { makePool } from "../pool.ts"
import { hash, insert } from "../views/fixture.ts"
import { makeViews } from "../views/make-views.ts"
import { commitBatch } from "./commit.ts"
import { readBalancesBefore, readEscrowMoves, readRunBefore } from "./escrow.ts"
import { readRun } from "./read-run.ts"
import { readRunInputs } from "./run-inputs.ts"
import { readRunPoints } from "./run-points.ts"
import { saveRun } from "./save-run.ts"

/** The journal of a market in which values changed behind a settled day: what it gives back is what the play remembers. */
const PERIOD = 900
/** The last period of 2016-03-31 in Vienna. */
const start = Date.UTC(2016, 2, 31, 21, 45) / 1000
const DAY = "2016-03-31"
const world = smallWorld({ start })
const live = open(world)
let folder: string
let server: Awaited<ReturnType<typeof startEmbeddedPostgres>>
let pool: pg.Pool

/** Ada injects 500, Ben and Cleo withdraw 300 each, in every period. */
const go = (play: Play, from: number, to: number): void => {
  for (let step = from; step <= to; step++) {
    for (const { meteringPoint, member, direction } of world.points) {
      const reading = { meteringPoint, sequence: step + 1, time: start + step * PERIOD, registerWh: step * (direction === "injection" ? 500 : 300), powerW: 0 }
      send(play, { signer: programKey(member), nonce: 0, commands: [{ kind: "SubmitReadings", previousBatch: new Uint8Array(), readings: [reading] }] })
    }
    recordDueRuns(world, play, send(play, fromOperator({ kind: "Tick", area: "area", time: start + step * PERIOD })))
  }
}
const edit = (meteringPoint: string, beforeVersion: number, beforeWh: number, afterWh: number): Command =>
  ({ kind: "EditIntervalValue", meteringPoint, period: start, beforeWh, beforeVersion, afterWh, quality: "substitute", who: "erika", why: "read at the meter" })
const official = (meteringPoint: string, energyWh: number): Command =>
  ({ kind: "ImportIntervalValues", meteringPoint, document: new Uint8Array(32).fill(0xab), who: "dso", values: [{ period: start, energyWh, quality: "measured" }] })

const journal = async (play: Play): Promise<void> => {
  const client = await pool.connect()
  await client.query("insert into area_head values ('area', 1, 0, $1, '', 0)", [Buffer.alloc(32)])
  for (const run of play.runs) await saveRun(client, "area", run, runRoot(run, () => new Uint8Array(32)))
  const all = play.records.map((record, position) => ({ record, bytes: new Uint8Array(1), subject: undefined, events: play.eventsByRecord[position]!, refused: 0, marketTime: 0 }))
  for (let from = 0; from < all.length; from += 256) {
    expect(await commitBatch(client, { area: "area", epoch: 1, entries: all.slice(from, from + 256), stateHash: "", marketTime: 0 }, new Map(), true)).toBe("Committed")
  }
  client.release()
}

beforeAll(async () => {
  go(live, 0, 1)
  // Ben used 100 instead of 300, and back; Cleo's value is the operator's: three versions behind the day, of which two points count.
  send(live, fromOperator(edit("ben-home", 1, 300, 100), official("cleo-home", 310)))
  go(live, 2, 97)
  send(live, fromOperator(edit("ben-home", 2, 100, 120)))
  go(live, 98, 193)
  folder = await mkdtemp(join(tmpdir(), "commonwatt-corrections-"))
  server = await startEmbeddedPostgres({ dataDir: folder })
  pool = makePool(server.url, 4)
  pool.on("connect", (client) => client.on("error", () => {}))
  await migrate(pool)
  await journal(live)
}, 120_000)

afterAll(async () => {
  await pool?.end()
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
})

const dues = () => eventsOf(live.events, "RunDue").map((due) => ({ due, logPosition: live.eventsByRecord.findIndex((events) => events.includes(due)) }))

it("gives every version the inputs that the play gathered, at any later time, and settle makes the same run of them", async () => {
  expect(live.runs.map(({ inputs }) => `${inputs.settlementPeriod}/${inputs.version}`)).toEqual([`${DAY}/1`, "2016-04-01/1", `${DAY}/2`, "2016-04-02/1", `${DAY}/3`])
  for (const { due, logPosition } of dues()) {
    const inputs = await readRunInputs(pool, "area", due, logPosition)
    const made = live.runs.find((run) => run.inputs.settlementPeriod === due.settlementPeriod && run.inputs.version === due.version)!
    const bytes = (value: unknown) => JSON.stringify(value, (_, one: unknown) => (typeof one === "bigint" ? String(one) : one))
    expect(bytes(settle(inputs).postings)).toBe(bytes(made.postings))
    expect(Buffer.from(settle(inputs).runId)).toEqual(Buffer.from(made.runId))
  }
})

it("balances before a run and its moves are what step kept; a correction of March lies in the accounts of April", async () => {
  for (const event of eventsOf(live.events, "EscrowMoved")) expect(await readEscrowMoves(pool, "area", event.runId)).toEqual(event.moves)
  const balances = await readBalancesBefore(pool, "area", "sun", live.records.length)
  expect(balances).toEqual(["ada", "ben", "cleo"].map((member) => ({ member, credit: live.state.accounts.members.get(member)!.credit, escrow: live.state.accounts.members.get(member)!.escrow })))
  const recorded = eventsOf(live.events, "RunRecorded").map((event) => live.eventsByRecord.findIndex((events) => events.includes(event)))
  const months = await Promise.all(recorded.map((position) => readRunBefore(pool, "area", "sun", position + 1)))
  expect(months.map((one) => one?.accountMonth)).toEqual(["2016-03", "2016-04", "2016-04", "2016-04", "2016-04"])
})

it("says which values changed, from what to what, by whom and why, and what moved for whom", async () => {
  const views = makeViews(pool)
  const name = { community: "sun", settlementPeriod: DAY }
  const second = (await Effect.runPromise(views.runChanges("area", { ...name, version: 2 })))!
  expect(second.values).toEqual([
    { meteringPoint: "ben-home", member: "ben", period: start, before: { energyWh: 300, quality: "measured", version: 1 }, after: { energyWh: 100, quality: "substitute", version: 2 }, source: "operator", who: "erika", why: "read at the meter" },
    { meteringPoint: "cleo-home", member: "cleo", period: start, before: { energyWh: 300, quality: "measured", version: 1 }, after: { energyWh: 310, quality: "measured", version: 2 }, source: "official", who: "dso", why: `document ${"ab".repeat(32)}` }
  ])
  // 250 + 250 Wh were shared, then 100 + 310; 12 ct a kWh shared, 25 ct residual, 6 ct fed in.
  expect(second.moved).toEqual([
    { member: "ada", total: String(-90 * 120_000 + 90 * 60_000), inEscrow: String(-90 * 120_000) },
    { member: "ben", total: String(150 * 120_000 + 50 * 250_000), inEscrow: String(150 * 120_000) },
    { member: "cleo", total: String(-60 * 120_000 + 50 * 250_000), inEscrow: String(-60 * 120_000) }
  ])
  const third = (await Effect.runPromise(views.runChanges("area", { ...name, version: 3 })))!
  expect(third.values.map(({ meteringPoint, before, after }) => [meteringPoint, before?.version, after.version, after.energyWh])).toEqual([["ben-home", 2, 3, 120]])
  expect(await Effect.runPromise(views.runChanges("area", { ...name, version: 1 }))).toBeUndefined()
})

it("a statement stands for all versions, and shows what each posted", async () => {
  const ben = (await Effect.runPromise(makeViews(pool).statement("area", "ben", DAY)))!
  expect(ben.lines).toEqual([{ meteringPoint: "ben-home", kind: "sharing", energyWh: 120, amount: String(-120 * 120_000) }])
  expect(ben).toMatchObject({ version: 3, total: String(-120 * 120_000) })
  expect(ben.versions.map(({ version, total }) => [version, total])).toEqual([
    [1, String(-250 * 120_000 - 50 * 250_000)],
    [2, String(150 * 120_000 + 50 * 250_000)],
    [3, String(-20 * 120_000)]
  ])
})

it("a correction builds on nothing that was altered", async () => {
  const { due, logPosition } = dues().find((one) => one.due.version === 2)!
  await pool.query("update posting set amount = amount + 1 where run_id = $1 and line = 0", [live.runs[0]!.runId])
  await expect(readRunInputs(pool, "area", due, logPosition)).rejects.toThrow(/is not the one that was recorded/)
  await pool.query("update posting set amount = amount - 1 where run_id = $1 and line = 0", [live.runs[0]!.runId])
  expect((await readRunInputs(pool, "area", due, logPosition)).previous!.standing.length).toBeGreaterThan(0)
})

it("points and positions come in the core's order, also where names reach beyond the basic plane and bytes sort otherwise", async () => {
  // U+10400 begins with the code unit D801, before U+FB00; in UTF-8 it comes after it.
  const names = ["\u{10400}", "\ufb00"]
  const due = { kind: "RunDue" as const, community: "sun", settlementPeriod: DAY, version: 1, start, end: start + PERIOD }
  for (const name of names) {
    await insert(pool, "member", { area: "names", member: name, community: "sun" })
    await insert(pool, "metering_point", { area: "names", metering_point: name, member: name, direction: "withdrawal", position: 1 })
    await insert(pool, "interval_value", { area: "names", metering_point: name, period: start, version: 1, energy_wh: 1, quality: "measured", position: 1 })
    await insert(pool, "run_position", { area: "names", run_id: hash(1), member: name, amount: 1 })
  }
  await insert(pool, "run", { area: "names", run_id: hash(1), community: "sun", settlement_period: DAY, version: 1, inputs_hash: hash(2), result_hash: hash(3), root: hash(4) })
  expect((await readRunPoints(pool, "names", due, [start], 1)).map(({ meteringPoint }) => meteringPoint)).toEqual(names)
  expect((await readRun(pool, "names", hash(1)))!.positions.map(({ member }) => member)).toEqual(names)
})
