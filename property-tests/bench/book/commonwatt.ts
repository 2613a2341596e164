import { CANCEL, COMMAND_WORDS, MOVE, PLACE } from "../../../engine/core/market/book/commands.ts"
import type { Books } from "../../../engine/core/market/book/books.ts"
import { EVENT_WORDS, TRADED } from "../../../engine/core/market/book/event-log.ts"
import { FastBooks } from "../../../engine/core/market/book/fast/fast-books.ts"
import type { BookRules } from "../../../engine/core/market/book/rules.ts"
import { IMMEDIATE_OR_CANCEL, LIMIT, termsOf } from "../../../engine/core/market/book/terms.ts"
import { FLOW_QUANTITY, FLOW_TICKS, FLOW_WORDS, scatter, type Flow, type Totals } from "./flow.ts"
import { touchPages, type Bench } from "./implementation.ts"

/** Commands between two drains, as the service takes them from the log. */
const BATCH = 256
const TARIFF = { residualSupplyPrice: 3_000, feedInPrice: 500 }

export const rulesFor = (flow: Flow, orders: number): BookRules => ({
  minimumPrice: 0,
  maximumPrice: FLOW_TICKS - 1,
  priceTick: 1,
  minimumQuantity: 1,
  maximumQuantity: FLOW_QUANTITY,
  maximumOpen: 1_000_000,
  maximumDirected: 64,
  tariffs: [TARIFF],
  books: flow.books,
  accounts: flow.participants,
  orders
})

/** The flow as the engine's commands, ids scattered over 64 bits. */
export const commandsOf = (flow: Flow, policy: number): Int32Array => {
  const commands = new Int32Array(flow.commands * COMMAND_WORDS)
  for (let index = 0; index < flow.commands; index++) {
    const at = index * FLOW_WORDS
    const head = flow.words[at]!
    const op = head & 255
    const terms = termsOf((head >>> 8) & 1, op === 3 ? IMMEDIATE_OR_CANCEL : LIMIT, policy)
    const operation = op === 1 ? CANCEL : op === 2 ? MOVE : PLACE
    const [low, high] = scatter(flow.words[at + 1]!)
    commands.set([operation | (terms << 8) | ((head >>> 16) << 16), flow.words[at + 4]!, low, high, flow.words[at + 2]!, flow.words[at + 3]!, 0, 0], index * COMMAND_WORDS)
  }
  return commands
}

/** Opens every book, and gives every participant an account, an owner and more credit than any flow can use. */
export const openFor = (books: Books, flow: Flow): void => {
  for (let book = 0; book < flow.books; book++) books.open(book, 0)
  for (let account = 0; account < flow.participants; account++) books.setAccount(account, account, 2 ** 52)
  books.log.drain()
}

const restingIn = (books: Books, flow: Flow) => {
  let resting = 0
  for (let account = 0; account < flow.participants; account++) resting += books.openOrders(account)
  let restingQuantity = 0
  for (let book = 0; book < flow.books; book++) {
    for (const side of [0, 1]) for (const { quantity } of books.depth(book, side, FLOW_TICKS)) restingQuantity += quantity
  }
  return { resting, restingQuantity }
}

/** The books with everything: ids, credit, owners, level sums, events, state hash. */
export const full = (flow: Flow, orders: number, policy: number): Bench => {
  const commands = commandsOf(flow, policy)
  const rules = rulesFor(flow, orders)
  let books = new FastBooks(rules)
  const traded = { trades: 0, quantity: 0, notional: 0 }
  /** Reads the drained events as a consumer would: it looks at every kind and adds up the trades. */
  const drain = (): void => {
    const length = books.log.drained()
    const { words } = books.log
    for (let at = 0; at < length; at += EVENT_WORDS) {
      if ((words[at]! & 255) !== TRADED) continue
      traded.trades++
      traded.quantity += words[at + 5]!
      traded.notional += words[at + 5]! * words[at + 4]!
    }
  }
  const prepare = (): void => {
    books = new FastBooks(rules)
    touchPages(books)
    openFor(books, flow)
    Object.assign(traded, { trades: 0, quantity: 0, notional: 0 })
  }
  const run = (from: number, to: number): void => {
    for (let at = from; at < to; at += BATCH) {
      books.run(commands, at, Math.min(at + BATCH, to))
      drain()
    }
  }
  return { commands: flow.commands, prepare, run, totals: (): Totals => ({ ...traded, ...restingIn(books, flow) }), hash: () => books.log.hash() }
}
