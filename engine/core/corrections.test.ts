import { describe, expect, it } from "vitest"
import { eventsOf, open, recordDueRuns, send, type Play } from "../../property-tests/arbitraries/play.ts"
import { fromOperator, programKey } from "../../property-tests/arbitraries/record.ts"
import { smallWorld } from "../../property-tests/arbitraries/world.ts"
import type { Command } from "./command.ts"
import { explainRun } from "./settlement/explain-run.ts"
import { decodeState, encodeState } from "./state.ts"

const PERIOD = 900
/** The last period of 2016-03-25 in Vienna: the day's run has one period. */
const start = Date.UTC(2016, 2, 25, 22, 45) / 1000
const world = smallWorld({ start })
const names = world.points.map(({ meteringPoint }) => meteringPoint)
const DAYS = ["2016-03-25", "2016-03-26", "2016-03-27", "2016-03-28"]
/** Ticks after which the first, second and third local day are closed: the third has 92 periods. */
const CLOSES = [1, 97, 189]

const tick = (play: Play, step: number) => recordDueRuns(world, play, send(play, fromOperator({ kind: "Tick", area: "area", time: start + step * PERIOD })))
const read = (play: Play, step: number, wh: ReadonlyArray<number>) => {
  for (const [place, { meteringPoint, member }] of world.points.entries()) {
    const reading = { meteringPoint, sequence: step + 1, time: start + step * PERIOD, registerWh: 1_000 + step * wh[place]!, powerW: 0 }
    send(play, { signer: programKey(member), nonce: 0, commands: [{ kind: "SubmitReadings", previousBatch: new Uint8Array(), readings: [reading] }] })
  }
}
/** Ada injects 500, Ben and Cleo withdraw 300 each, in every period; steps from..to, both included. */
const go = (play: Play, from: number, to: number) => {
  for (let step = from; step <= to; step++) {
    read(play, step, [500, 300, 300])
    tick(play, step)
  }
}
const edit = (place: number, beforeVersion: number, beforeWh: number, afterWh: number, period = start): Command =>
  ({ kind: "EditIntervalValue", meteringPoint: names[place]!, period, beforeWh, beforeVersion, afterWh, quality: "substitute", who: "erika", why: "seen" })
const give = (play: Play, ...commands: ReadonlyArray<Command>) => send(play, fromOperator(...commands))
const due = (play: Play) => eventsOf(play.events, "RunDue").map(({ settlementPeriod, version }) => `${settlementPeriod}/${version}`)
const credits = (play: Play) => ["ada", "ben", "cleo"].map((member) => play.state.accounts.members.get(member)!.credit - 10n ** 12n)
const run = (play: Play, name: string) => play.runs.find(({ inputs }) => `${inputs.settlementPeriod}/${inputs.version}` === name)!

