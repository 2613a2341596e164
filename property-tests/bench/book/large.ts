// npm run bench -- book-large: a million resting orders written and restored, and a call of 4,000 orders, in milliseconds.
import { FastBooks } from "../../../engine/core/market/book/fast/fast-books.ts"
import { restoreFast } from "../../../engine/core/market/book/fast/restore.ts"
import type { BookRules } from "../../../engine/core/market/book/rules.ts"
import { termsOf } from "../../../engine/core/market/book/terms.ts"
import { scatter } from "./flow.ts"

const ORDERS = 1_000_000
const CALL_ORDERS = 4_000
const ROUNDS = 7
const rules: BookRules = {
  minimumPrice: -2_048, maximumPrice: 2_047, priceTick: 1, minimumQuantity: 1, maximumQuantity: 1_000_000, maximumOpen: ORDERS, maximumDirected: 10,
  tariffs: [{ residualSupplyPrice: 1_000, feedInPrice: -500 }], books: 96, accounts: 2_000, orders: ORDERS
}

/** Orders all over 96 books, placed in a scattered order, none of which cross. */
const filled = (): FastBooks => {
  const books = new FastBooks(rules)
  for (let book = 0; book < rules.books; book++) books.open(900 * book, 0)
  for (let account = 0; account < rules.accounts; account++) books.setAccount(account, account, 2 ** 52)
  for (let id = 0; id < ORDERS; id++) {
    const [low, high] = scatter(id)
    const side = low & 1
    const away = 1 + ((high >>> 8) % 1_500)
    books.place((low >>> 8) % rules.books, (high >>> 20) % rules.accounts, low, high, termsOf(side), side === 0 ? -away : away, 1 + (low >>> 20), 0, [])
    if (id % 1_000 === 0) books.log.drained()
  }
  return books
}

const timed = (what: () => void): number => {
  const began = performance.now()
  what()
  return performance.now() - began
}
const median = (numbers: ReadonlyArray<number>): string => numbers.toSorted((left, right) => left - right)[numbers.length >> 1]!.toFixed(1)

const books = filled()
let bytes: Uint8Array = new Uint8Array()
const writing: Array<number> = []
const restoring: Array<number> = []
const calling: Array<number> = []
for (let round = 0; round < ROUNDS; round++) {
  writing.push(timed(() => (bytes = books.snapshot())))
  let again: FastBooks | undefined
  restoring.push(timed(() => (again = restoreFast(rules, bytes))))
  if (again!.pool.live !== ORDERS || again!.log.hash() !== books.log.hash()) throw new Error("restored something else")
  const market = new FastBooks({ ...rules, orders: CALL_ORDERS })
  market.open(0, 0)
  market.setAccount(0, 0, 2 ** 52)
  market.collect(0)
  for (let id = 0; id < CALL_ORDERS; id++) {
    const [low, high] = scatter(id)
    market.place(0, 0, low, high, termsOf(low & 1), ((high >>> 8) % 400) - 200, 1 + (low >>> 20), 0, [])
  }
  calling.push(timed(() => market.close(0, 0)))
}
process.stdout.write(`${ORDERS} resting orders: snapshot ${median(writing)} ms, ${(bytes.length / 2 ** 20).toFixed(1)} MB; restore ${median(restoring)} ms\n`)
process.stdout.write(`a call of ${CALL_ORDERS} orders: ${median(calling)} ms\n`)
