import { CANCEL, COMMAND_WORDS, MOVE, PLACE } from "../../../engine/core/market/book/commands.ts"
import type { Books } from "../../../engine/core/market/book/books.ts"
import { EVENT_WORDS, TRADED } from "../../../engine/core/market/book/event-log.ts"
import { FastBooks } from "../../../engine/core/market/book/fast/fast-books.ts"
import type { BookRules } from "../../../engine/core/market/book/rules.ts"
import { IMMEDIATE_OR_CANCEL, LIMIT, termsOf } from "../../../engine/core/market/book/terms.ts"
import { FLOW_QUANTITY, FLOW_TICKS, type Flow, type Totals } from "./flow.ts"
import { touchPages, type Bench } from "./implementation.ts"
import { RECORD_WORDS, recordsOf } from "./records.ts"

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

/** First words of the engine's commands for the flow's operations, without side and book, which lie where the flow has them. */
const headsFor = (policy: number): ReadonlyArray<number> => [
  PLACE | (termsOf(0, LIMIT, policy) << 8),
  CANCEL,
  MOVE,
  PLACE | (termsOf(0, IMMEDIATE_OR_CANCEL, policy) << 8)
]
const SIDE_AND_BOOK = 0xffff_0100

/** Writes records as the engine's commands. */
const convert = (records: Int32Array, from: number, to: number, heads: ReadonlyArray<number>, commands: Int32Array): void => {
  for (let index = from, into = 0; index < to; index++, into += COMMAND_WORDS) {
    const at = index * RECORD_WORDS
    const head = records[at]!
    commands[into] = heads[head & 255]! | (head & SIDE_AND_BOOK)
    commands[into + 1] = records[at + 5]!
    commands[into + 2] = records[at + 1]!
    commands[into + 3] = records[at + 2]!
    commands[into + 4] = records[at + 3]!
    commands[into + 5] = records[at + 4]!
  }
}

/** The whole flow as the engine's commands. */
export const commandsOf = (flow: Flow, policy: number): Int32Array => {
  const commands = new Int32Array(flow.commands * COMMAND_WORDS)
  convert(recordsOf(flow), 0, flow.commands, headsFor(policy), commands)
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

/** The books with everything, the making of commands from records included: ids, credit, owners, level sums, events, state hash. */
export const full = (flow: Flow, orders: number, policy: number): Bench => {
  const records = recordsOf(flow)
  const heads = headsFor(policy)
  const commands = new Int32Array(BATCH * COMMAND_WORDS)
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
      const end = Math.min(at + BATCH, to)
      convert(records, at, end, heads, commands)
      books.run(commands, 0, end - at)
      drain()
    }
  }
  return { commands: flow.commands, prepare, run, totals: (): Totals => ({ ...traded, ...restingIn(books, flow) }), hash: () => books.log.hash() }
}
