import type { HandleBooks } from "../../engine/core/market/book/fast/handle-books.ts"
import type { BookRules } from "../../engine/core/market/book/rules.ts"
import { crampedRules } from "../arbitraries/book-command.ts"
import { PlainBook } from "../bench/book/plain-book.ts"

const TICKS = 9
const rules: BookRules = { ...crampedRules, minimumQuantity: 1, books: 3, orders: 400, tariffs: [] }

/** Whether matching by handle differs from the plain book over some thousand commands, or throws. */
export const handlesDiffer = (make: (rules: BookRules) => HandleBooks): boolean => {
  try {
    const books = make(rules)
    for (let book = 0; book < rules.books; book++) books.open(book)
    const plain = new PlainBook(rules.books, TICKS, 1_024, 4_000)
    const handles: Array<readonly [number, number] | undefined> = [undefined]
    let state = 12_345
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      return (state >>> 8) % below
    }
    for (let step = 0; step < 4_000; step++) {
      const op = random(4)
      const [book, side, price, quantity] = [random(3), random(2), random(TICKS), 1 + random(50)]
      const id = op === 1 || op === 2 ? random(handles.length) : handles.length
      const handle = handles[id]
      let order = 0
      if (op === 1 || op === 2) {
        if (handle === undefined) continue
        if (op === 1) books.cancel(...handle)
        else order = books.move(...handle, price)
        plain.run(op, handleSides.get(handle)!, handleBooks.get(handle)!, id, price, 0)
        if (op === 2 && order > 0) {
          const next = [order, books.stamp] as const
          handleSides.set(next, handleSides.get(handle)!)
          handleBooks.set(next, handleBooks.get(handle)!)
          handles[id] = next
        }
      } else {
        order = books.place(book, side, price, quantity, random(5), op === 0)
        plain.run(op, side, book, id, price, quantity)
        const next = [order, books.stamp] as const
        handleSides.set(next, side)
        handleBooks.set(next, book)
        handles.push(order > 0 ? next : undefined)
      }
      const expected = plain.counted()
      if (books.trades !== expected.trades || books.quantity !== expected.quantity || books.notional !== expected.notional || books.pool.live !== expected.resting) return true
    }
    return false
  } catch {
    return true
  }
}
const handleSides = new Map<readonly [number, number], number>()
const handleBooks = new Map<readonly [number, number], number>()
