import { expect, it } from "vitest"
import type { Command } from "../../engine/core/command.ts"
import { step } from "../../engine/core/step.ts"
import { emptyState } from "../../engine/core/state.ts"
import { allLaws } from "../invariants/laws.ts"
import { eventsOf, newPlay, open, send, type Play } from "../arbitraries/play.ts"
import { fromOperator, OPERATOR, positioned, programKey, walletKey, type Sent } from "../arbitraries/record.ts"
import { smallWorld } from "../arbitraries/world.ts"

/**
 * Defects that these tests found in the core's first version, each by the shortest way to it. Every one is fixed;
 * the property that finds it again by search is named in its title.
 */
const PERIOD = 900
const start = smallWorld().start

const tick = (time: number): Sent => fromOperator({ kind: "Tick", area: "area", time })
const read = (member: string, meteringPoint: string, sequence: number, time: number, registerWh: number): Sent => ({
  signer: programKey(member),
  nonce: 0,
  commands: [{ kind: "SubmitReadings", previousBatch: new Uint8Array(), readings: [{ meteringPoint, sequence, time, registerWh, powerW: 0 }] }]
})
const prefer = (member: string, meteringPoint: string, limitPrice: number, nonce = 1): Sent => ({
  signer: walletKey(member),
  nonce,
  commands: [{ kind: "SetPreference", meteringPoint, limitPrice, neighbours: [], keepPercent: 0 }]
})
const statusOf = (play: Play, command: Command) => eventsOf(send(play, fromOperator(command)), "CommandRefused")[0]?.status ?? "Accepted"

it("many readings inside one period exceed its capacity and stopped the engine at the next tick (hostile inputs)", () => {
  const world = smallWorld()
  const play = open(world)
  const capacityWh = 500_000_000
  send(play, fromOperator({ kind: "RegisterMeteringPoint", meteringPoint: "plant", member: "ada", direction: "injection", gatewayKey: programKey("ada"), capacityWh }))
  send(play, tick(start))
  send(play, read("ada", "plant", 1, start, 0))
  send(play, read("ada", "plant", 2, start + 300, capacityWh))
  const refused = send(play, read("ada", "plant", 3, start + PERIOD, 2 * capacityWh))
  expect(eventsOf(refused, "ReadingRefused")).toMatchObject([{ status: "AboveCapacity" }])
  for (let time = start + PERIOD; time <= start + 4 * PERIOD; time += PERIOD) send(play, tick(time))
  expect(eventsOf(play.events, "IntervalValueRecorded").every(({ energyWh }) => energyWh <= capacityWh)).toBe(true)
})

it("a price gap above the posting bound stopped the engine when the trade was not delivered (hostile inputs)", () => {
  const setRules: Command = { kind: "SetMarketRules", rules: { ...smallWorld().rules, minimumPrice: -10_000_000, maximumPrice: 10_000_000 } }
  const openCommunity: Command = { kind: "OpenCommunity", community: "sun", tariff: { residualSupplyPrice: 10_000_000, feedInPrice: -10_000_000, sharingPrice: 0 } }
  for (const [first, second] of [[setRules, openCommunity], [openCommunity, setRules]] as const) {
    const play = newPlay()
    expect(statusOf(play, { kind: "OpenArea", area: "area", timeZone: "UTC", operatorKey: OPERATOR })).toBe("Accepted")
    expect(statusOf(play, first)).toBe("Accepted")
    expect(statusOf(play, second)).toBe("PriceOutOfBounds")
  }
})

it("a trade across communities released more than was held, was never delivered, and lost money in its run (histories)", () => {
  const world = smallWorld({
    communities: [
      { community: "sun", tariff: { residualSupplyPrice: 250_000, feedInPrice: 0, sharingPrice: 120_000 } },
      { community: "moon", tariff: { residualSupplyPrice: 250_000, feedInPrice: 60_000, sharingPrice: 120_000 } }
    ],
    members: [
      { member: "ada", community: "sun", deposit: 10 ** 12 },
      { member: "ben", community: "moon", deposit: 10 ** 12 },
      { member: "cleo", community: "sun", deposit: 10 ** 12 }
    ]
  })
  const play = open(world)
  send(play, prefer("ada", "ada-roof", 100_000))
  send(play, prefer("ben", "ben-home", 200_000))
  send(play, prefer("cleo", "cleo-home", 150_000))
  for (let index = 0; index < 6; index++) {
    const time = start + index * PERIOD
    for (const { member, meteringPoint } of world.points) send(play, read(member, meteringPoint, index + 1, time, 1_000 * index), allLaws())
    send(play, tick(time), allLaws())
  }
  const trades = eventsOf(play.events, "TradeMade").map(({ trade }) => trade)
  expect(trades.length).toBeGreaterThan(0)
  expect(new Set(trades.map(({ buyer }) => buyer))).toEqual(new Set(["cleo"]))
  expect(eventsOf(play.events, "TradeDelivered").map(({ deliveredWh }) => deliveredWh)).toContain(1_000)
})

