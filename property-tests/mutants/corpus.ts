import fc from "fast-check"
import type { Books } from "../../engine/core/market/book/books.ts"
import type { BookRules } from "../../engine/core/market/book/rules.ts"
import { NaiveBooks } from "../../engine/core/market/book/naive/naive-books.ts"
import { applyTo, batchOf, bookCommand, crampedRules, openingCommands, wideRules, type BookCommand } from "../arbitraries/book-command.ts"

/** How fast books are made and restored; a mutant brings its own. */
export interface Maker {
  make(rules: BookRules): Books
  restore(rules: BookRules, bytes: Uint8Array): Books
}

/** A history of commands, and what the naive books make of it. */
interface Known {
  readonly rules: BookRules
  readonly commands: ReadonlyArray<BookCommand>
  readonly restoreAt: number
  readonly byBatch: boolean
  readonly said: ReadonlyArray<string>
}

const text = (words: Int32Array | Uint8Array): string => Buffer.from(words.buffer, words.byteOffset, words.byteLength).toString("latin1")
const viewsOf = (books: Books): string => JSON.stringify([0, 1, 2].map((book) => [0, 1].map((side) => [books.best(book, side), books.depth(book, side, 9)])).concat([[0, 1, 2, 3, 4].map((account) => [books.held(account), books.openOrders(account)])] as never))

/** All that can be seen of a history, step by step: statuses, events, now and then views and snapshots. Stops where `differs` says so. */
const tell = ({ rules, commands, restoreAt, byBatch }: Omit<Known, "said">, { make, restore }: Maker, differs: (step: number, said: string) => boolean): void => {
  let books = make(rules)
  for (const [step, command] of commands.entries()) {
    const batch = byBatch ? batchOf(command) : undefined
    let status = 0
    if (batch === undefined) status = applyTo(books, command)
    else books.run(batch, 0, 1)
    let said = `${batch === undefined ? status : ""} ${text(books.log.drain())} ${books.log.hash()}`
    if (step % 8 === 0 || step === commands.length - 1) said += viewsOf(books)
    if (step === restoreAt || step % 40 === 39 || step === commands.length - 1) {
      const bytes = books.snapshot().slice()
      said += text(bytes)
      if (step === restoreAt) books = restore(rules, bytes)
    }
    if (differs(step, said)) return
  }
}

const naive: Maker = { make: (rules) => new NaiveBooks(rules), restore: (rules, bytes) => NaiveBooks.restore(rules, bytes) }

const knownOf = (rules: BookRules, length: number, count: number, seed: number): Array<Known> =>
  fc.sample(fc.tuple(fc.array(bookCommand(rules), { minLength: length >> 1, maxLength: length, size: "max" }), fc.nat(length), fc.boolean()), { seed, numRuns: count }).map(([drawn, restoreAt, byBatch]) => {
    const commands = [...openingCommands, ...drawn]
    const said: Array<string> = []
    tell({ rules, commands, restoreAt, byBatch }, naive, (_, one) => void said.push(one) as never)
    return { rules, commands, restoreAt, byBatch, said }
  })

/** The widest band: a bitmap of four levels. */
const widestRules: BookRules = { ...wideRules, minimumPrice: -200_000, maximumPrice: 28_000 }

/** Histories by what is cheapest first: most mutants die in the first ones. */
export const corpus = (): Array<Known> => [...knownOf(crampedRules, 120, 150, 1), ...knownOf(wideRules, 300, 40, 2), ...knownOf(widestRules, 200, 15, 3), ...knownOf(crampedRules, 120, 350, 4)]

/** Whether fast books differ from the naive ones anywhere, or throw. */
export const isFound = (histories: ReadonlyArray<Known>, maker: Maker): boolean => {
  let found = false
  for (const known of histories) {
    try {
      tell(known, maker, (step, said) => (found = said !== known.said[step]))
    } catch {
      return true
    }
    if (found) return true
  }
  return false
}
