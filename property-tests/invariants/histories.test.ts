import fc from "fast-check"
import { expect, it } from "vitest"
import { decode, encode } from "../../engine/core/quantity/codec.ts"
import { event } from "../../engine/core/event.ts"
import { decodeState, emptyState, encodeState, stateHash } from "../../engine/core/state.ts"
import type { Trade } from "../../engine/core/market/order.ts"
import { step } from "../../engine/core/step.ts"
import { deliverNaively, matchNaively } from "../models/naive-matcher.ts"
import { history } from "../arbitraries/history.ts"
import { eventsOf, play, send, type Play } from "../arbitraries/play.ts"
import { fromOperator } from "../arbitraries/record.ts"
import { runs } from "../arbitraries/runs.ts"
import { allLawsOfHonestRuns, expectNothingHeld } from "./laws.ts"

it("every law holds after every record; when gates and deliveries are closed nothing is held", () => {
  fc.assert(
    fc.property(history(), (made) => {
      const laws = allLawsOfHonestRuns()
      const played = play(made, laws)
      for (let more = 0; more < 4; more++) {
        const time = played.state.grid.marketTime + 900
        played.state.preferences.clear()
        send(played, fromOperator({ kind: "Tick", area: "area", time }), laws)
      }
      expectNothingHeld(played.state)
    }),
    runs(600)
  )
})

/** What lockstep promises to be equal for every order of arrival: values, orders, trades, deliveries, runs. */
const outcome = ({ events, runs: settled }: Play) => ({
  values: eventsOf(events, "IntervalValueRecorded")
    .map(({ meteringPoint, period, energyWh, quality, version }) => `${meteringPoint}@${period} v${version}: ${energyWh} ${quality}`)
    .toSorted(),
  market: events.filter(({ kind }) => kind.startsWith("Order") || kind.startsWith("Trade") || kind === "DeliveryClosed"),
  runs: settled.map(({ postings, positions, lines }) => ({ postings, positions, lines }))
})

it("every order of arrival inside a lockstep step, with every repetition, gives the same outcome", () => {
  fc.assert(
    fc.property(history(), fc.infiniteStream(fc.nat(1_000)), (made, places) => {
      const other = play(made, undefined, () => places.next().value)
      expect(outcome(other)).toEqual(outcome(play(made)))
    }),
    runs(400)
  )
})

it("replay from genesis, and any snapshot with its tail, give the events and the state hash of going on", () => {
  fc.assert(
    fc.property(history(), fc.nat(), (made, cut) => {
      const live = play(made)
      const at = cut % live.records.length
      const replayed = emptyState()
      let restored = replayed
      for (const record of live.records) {
        expect(step(replayed, record)).toEqual(live.eventsByRecord[record.position])
        if (record.position > at) expect(step(restored, record)).toEqual(live.eventsByRecord[record.position])
        if (record.position === at) restored = decodeState(encodeState(replayed))
      }
      for (const state of [replayed, restored]) {
        expect(stateHash(state)).toBe(stateHash(live.state))
        expect(encodeState(state)).toEqual(encodeState(live.state))
      }
    }),
    runs(300)
  )
})

it("the engine's trades and deliveries are those of the naive matcher", () => {
  fc.assert(
    fc.property(history(), (made) => {
      const { events, memory } = play(made)
      const community = new Map(made.world.members.map((member) => [member.member, member.community]))
      const placed = eventsOf(events, "OrderPlaced").map((order) => Object.assign(order, { community: community.get(order.member) }))
      const trades = eventsOf(events, "TradeMade").map(({ trade }) => trade)
      expect(matchNaively(placed)).toEqual(trades.map(withoutCommunity))
      const closed = eventsOf(events, "TradeDelivered")
      const valuesAtClosing = valuesWhenClosed(events)
      const open = new Set(trades.map(({ tradeId }) => tradeId).filter((id) => !closed.some(({ tradeId }) => tradeId === id)))
      const delivered = deliverNaively(trades.filter(({ tradeId }) => !open.has(tradeId)), valuesAtClosing)
      expect(delivered).toEqual(closed.map(({ tradeId, deliveredWh }) => ({ tradeId, deliveredWh })).toSorted((a, b) => a.tradeId - b.tradeId))
      expect(memory.trades.length).toBe(trades.length)
    }),
    runs(600)
  )
})

const withoutCommunity = (trade: Trade): Omit<Trade, "community"> => {
  const { tradeId, period, buyOrder, sellOrder, buyPoint, sellPoint, buyer, seller, price, quantity } = trade
  return { tradeId, period, buyOrder, sellOrder, buyPoint, sellPoint, buyer, seller, price, quantity }
}

/** Interval values as they stood when their period was closed: a later version changes a later run, not that closing. */
const valuesWhenClosed = (events: Play["events"]): Array<{ meteringPoint: string; period: number; energyWh: number }> => {
  const closed = new Set<number>()
  return events.flatMap((one) => {
    if (one.kind === "DeliveryClosed") closed.add(one.period)
    if (one.kind !== "IntervalValueRecorded" || closed.has(one.period)) return []
    return [{ meteringPoint: one.meteringPoint, period: one.period, energyWh: one.energyWh }]
  })
}

it("every event of a history has one canonical form", () => {
  fc.assert(
    fc.property(history({ min: 3, max: 6 }), (made) => {
      for (const one of play(made).events) expect(decode(event, encode(event, one))).toEqual(one)
    }),
    runs(50)
  )
})

it("histories are worth their name: trades, deliveries, refusals, substitutes, gaps and runs do occur", () => {
  const seen = new Map<string, number>()
  for (const made of fc.sample(history(), { numRuns: 150, seed: 42 })) {
    for (const one of play(made).events) {
      const name = one.kind === "OrderRefused" || one.kind === "ReadingRefused" ? `${one.kind} ${one.status}` : one.kind === "OrderClosed" ? `${one.kind} ${one.reason}` : one.kind
      seen.set(name, (seen.get(name) ?? 0) + 1)
      if (one.kind === "TradeDelivered" && one.sellerShortfallWh > 0) seen.set("shortfall", 1)
      if (one.kind === "TradeDelivered" && one.buyerExcessWh > 0) seen.set("excess", 1)
      if (one.kind === "IntervalValueRecorded" && one.quality === "substitute") seen.set("substitute", 1)
      if (one.kind === "IntervalValueRecorded" && one.version > 1) seen.set("version 2", 1)
    }
  }
  const wanted = ["TradeMade", "TradeDelivered", "shortfall", "excess", "substitute", "version 2", "SequenceGapFound", "RunRecorded", "OrderRefused InsufficientCredit", "ReadingRefused Repeated", "OrderClosed SelfTrade", "OrderClosed GateClosed", "OrderClosed Filled"]
  for (const name of wanted) expect(seen.get(name) ?? 0, name).toBeGreaterThan(0)
})
