import fc from "fast-check"
import { expect, it } from "vitest"
import { FastBooks } from "../../../engine/core/market/book/fast/fast-books.ts"
import { NaiveBooks } from "../../../engine/core/market/book/naive/naive-books.ts"
import { ALLOW, CANCEL_NEWEST } from "../../../engine/core/market/book/terms.ts"
import { runs } from "../../arbitraries/runs.ts"
import { commandsOf, openFor, rulesFor } from "./commonwatt.ts"
import { runPlain } from "./floor.ts"
import { FLOW_WORDS, type Flow } from "./flow.ts"
import { IndexedBooks } from "./indexed-books.ts"

/** A flow over few prices, books and participants, so that everything meets: new orders, and changes of earlier ones. */
const flow: fc.Arbitrary<Flow> = fc
  .array(fc.record({ op: fc.constantFrom(0, 0, 0, 1, 2, 3), side: fc.nat(1), book: fc.nat(2), price: fc.integer({ min: 2_000, max: 2_007 }), quantity: fc.integer({ min: 1, max: 9 }), participant: fc.nat(2), earlier: fc.nat() }), { minLength: 1, maxLength: 120, size: "max" })
  .map((drawn) => {
    const placed: Array<readonly [number, number]> = []
    const words = drawn.flatMap(({ op, side, book, price, quantity, participant, earlier }, index) => {
      const isChange = (op === 1 || op === 2) && placed.length > 0
      if (!isChange) placed.push([(side << 8) | (book << 16), participant])
      const id = isChange ? (earlier % placed.length) + 1 : placed.length
      const [head, owner] = placed[id - 1]!
      return [(isChange ? op : op === 3 ? 3 : 0) | head, id, price, quantity, owner, index]
    })
    return { words: Int32Array.from(words), commands: words.length / FLOW_WORDS, books: 3, participants: 3, sha256: "" }
  })

it.each([["allow", ALLOW], ["cancel newest", CANCEL_NEWEST]])("say of a whole flow what the naive and the fast books say: %s", (_name, policy) => {
  fc.assert(
    fc.property(flow, (made) => {
      for (const books of [new NaiveBooks(rulesFor(made, 200)), new FastBooks(rulesFor(made, 200))]) {
        const opened = new NaiveBooks(rulesFor(made, 1))
        for (const one of [books, opened]) openFor(one, made)
        const indexed = new IndexedBooks(made.books, policy, opened.log)
        books.run(commandsOf(made, policy), 0, made.commands)
        indexed.run(made, 0, made.commands)
        expect([...indexed.log.drain()]).toEqual([...books.log.drain()])
        expect(indexed.log.hash()).toBe(books.log.hash())
        if (policy === ALLOW) expect(indexed.totals()).toEqual(runPlain(made).totals)
      }
    }),
    runs(150)
  )
})
