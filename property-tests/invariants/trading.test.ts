import fc from "fast-check"
import { expect, it } from "vitest"
import { orderStatus } from "../../engine/core/market/order.ts"
import { MarketBooks } from "../../engine/core/market/market-books.ts"
import { bookRulesOf } from "../../engine/core/market/market-rules.ts"
import { NaiveBooks } from "../../engine/core/market/book/naive/naive-books.ts"
import { STATUS_NAMES } from "../../engine/core/market/book/status.ts"
import { orderStatusOf } from "../../engine/core/market/order-status.ts"
import { decode, encode } from "../../engine/core/quantity/codec.ts"
import { decodeState, emptyState, encodeState, stateHash } from "../../engine/core/state.ts"
import { step } from "../../engine/core/step.ts"
import { tradingHistory } from "../arbitraries/history.ts"
import { newPlay, play, send, type Play, type Watch } from "../arbitraries/play.ts"
import { fromOperator } from "../arbitraries/record.ts"
import { runs } from "../arbitraries/runs.ts"
import { setUp, type World } from "../arbitraries/world.ts"
import { allLawsOfHonestRuns, expectNothingHeld } from "./laws.ts"
import { marketFingerprint, orderLaws } from "./order-laws.ts"

const isRefusal = (kind: string): boolean => kind === "OrderRefused" || kind === "OrderChangeRefused" || kind === "CommandRefused"

/** A record of which every command was refused leaves the market as it was. */
const refusalsChangeNothing = (): Watch => {
  let before: string | undefined
  return ({ state }, events) => {
    const isAboutOrders = events.some(({ kind }) => kind.startsWith("Order") || kind === "MarketTimeMoved")
    if (!isAboutOrders) return
    const now = marketFingerprint(state)
    if (before !== undefined && events.every(({ kind }) => isRefusal(kind))) expect(now).toBe(before)
    before = now
  }
}

it("orders of every kind, calls, neighbours and kept parts: every law holds after every record, and in the end nothing is held", () => {
  fc.assert(
    fc.property(tradingHistory(), (made) => {
      const watches = [allLawsOfHonestRuns(), orderLaws(), refusalsChangeNothing()]
      const watch: Watch = (played, events) => watches.forEach((one) => one(played, events))
      const played = play(made, watch)
      played.state.preferences.clear()
      for (let more = 0; more < 101; more++) {
        if (played.state.market.books!.orders.size === 0 && played.state.market.undelivered.size === 0) break
        send(played, fromOperator({ kind: "Tick", area: "area", time: played.state.grid.marketTime + 900 }), watch)
      }
      expectNothingHeld(played.state)
    }),
    runs(150)
  )
})

/** The same world on the naive books. */
const openNaively = (world: World): Play => {
  const opened = newPlay()
  for (const sent of setUp(world)) {
    send(opened, sent)
    const { books } = opened.state.market
    if (books !== undefined && !(books.books instanceof NaiveBooks)) opened.state.market.books = new MarketBooks(books.rules, new NaiveBooks(bookRulesOf(books.rules)))
  }
  return opened
}

it("the naive books make the same events and the same bytes of state, calls included", () => {
  fc.assert(
    fc.property(tradingHistory(), (made) => {
      const naive = play(made, undefined, undefined, openNaively(made.world))
      const fast = play(made)
      expect(fast.events).toEqual(naive.events)
      expect(encodeState(fast.state)).toEqual(encodeState(naive.state))
    }),
    runs(100)
  )
})

it("replay, and any snapshot with its tail, give the events and the state hash of going on", () => {
  fc.assert(
    fc.property(tradingHistory(), fc.nat(), (made, cut) => {
      const live = play(made)
      const at = cut % live.records.length
      let restored = emptyState()
      for (const record of live.records) {
        expect(step(restored, record)).toEqual(live.eventsByRecord[record.position])
        if (record.position === at) restored = decodeState(encodeState(restored))
      }
      expect(stateHash(restored)).toBe(stateHash(live.state))
      expect(encodeState(restored)).toEqual(encodeState(live.state))
    }),
    runs(150)
  )
})

it("these histories meet every status that a client can cause, every reason and every kind of event", () => {
  const seen = new Set<string>()
  for (const made of fc.sample(tradingHistory(), { numRuns: 400, seed: 11 })) {
    for (const one of play(made).events) {
      seen.add(one.kind)
      if (one.kind === "OrderRefused" || one.kind === "OrderChangeRefused") seen.add(one.status)
      if (one.kind === "OrderClosed" || one.kind === "OrderReduced") seen.add(`${one.kind} ${one.reason}`)
      if (one.kind === "OrderPlaced" && one.named.length > 0 && one.preference.length > 0) seen.add("neighbours first")
    }
  }
  const statuses = ["MarketClosed", "PriceOutsideBand", "PriceOffTick", "QuantityTooSmall", "QuantityTooLarge", "InsufficientCredit", "UntilPast", "CounterpartiesWrong", "TooManyBooks", "OnlyLimitInCall"]
  const more = ["DuplicateId", "UnknownOrder", "PoolFull", "TooManyDirected", "TooManyOpenOrders", "WouldTrade", "NotFillable"]
  const closed = ["Filled", "GateClosed", "SelfTrade", "Cancelled", "AtOnceOnly", "TimeOver"].map((reason) => `OrderClosed ${reason}`)
  const events = ["OrderMoved", "OrderReduced Cancelled", "OrderReduced SelfTrade", "CollectingBegan", "CallHeld", "TradeMade", "neighbours first"]
  expect([...statuses, ...more, ...closed, ...events].filter((one) => !seen.has(one))).toEqual([])
})

it("every status of the books has its name and number in the core", () => {
  for (const [code, name] of Object.entries(STATUS_NAMES)) {
    if (name === "Accepted") continue
    const status = orderStatusOf(Number(code))
    expect(status).toBe(name === "BookClosed" ? "MarketClosed" : name)
    expect(decode(orderStatus, encode(orderStatus, status))).toBe(status)
  }
})
