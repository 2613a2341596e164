import { describe, expect, it } from "vitest"
import { eventsOf } from "../../property-tests/arbitraries/play.ts"
import { closed, PERIOD, smallMarket } from "../../property-tests/arbitraries/small-market.ts"
import type { Event } from "./event.ts"

/** Books that collect for their call from the first order on. */
const collecting = () => smallMarket({ collectsBefore: 3_600 })
const reduced = (events: ReadonlyArray<Event>): Array<string> => eventsOf(events, "OrderReduced").map(({ orderId, quantity }) => `${orderId} ${quantity}`)

describe("while a book collects, an order is kept apart from own ones", () => {
  it("a sale from those bids that reach it, the best first", () => {
    const { by, order } = collecting()
    by("ben", order("ben-home", 1, 90, 4), order("ben-home", 2, 100, 4), order("ben-home", 3, 120, 4), order("ben-home", 4, 120, 4))
    const events = by("ben", order("ben-roof", 1, 100, 14, { selfTrade: "decrement" }))
    expect(reduced(events)).toEqual(["3 4", "5 4", "4 4", "5 4", "2 4", "5 4"])
    expect(closed(events)).toEqual(["3 0 SelfTrade", "4 0 SelfTrade", "2 0 SelfTrade"])
  })

  it("a bid from those sales that it reaches, the best first", () => {
    const { by, order } = collecting()
    by("ben", order("ben-roof", 1, 110, 4), order("ben-roof", 2, 100, 4), order("ben-roof", 3, 90, 4))
    expect(reduced(by("ben", order("ben-home", 1, 100, 6, { selfTrade: "decrement" })))).toEqual(["3 4", "4 4", "2 2", "4 2"])
  })

  it("of equal prices the oldest first: one that moved is as young as its move", () => {
    const { by, order } = collecting()
    by("ben", order("ben-home", 1, 90, 4), order("ben-home", 2, 100, 4), { kind: "MoveOrder", meteringPoint: "ben-home", clientOrderId: 1n, price: 100_000 })
    expect(closed(by("ben", order("ben-roof", 1, 100, 4, { selfTrade: "decrement" })))).toEqual(["2 0 SelfTrade", "3 0 SelfTrade"])
  })

  it("of the same period: no other book is looked at", () => {
    const { by, order, gate } = collecting()
    by("ben", order("ben-roof", 1, 90, 4, { period: gate + PERIOD }))
    expect(closed(by("ben", order("ben-home", 1, 100, 4)))).toEqual([])
  })

  it("and once it is gone, the others stay", () => {
    const { by, order } = collecting()
    by("ben", order("ben-roof", 1, 90, 4), order("ben-roof", 2, 90, 4))
    expect(closed(by("ben", order("ben-home", 1, 100, 4, { selfTrade: "cancel-both" })))).toEqual(["1 4 SelfTrade", "3 4 SelfTrade"])
  })

  it("and from all that are left when one was cancelled", () => {
    const { by, order } = collecting()
    by("ben", order("ben-roof", 1, 90, 4), order("ben-roof", 2, 90, 4), { kind: "CancelOrder", meteringPoint: "ben-roof", clientOrderId: 1n })
    expect(closed(by("ben", order("ben-home", 1, 100, 4)))).toEqual(["3 4 SelfTrade"])
  })
})
