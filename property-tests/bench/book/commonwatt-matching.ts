import { HandleBooks } from "../../../engine/core/market/book/fast/handle-books.ts"
import { FLOW_TICKS, FLOW_WORDS, type Flow, type Totals } from "./flow.ts"
import { touchPages, type Bench } from "./implementation.ts"

/** Matching alone: the caller remembers the engine's handles, nobody asks for credit, events or a hash. */
export const matching = (flow: Flow, orders: number): Bench => {
  const rules = {
    minimumPrice: 0, maximumPrice: FLOW_TICKS - 1, priceTick: 1, minimumQuantity: 1, maximumQuantity: 1_000_000, maximumOpen: 0, maximumDirected: 0,
    tariffs: [], books: flow.books, accounts: flow.participants, orders
  }
  let books = new HandleBooks(rules)
  /** Slot and stamp by the flow's id. */
  const handles = new Int32Array((flow.commands + 1) * 2)
  const prepare = (): void => {
    books = new HandleBooks(rules)
    touchPages(books)
    handles.fill(0)
    for (let book = 0; book < flow.books; book++) books.open(book)
  }
  const run = (from: number, to: number): void => {
    const { words } = flow
    for (let at = from * FLOW_WORDS; at < to * FLOW_WORDS; at += FLOW_WORDS) {
      const head = words[at]!
      const op = head & 255
      const handle = words[at + 1]! << 1
      if (op === 1) books.cancel(handles[handle]!, handles[handle + 1]!)
      else {
        const slot = op === 2 ? books.move(handles[handle]!, handles[handle + 1]!, words[at + 2]!) : books.place(head >>> 16, (head >>> 8) & 255, words[at + 2]!, words[at + 3]!, words[at + 4]!, op === 0)
        if (slot <= 0) continue
        handles[handle] = slot
        handles[handle + 1] = books.stamp
      }
    }
  }
  const totals = (): Totals => {
    let restingQuantity = 0
    for (const sum of books.ladder.sums.filter((_, index) => index % 2 === 1)) restingQuantity += sum
    return { trades: books.trades, quantity: books.quantity, notional: books.notional, resting: books.pool.live, restingQuantity }
  }
  return { commands: flow.commands, prepare, run, totals }
}