const dayClosed = (): Play => {
  const world = smallWorld({
    start: Date.UTC(2016, 2, 25, 22, 45) / 1000,
    communities: ["sun", "moon"].map((community) => ({ community, tariff: { residualSupplyPrice: 2, feedInPrice: 0, sharingPrice: 1 } })),
    members: [
      { member: "ada", community: "sun", deposit: 100 },
      { member: "ben", community: "sun", deposit: 100 },
      { member: "cleo", community: "moon", deposit: 100 }
    ],
    points: []
  })
  const play = open(world)
  send(play, tick(world.start))
  send(play, tick(world.start + PERIOD))
  expect(eventsOf(play.events, "RunDue").map(({ community }) => community)).toEqual(["moon", "sun"])
  return play
}
const run = (positions: Array<{ member: string; amount: bigint }>, changes: object = {}): Command => ({
  kind: "RecordRun",
  community: "sun",
  settlementPeriod: "2016-03-25",
  version: 1,
  runId: new Uint8Array(32),
  inputsHash: new Uint8Array(32),
  resultHash: new Uint8Array(32),
  positions,
  ...changes
})

it("a position of another community's member balanced the sum and was applied to nobody (hostile inputs)", () => {
  const play = dayClosed()
  expect(statusOf(play, run([{ member: "ada", amount: 5n }, { member: "cleo", amount: -5n }]))).toBe("UnknownMember")
  allLaws()(play, [])
})

it("two positions of one member: only the last was applied (hostile inputs)", () => {
  const play = dayClosed()
  const positions = [{ member: "ada", amount: 5n }, { member: "ada", amount: -10n }, { member: "ben", amount: 5n }]
  expect(statusOf(play, run(positions))).toBe("PositionsNotBalanced")
  allLaws()(play, [])
})

it("a slash in a community's name let one community record the run of another (hostile inputs)", () => {
  const play = open(smallWorld())
  const tariff = { residualSupplyPrice: 2, feedInPrice: 0, sharingPrice: 1 }
  for (const community of ["sun/2016-03-25", "", "two words", "new\nline", "x".repeat(65)]) {
    expect(statusOf(play, { kind: "OpenCommunity", community, tariff })).toBe("OutOfBounds")
  }
})

it("a member named like the supplier had no statement lines; line breaks in ids merged the lines of two points", () => {
  const play = open(smallWorld())
  for (const member of ["supplier", "", "a\nb"]) {
    expect(statusOf(play, { kind: "AdmitMember", member, community: "sun", walletKey: walletKey(`of ${member}`) })).toBe("OutOfBounds")
  }
  const point: Command = { kind: "RegisterMeteringPoint", meteringPoint: "a\nb", member: "ada", direction: "injection", gatewayKey: programKey("ada"), capacityWh: 1 }
  expect(statusOf(play, point)).toBe("OutOfBounds")
})

it("a meter that came back after more than a day repeated version 1: a second row with the journal's primary key (histories)", () => {
  const play = open(smallWorld({ points: [{ meteringPoint: "ada-roof", member: "ada", direction: "injection" }] }))
  const laws = allLaws()
  send(play, read("ada", "ada-roof", 1, start, 0), laws)
  const back = start + 3 * 86_400
  for (let time = start; time <= back - PERIOD; time += PERIOD) send(play, tick(time), laws)
  const events = send(play, read("ada", "ada-roof", 2, back, 288_000), laws)
  const values = eventsOf(events, "IntervalValueRecorded")
  expect(values).toHaveLength(288)
  expect(values.reduce((sum, { energyWh }) => sum + energyWh, 0)).toBe(288_000)
})

it("two readings far apart made the engine count through all periods between them: a hang (hostile inputs)", () => {
  const play = open(smallWorld())
  send(play, read("ada", "ada-roof", 1, 900, 0))
  expect(send(play, read("ada", "ada-roof", 2, 9_000_000_000_000_000, 1)).length).toBeLessThan(10)
  send(play, read("ben", "ben-home", 1, 900, 0))
  send(play, tick(start))
  expect(send(play, read("ben", "ben-home", 2, start + 60, 1)).length).toBeLessThan(10)
})

it("a tick outside the years of the offsets data threw RangeError; time 0 could be ticked again and again", () => {
  const play = open(smallWorld())
  for (const time of [0, 900, 9_007_199_254_740_000, 8_640_000_000_900]) {
    expect(statusOf(play, { kind: "Tick", area: "area", time })).toBe("OutOfBounds")
  }
})

it("commands of a record that failed its check were applied, had anybody passed them on", () => {
  const state = emptyState()
  const commands: Array<Command> = [{ kind: "OpenArea", area: "area", timeZone: "UTC", operatorKey: OPERATOR }]
  const events = step(state, positioned({ ...fromOperator(...commands), verdict: "BadSignature" }, 0))
  expect(events).toEqual([{ kind: "CommandRefused", command: "", status: "BadSignature" }])
  expect(state.grid.area).toBe("")
})
