import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { orders } from "../../../property-tests/arbitraries/order.ts"
import { runs } from "../../../property-tests/arbitraries/runs.ts"
import { matchNaively } from "../../../property-tests/models/naive-matcher.ts"
import { emptyBook, placeOrder, type Book } from "./book.ts"
import type { RestingOrder, Side } from "./order.ts"

/** A book with a readable way to place orders: who, side, price, Wh. Order ids count from 1. */
const newBook = () => {
  const book: Book = emptyBook()
  let orderId = 0
  const place = (member: string, side: Side, price: number, remaining: number, community = "sun") => {
    const incoming: RestingOrder = { orderId: ++orderId, meteringPoint: `${member}-${side}`, member, community, side, price, remaining }
    const placed = placeOrder(book, incoming)
    const matches = placed.matches.map(({ resting, price, quantity }) => `${resting.member} ${quantity} @ ${price}`)
    return { outcome: placed.outcome, matches, left: incoming.remaining }
  }
  const show = () => ({ bids: book.bids.map((one) => `${one.member} ${one.remaining} @ ${one.price}`), asks: book.asks.map((one) => `${one.member} ${one.remaining} @ ${one.price}`) })
  return { place, show }
}

describe("price, then time", () => {
  it("a buyer meets the cheapest seller first, not the dearest", () => {
    const { place } = newBook()
    place("dear", "sell", 200, 10)
    place("cheap", "sell", 100, 10)
    expect(place("ben", "buy", 250, 15)).toEqual({ outcome: "Filled", matches: ["cheap 10 @ 100", "dear 5 @ 200"], left: 0 })
  })

  it("a seller meets the highest bidder first, at the bidder's price", () => {
    const { place } = newBook()
    place("low", "buy", 100, 10)
    place("high", "buy", 180, 10)
    expect(place("ada", "sell", 90, 15)).toEqual({ outcome: "Filled", matches: ["high 10 @ 180", "low 5 @ 100"], left: 0 })
  })

  it("at one price the older order comes first, and keeps its place when it is filled in part", () => {
    const { place, show } = newBook()
    place("first", "sell", 100, 10)
    place("second", "sell", 100, 10)
    expect(place("ben", "buy", 100, 4).matches).toEqual(["first 4 @ 100"])
    expect(place("ben", "buy", 100, 8).matches).toEqual(["first 6 @ 100", "second 2 @ 100"])
    expect(show()).toEqual({ bids: [], asks: ["second 8 @ 100"] })
  })

  it("equal prices meet, a gap of one does not", () => {
    const { place, show } = newBook()
    place("ada", "sell", 101, 10)
    expect(place("ben", "buy", 100, 10)).toEqual({ outcome: "Rests", matches: [], left: 10 })
    expect(place("cleo", "buy", 101, 3).matches).toEqual(["ada 3 @ 101"])
    expect(show()).toEqual({ bids: ["ben 10 @ 100"], asks: ["ada 7 @ 101"] })
  })

  it("what is not filled rests behind its equals and before the worse", () => {
    const { place, show } = newBook()
    place("a", "buy", 100, 1)
    place("b", "buy", 120, 1)
    place("c", "buy", 110, 1)
    place("d", "buy", 110, 1)
    place("e", "buy", 90, 1)
    expect(show().bids).toEqual(["b 1 @ 120", "c 1 @ 110", "d 1 @ 110", "a 1 @ 100", "e 1 @ 90"])
  })

  it("negative prices are prices: who pays most to be rid of it is the cheapest seller", () => {
    const { place } = newBook()
    place("pays little", "sell", -10, 5)
    place("pays more", "sell", -30, 5)
    expect(place("ben", "buy", -5, 8).matches).toEqual(["pays more 5 @ -30", "pays little 3 @ -10"])
    expect(place("cleo", "buy", -11, 8).matches).toEqual([])
  })
})

describe("nobody trades with himself", () => {
  it("the newest is withdrawn where it would meet an own order; what it traded before stays traded", () => {
    const { place, show } = newBook()
    place("ada", "sell", 90, 3)
    place("ben", "sell", 100, 10)
    place("cleo", "sell", 110, 10)
    expect(place("ben", "buy", 120, 20)).toEqual({ outcome: "SelfTrade", matches: ["ada 3 @ 90"], left: 17 })
    expect(show()).toEqual({ bids: [], asks: ["ben 10 @ 100", "cleo 10 @ 110"] })
  })

  it("an own order that would not be met is no hindrance", () => {
    const { place } = newBook()
    place("ben", "sell", 150, 10)
    place("ada", "sell", 100, 10)
    expect(place("ben", "buy", 120, 10)).toEqual({ outcome: "Filled", matches: ["ada 10 @ 100"], left: 0 })
  })
})

describe("communities", () => {
  it("orders of two communities pass each other by", () => {
    const { place, show } = newBook()
    place("ada", "sell", 50, 10, "moon")
    place("ben", "sell", 100, 10, "sun")
    expect(place("cleo", "buy", 120, 4, "sun").matches).toEqual(["ben 4 @ 100"])
    expect(show().asks).toEqual(["ada 10 @ 50", "ben 6 @ 100"])
  })
})

it("trades as the naive matcher does, whatever the orders", () => {
  fc.assert(
    fc.property(orders, (placed) => {
      const books = new Map<number, Book>([[900, emptyBook()], [1_800, emptyBook()]])
      const trades = placed.flatMap(({ period, quantity, ...order }) => {
        const incoming = Object.assign(order, { remaining: quantity })
        return placeOrder(books.get(period)!, incoming).matches.map(({ resting, price, quantity }) => {
          const [buy, sell] = incoming.side === "buy" ? [incoming, resting] : [resting, incoming]
          return { period, buyOrder: buy.orderId, sellOrder: sell.orderId, price, quantity }
        })
      })
      const expected = matchNaively(placed).map(({ period, buyOrder, sellOrder, price, quantity }) => ({ period, buyOrder, sellOrder, price, quantity }))
      expect(trades).toEqual(expected)
    }),
    runs(1_000)
  )
})
