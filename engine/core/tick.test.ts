import { describe, expect, it } from "vitest"
import { localDayNamed } from "./calendar/local-day.ts"
import { eventsOf, open, recordDueRuns, send, type Play } from "../../property-tests/arbitraries/play.ts"
import { fromOperator, programKey, walletKey } from "../../property-tests/arbitraries/record.ts"
import { smallWorld, type World } from "../../property-tests/arbitraries/world.ts"

const PERIOD = 900
const world = smallWorld()
const { start } = world

const tick = (play: Play, time: number) => send(play, fromOperator({ kind: "Tick", area: "area", time }))
const read = (play: Play, meteringPoint: string, sequence: number, time: number, registerWh: number) => {
  const member = world.points.find((point) => point.meteringPoint === meteringPoint)!.member
  const reading = { meteringPoint, sequence, time, registerWh, powerW: 0 }
  return send(play, { signer: programKey(member), nonce: 0, commands: [{ kind: "SubmitReadings", previousBatch: new Uint8Array(), readings: [reading] }] })
}
const readAll = (play: Play, step: number, wh: Record<string, number> = {}) => {
  for (const { meteringPoint } of world.points) read(play, meteringPoint, step + 1, start + step * PERIOD, step * (wh[meteringPoint] ?? 100))
}
const prefer = (play: Play, member: string, meteringPoint: string, limitPrice: number) =>
  send(play, { signer: walletKey(member), nonce: 1, commands: [{ kind: "SetPreference", meteringPoint, limitPrice, neighbours: [], keepPercent: 0 }] })

describe("three neighbours, four periods", () => {
  const play = open(world)
  prefer(play, "ada", "ada-roof", 100_000)
  prefer(play, "ben", "ben-home", 150_000)
  const byTick = [0, 1, 2, 3].map((step) => {
    readAll(play, step, { "ada-roof": 120, "ben-home": 80, "cleo-home": 100 })
    return tick(play, start + step * PERIOD)
  })

  it("the first tick knows no consumption, so it places nothing", () => {
    expect(byTick[0]!.map(({ kind }) => kind)).toEqual(["MarketTimeMoved"])
  })
  it("the second closes the first period and orders what it metered, for the period after the next: points by id", () => {
    expect(eventsOf(byTick[1]!, "DeliveryClosed")).toEqual([
      { kind: "DeliveryClosed", community: "sun", period: start, injectedWh: 120, withdrawnWh: 180, tradedWh: 0, sharedWh: 120 }
    ])
    expect(eventsOf(byTick[1]!, "OrderPlaced").map(({ period, meteringPoint, side, quantity }) => [period, meteringPoint, side, quantity])).toEqual([
      [start + 2 * PERIOD, "ada-roof", "sell", 120],
      [start + 2 * PERIOD, "ben-home", "buy", 80]
    ])
    expect(eventsOf(byTick[1]!, "TradeMade").map(({ trade }) => [trade.price, trade.quantity])).toEqual([[100_000, 80]])
  })
  it("the third closes the gate: Ada's 40 Wh leave the book and their credit is free", () => {
    expect(eventsOf(byTick[2]!, "OrderClosed")).toContainEqual({ kind: "OrderClosed", orderId: 1, remaining: 40, reason: "GateClosed" })
  })
  it("the fourth delivers the trade; Cleo owes 12 ct/kWh for 67 + 67 + 40 Wh shared, Ben for 53 + 53 and 8 thousandths for the trade", () => {
    expect(eventsOf(byTick[3]!, "TradeDelivered")).toEqual([{ kind: "TradeDelivered", tradeId: 1, deliveredWh: 80, sellerShortfallWh: 0, buyerExcessWh: 0 }])
    const owed = (member: string) => play.state.accounts.members.get(member)!.due.get("2016-03-25")
    expect(owed("cleo")).toBe(120_000n * (67n + 67n + 40n))
    expect(owed("ben")).toBe(120_000n * (53n + 53n) + 100_000n * 80n)
    expect(owed("ada")).toBeUndefined()
  })
})

describe("patience", () => {
  it("a missing value holds its period up for two more, then a substitute serves and the market never stops", () => {
    const play = open(world)
    readAll(play, 0)
    tick(play, start)
    for (const step of [1, 2, 3]) {
      for (const { meteringPoint } of world.points.slice(1)) read(play, meteringPoint, step + 1, start + step * PERIOD, step * 100)
      const closed = eventsOf(tick(play, start + step * PERIOD), "DeliveryClosed").map(({ period }) => period)
      expect(closed).toEqual(step < 3 ? [] : [start])
    }
    expect(play.state.metering.points.get("ada-roof")!.values.get(start)).toMatchObject({ energyWh: 0, quality: "missing", version: 1 })
  })
  it("when the meter is back its true value is version 2, and the closed period stays closed", () => {
    const play = open(world)
    readAll(play, 0)
    for (const step of [0, 1, 2, 3]) tick(play, start + step * PERIOD)
    const values = eventsOf(read(play, "ada-roof", 2, start + 3 * PERIOD, 300), "IntervalValueRecorded")
    expect(values.map(({ period, energyWh, quality, version }) => [period, energyWh, quality, version])).toEqual([
      [start, 100, "calculated", 2],
      [start + PERIOD, 100, "calculated", 1],
      [start + 2 * PERIOD, 100, "calculated", 1]
    ])
    expect(eventsOf(tick(play, start + 4 * PERIOD), "DeliveryClosed").map(({ period }) => period)).not.toContain(start)
  })
})

it("ticks by the minute move time and nothing else", () => {
  const play = open(world)
  tick(play, start)
  expect(tick(play, start + 60)).toEqual([{ kind: "MarketTimeMoved", time: start + 60 }])
  expect(eventsOf(tick(play, start + 2 * PERIOD), "CommandRefused")).toEqual([{ kind: "CommandRefused", command: "Tick", status: "TickSkipsPeriod" }])
})

describe("whole days of 92, 96 and 100 periods, and the day after each", () => {
  it.each([["2016-03-26", 96], ["2016-03-27", 92], ["2016-10-30", 100], ["2016-02-29", 96]])("%s has %d", (name, periods) => {
    const day = localDayNamed("Europe/Vienna", name)!
    const changed: World = smallWorld({ start: day.start })
    const play = open(changed)
    prefer(play, "ada", "ada-roof", 100_000)
    prefer(play, "ben", "ben-home", 150_000)
    const registers = new Map(changed.points.map(({ meteringPoint }) => [meteringPoint, 0]))
    for (let step = 0; step <= periods + 96; step++) {
      const time = day.start + step * PERIOD
      for (const [place, { meteringPoint }] of changed.points.entries()) {
        const registerWh = registers.get(meteringPoint)! + ((step * 7 + place * 11) % 50)
        registers.set(meteringPoint, registerWh)
        read(play, meteringPoint, step + 1, time, registerWh)
      }
      recordDueRuns(changed, play, tick(play, time))
    }
    expect(play.runs.map(({ inputs }) => inputs.periods.length)).toEqual(periods === 96 && name !== "2016-03-26" ? [96, 96] : periods === 96 ? [96, 92] : [periods, 96])
    expect(eventsOf(play.events, "CommandRefused")).toEqual([])
    expect(eventsOf(play.events, "RunRecorded")).toHaveLength(play.runs.length)
    expect(eventsOf(play.events, "TradeMade").length).toBeGreaterThan(100)
    const kept = [...play.state.metering.points.values()].map(({ values }) => values.size)
    expect(Math.max(...kept)).toBeLessThanOrEqual(200)
  })
})
