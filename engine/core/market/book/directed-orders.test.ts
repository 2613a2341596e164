import { describe, expect, it } from "vitest"
import { bothBooks, readable, readableRules as rules } from "../../../../property-tests/arbitraries/readable-books.ts"
import { ACCEPTED, STATUS_NAMES } from "./status.ts"
import { termsOf } from "./terms.ts"

describe.each(bothBooks)("%s books: a directed order", (_name, make) => {
  it("that is gone, however it went, makes room for another", () => {
    const { books, place, after } = readable(make(rules))
    const directed = (until = 0) => place("ada", "sell", 100, 5, { named: ["ben"], until })
    expect([directed(), directed(60), directed(), directed(), directed()]).toEqual([[], [], [], [], "TooManyDirected"])
    expect(after(books.cancel(0, 1, 0))).toEqual(["ada closed 5"])
    expect([directed(), directed()]).toEqual([[], "TooManyDirected"])
    expect(after(books.advance(60))).toEqual(["ada closed 5"])
    expect([directed(), directed()]).toEqual([[], "TooManyDirected"])
    expect(place("ben", "buy", 100, 7)).toEqual(["ada 5 @ 100", "ada 2 @ 100"])
    expect([directed(), directed()]).toEqual([[], "TooManyDirected"])
    expect(after(books.cancelAll(0))).toHaveLength(4)
    expect([directed(), directed(), directed(), directed(), directed()]).toEqual([[], [], [], [], "TooManyDirected"])
  })

  it("counts among the directed ones, a collected one does not, not even when it leaves", () => {
    const { books, place, after } = readable(make(rules))
    books.collect(0)
    place("cleo", "sell", 100, 5)
    place("cleo", "sell", 110, 5)
    for (let count = 0; count < 4; count++) expect(place("ada", "sell", 100, 5, { named: ["ben"] })).toEqual([])
    expect(after(books.cancel(2, 1, 0))).toEqual(["cleo closed 5"])
    expect(place("ada", "sell", 100, 5, { named: ["ben"] })).toBe("TooManyDirected")
    expect(place("cleo", "sell", 100, 5)).toEqual([])
    expect(after(books.cancel(0, 4, 0))).toEqual(["ada closed 5"])
    expect(place("ada", "sell", 100, 5, { named: ["ben"] })).toEqual([])
  })

  it("that moves still meets only whom it names, whoever was named last", () => {
    const { books, place, after } = readable(make(rules))
    place("ben", "buy", 90, 5)
    place("cleo", "buy", 90, 5)
    place("ada", "sell", 120, 8, { named: ["cleo"] })
    place("dan", "sell", 300, 1, { named: ["ben"] })
    expect(after(books.move(0, 3, 0, 90))).toEqual(["cleo 5 @ 90"])
    expect(after(books.move(0, 3, 0, 80))).toEqual([])
    expect(place("dan", "buy", 100, 1)).toEqual([])
    expect(place("cleo", "buy", 100, 1)).toEqual(["ada 1 @ 80"])
    expect(books.depth(0, 0, 9)).toEqual([{ price: 100, quantity: 1 }, { price: 90, quantity: 5 }])
  })

  it("beside one for everybody that moves names nobody in its stead", () => {
    const { books, place, after } = readable(make(rules))
    place("ada", "sell", 120, 5)
    place("ben", "buy", 100, 5)
    place("dan", "sell", 300, 1, { named: ["cleo"] })
    expect(after(books.move(0, 1, 0, 100))).toEqual(["ben 5 @ 100"])
  })

  it("keeps its names while those before and behind it come and go", () => {
    const { books, place } = readable(make(rules))
    place("cleo", "sell", 300, 1)
    place("ada", "sell", 100, 5, { named: ["ben", "dan"] })
    books.cancel(2, 1, 0)
    place("cleo", "sell", 300, 1, { named: ["cleo"] })
    place("cleo", "sell", 300, 1, { named: ["ada", "cleo", "ada", "cleo", "ada", "cleo", "ada", "cleo"] })
    expect(place("cleo", "buy", 100, 1)).toEqual([])
    expect(place("ben", "buy", 100, 1)).toEqual(["ada 1 @ 100"])
    expect(place("dan", "buy", 100, 1)).toEqual(["ada 1 @ 100"])
  })

  it("with a shorter list than the one before is not met by who stood in that", () => {
    const { place } = readable(make(rules))
    place("cleo", "sell", 300, 5, { named: ["ada", "ben", "dan"] })
    place("ada", "sell", 90, 5, { named: ["ben"] })
    expect(place("dan", "buy", 90, 5)).toEqual([])
    expect(place("ben", "buy", 90, 5)).toEqual(["ada 5 @ 90"])
  })

  it.each([0, 1])("meets of all who rest whom it names, down to the lowest price, in book %i", (book) => {
    const { place } = readable(make(rules), book)
    place("cleo", "buy", -90, 5)
    place("ben", "buy", -100, 5)
    expect(place("ada", "sell", -100, 2, { named: ["ben"] })).toEqual(["ben 2 @ -100"])
    place("dan", "sell", 100, 5)
    place("cleo", "sell", 110, 5)
    expect(place("ada", "buy", 120, 7, { named: ["cleo"] })).toEqual(["cleo 5 @ 110"])
  })

  it("in one book is none of another", () => {
    const books = make(rules)
    const { place, after } = readable(books)
    books.open(1_800, 0)
    const inSecond = (account: number, id: number, side: number, price: number, named: ReadonlyArray<number>) => after(books.place(1, account, id, 1, termsOf(side), price, 5, 0, named))
    expect(inSecond(0, 1, 1, 100, [1])).toEqual([])
    expect(inSecond(2, 2, 1, 100, [1])).toEqual([])
    expect(place("ben", "buy", 100, 5)).toEqual([])
    expect(place("ada", "sell", 100, 5)).toEqual(["ben 5 @ 100"])
    expect(after(books.cancel(0, 1, 1))).toEqual(["ada closed 5"])
    expect(inSecond(1, 3, 0, 100, [])).toEqual(["cleo 5 @ 100"])
    for (let id = 10; id < 14; id++) expect(inSecond(0, id, 1, 100, [1])).toEqual([])
    expect(STATUS_NAMES[books.place(1, 0, 14, 1, termsOf(1), 100, 5, 0, [1])]).toBe("TooManyDirected")
    expect(books.close(1, 100)).toBe(ACCEPTED)
  })
})
