import { NaiveBooks } from "../../../engine/core/market/book/naive/naive-books.ts"
import { ALLOW, CANCEL_NEWEST } from "../../../engine/core/market/book/terms.ts"
import { commandsOf, openFor, rulesFor } from "./commonwatt.ts"
import { firstOf, type Flow, type Totals } from "./flow.ts"
import { IndexedBooks } from "./indexed-books.ts"

/** What `commonwatt` must end with, and its state hash. */
export interface Ending {
  readonly totals: Totals
  readonly hash: string
}
export interface Expected {
  readonly full: Ending
  readonly "full-stp": Ending
}

/** Commands that the naive books can follow in some seconds. */
const NAIVE_COMMANDS = 6_000
/** Commands between two lines of progress. */
const STEP = 500_000

const indexed = (flow: Flow, policy: number): IndexedBooks => {
  const opened = new NaiveBooks(rulesFor(flow, 1))
  openFor(opened, flow)
  return new IndexedBooks(flow.books, policy, opened.log)
}

const naiveHash = (flow: Flow, orders: number, policy: number): string => {
  const books = new NaiveBooks(rulesFor(flow, orders))
  openFor(books, flow)
  books.run(commandsOf(flow, policy), 0, flow.commands)
  return books.log.hash()
}

const endingOf = (flow: Flow, orders: number, policy: number, progress: (commands: number) => void): Ending => {
  const books = indexed(flow, policy)
  const start = firstOf(flow, NAIVE_COMMANDS)
  books.run(flow, 0, start.commands)
  const [hash, naive] = [books.log.hash(), naiveHash(start, orders, policy)]
  if (hash !== naive) throw new Error(`after ${start.commands} commands the indexed books' state hash is ${hash}, the naive books' ${naive}`)
  for (let at = start.commands; at < flow.commands; at += STEP) {
    books.run(flow, at, Math.min(at + STEP, flow.commands))
    books.log.drain()
    progress(Math.min(at + STEP, flow.commands))
  }
  return { totals: books.totals(), hash: books.log.hash() }
}

/** Runs the flow through the books that are checked against the naive ones, with and without self-trade prevention. */
export const expectFlow = (flow: Flow, orders: number, say: (line: string) => void): Expected => {
  const ending = (name: string, policy: number) => endingOf(flow, orders, policy, (commands) => say(`  checking books, ${name}: ${commands} of ${flow.commands} commands`))
  return { full: ending("full", ALLOW), "full-stp": ending("full-stp", CANCEL_NEWEST) }
}