describe("a value behind a settled day", () => {
  const play = open(world)
  go(play, 0, CLOSES[0]!)
  const before = credits(play)
  // Ben used 100 instead of 300: of 500 Wh only 400 are shared, and his 200 residual Wh are gone.
  const edited = give(play, edit(1, 1, 300, 100))
  go(play, 2, CLOSES[1]!)

  it("does nothing before the next local day is closed; then version 2 is due, before that day's own run is recorded", () => {
    expect(eventsOf(edited, "RunDue")).toEqual([])
    expect(due(play)).toEqual([`${DAYS[0]}/1`, `${DAYS[1]}/1`, `${DAYS[0]}/2`])
    expect(eventsOf(play.events, "RunDue").at(-1)).toMatchObject({ start, end: start + PERIOD })
  })
  it("posts only what differs, by hand: shared 250 and 250 became 100 and 300, fed in 100, residual 50 and 50 became 0 and 0", () => {
    expect(run(play, `${DAYS[0]}/2`).postings.map(({ entry, kind, holder, energyWh, amount }) => [entry, kind, holder, energyWh, amount])).toEqual([
      [1, "sharing", "ada", -100, -100 * 120_000],
      [1, "sharing", "ben", -150, 150 * 120_000],
      [1, "sharing", "cleo", 50, -50 * 120_000],
      [2, "residual-supply", "ben", -50, 50 * 250_000],
      [2, "residual-supply", "supplier", -50, -50 * 250_000],
      [3, "residual-supply", "cleo", -50, 50 * 250_000],
      [3, "residual-supply", "supplier", -50, -50 * 250_000],
      [4, "feed-in", "supplier", 100, -100 * 60_000],
      [4, "feed-in", "ada", 100, 100 * 60_000]
    ])
  })
  it("says which run it follows and which values changed", () => {
    const [first, second] = [run(play, `${DAYS[0]}/1`), run(play, `${DAYS[0]}/2`)]
    expect(second.inputs.previous).toMatchObject({ runId: first.runId, resultHash: first.resultHash })
    expect(second.inputs.previous!.changed).toEqual([{ meteringPoint: "ben-home", period: start, before: { energyWh: 300, quality: "measured", version: 1 } }])
    expect(second.inputs.points[1]!.values).toEqual([{ energyWh: 100, quality: "substitute", version: 2 }])
    expect(explainRun(second)).toEqual({
      values: [{ meteringPoint: "ben-home", member: "ben", period: start, before: { energyWh: 300, quality: "measured", version: 1 }, after: { energyWh: 100, quality: "substitute", version: 2 } }],
      moved: [{ member: "ada", amount: -6_000_000n }, { member: "ben", amount: 30_500_000n }, { member: "cleo", amount: 6_500_000n }]
    })
    expect(explainRun(first).values).toEqual([])
  })
  it("moves credit by the difference, and releases nothing twice", () => {
    const day = run(play, `${DAYS[1]}/1`).positions
    const ofDay = (member: string) => day.find((one) => one.member === member)!.amount
    expect(credits(play)).toEqual([before[0]! - 12_000_000n + ofDay("ada"), before[1]! + 18_000_000n + ofDay("ben"), before[2]! - 6_000_000n + ofDay("cleo")])
    for (const { credit, escrow, due: owed } of play.state.accounts.members.values()) expect([escrow, [...owed.keys()]]).toEqual([credit, []])
  })
  it("is done once: the day after has no third version", () => {
    go(play, CLOSES[1]! + 1, CLOSES[2]!)
    expect(due(play).slice(3)).toEqual([`${DAYS[2]}/1`])
  })
})

it("a value that came back to what it was makes a version that posts nothing; quality alone does so too", () => {
  const play = open(world)
  go(play, 0, CLOSES[0]!)
  give(play, edit(1, 1, 300, 100), edit(1, 2, 100, 300))
  go(play, 2, CLOSES[1]!)
  const second = run(play, `${DAYS[0]}/2`)
  expect([second.postings, second.lines, second.positions]).toEqual([[], [], []])
  expect(second.inputs.points[1]!.values).toEqual([{ energyWh: 300, quality: "substitute", version: 3 }])
  expect(second.publicRows).toEqual(run(play, `${DAYS[0]}/1`).publicRows)
  expect(eventsOf(play.events, "EscrowMoved")[1]!.moves).not.toEqual([])
})

it("a version that nobody has recorded waits a day with the next; receipts come in the order of versions", () => {
  const play = open(world)
  const tickOnly = (step: number) => send(play, fromOperator({ kind: "Tick", area: "area", time: start + step * PERIOD }))
  for (let step = 0; step <= CLOSES[0]!; step++) {
    read(play, step, [500, 300, 300])
    tickOnly(step)
  }
  give(play, edit(1, 1, 300, 100))
  for (let step = 2; step <= CLOSES[1]!; step++) {
    read(play, step, [500, 300, 300])
    tickOnly(step)
  }
  expect(due(play)).toEqual([`${DAYS[0]}/1`, `${DAYS[1]}/1`])
  recordDueRuns(world, play, eventsOf(play.events, "RunDue"))
  go(play, CLOSES[1]! + 1, CLOSES[2]!)
  expect(due(play).slice(2)).toEqual([`${DAYS[2]}/1`, `${DAYS[0]}/2`])
  const receipt = (version: number) =>
    eventsOf(give(play, { kind: "RecordBatchReceipt", community: "sun", settlementPeriod: DAYS[0]!, version, transaction: new Uint8Array(32), height: 1 }), "CommandRefused").map(({ status }) => status)
  expect([0, 3, 2, 1, 1, 2, 2].map(receipt)).toEqual([["UnknownBatch"], ["UnknownBatch"], ["VersionNotCurrent"], [], ["AlreadyDone"], [], ["AlreadyDone"]])
})

it("what is outdated is part of a snapshot", () => {
  const play = open(world)
  go(play, 0, CLOSES[0]!)
  give(play, edit(0, 1, 500, 499))
  const copy = decodeState(encodeState(play.state))
  expect(copy.settlement).toEqual(play.state.settlement)
  expect(copy.settlement.runs.get(`sun/${DAYS[0]}`)).toMatchObject({ isOutdated: true, version: 1, state: "recorded" })
})
