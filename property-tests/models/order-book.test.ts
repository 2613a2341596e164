import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Books } from "../../engine/core/market/book/books.ts"
import * as log from "../../engine/core/market/book/event-log.ts"
import { EVENT_WORDS } from "../../engine/core/market/book/event-log.ts"
import { NotCanonical } from "../../engine/core/quantity/canonical-reader.ts"
import { FastBooks } from "../../engine/core/market/book/fast/fast-books.ts"
import { restoreFast } from "../../engine/core/market/book/fast/restore.ts"
import { NaiveBooks } from "../../engine/core/market/book/naive/naive-books.ts"
import type { BookRules } from "../../engine/core/market/book/rules.ts"
import { ACCEPTED, STATUS_NAMES } from "../../engine/core/market/book/status.ts"
import { applyTo, batchOf, bookCommand, crampedRules, openingCommands, wideRules, widestRules, type BookCommand } from "../arbitraries/book-command.ts"
import { runs } from "../arbitraries/runs.ts"

/** What histories such as these meet, always the same ones: statuses, and kinds of events with their details. */
const coverage = () => {
  const statuses = new Set<number>()
  const kinds = new Set<number>()
  for (const commands of fc.sample(fc.array(bookCommand(crampedRules), { maxLength: 120, size: "max" }), { seed: 4, numRuns: 3_000 })) {
    const books = new NaiveBooks(crampedRules)
    for (const command of [...openingCommands, ...commands]) statuses.add(applyTo(books, command))
    const events = books.log.drain()
    for (let at = 0; at < events.length; at += EVENT_WORDS) kinds.add(events[at]! & 0xffff)
  }
  return { statuses, kinds }
}

const views = (books: Books) =>
  [0, 1, 2].map((book) => [0, 1].map((side) => ({ best: books.best(book, side), depth: books.depth(book, side, 9) }))).concat([0, 1, 2, 3, 4].map((account) => [{ best: books.held(account), depth: [{ price: 0, quantity: books.openOrders(account) }] }]))

/** One command on both: the same status, the same event words, the same views. */
const applyBoth = (naive: Books, fast: Books, command: BookCommand, byBatch: boolean): void => {
  const before = fast.snapshot().slice()
  const status = applyTo(naive, command)
  const batch = byBatch ? batchOf(command) : undefined
  if (batch === undefined) expect(STATUS_NAMES[applyTo(fast, command)]).toBe(STATUS_NAMES[status])
  else fast.run(batch, 0, 1)
  const events = fast.log.drain()
  expect([...events]).toEqual([...naive.log.drain()])
  expect(fast.log.hash()).toBe(naive.log.hash())
  expect(views(fast)).toEqual(views(naive))
  // Words 1 to 5 are the command's number and the hash: what a refused command may change.
  if (status !== ACCEPTED) expect(fast.snapshot().subarray(24)).toEqual(before.subarray(24))
}

const agree = (rules: BookRules, commands: ReadonlyArray<BookCommand>, restoreAt: number, byBatch: boolean): void => {
  let naive: Books = new NaiveBooks(rules)
  let fast: Books = new FastBooks(rules)
  for (const [index, command] of [...openingCommands, ...commands].entries()) {
    applyBoth(naive, fast, command, byBatch)
    if (index !== restoreAt) continue
    const snapshot = fast.snapshot().slice()
    expect(naive.snapshot()).toEqual(snapshot)
    naive = NaiveBooks.restore(rules, snapshot)
    fast = restoreFast(rules, snapshot)
    expect(fast.snapshot()).toEqual(snapshot)
  }
  expect(fast.snapshot()).toEqual(naive.snapshot())
}

describe("the fast books do what the naive ones do", () => {
  it("with little room, whatever the commands, restored anywhere", () => {
    fc.assert(
      fc.property(fc.array(bookCommand(crampedRules), { maxLength: 120, size: "max" }), fc.nat(120), fc.boolean(), (commands, restoreAt, byBatch) => agree(crampedRules, commands, restoreAt, byBatch)),
      runs(600)
    )
  })

  it("with many prices and long books", () => {
    fc.assert(
      fc.property(fc.array(bookCommand(wideRules), { maxLength: 300, size: "max" }), fc.nat(300), fc.boolean(), (commands, restoreAt, byBatch) => agree(wideRules, commands, restoreAt, byBatch)),
      runs(60)
    )
  })

  it("with the widest band, whose levels nobody has touched", () => {
    fc.assert(
      fc.property(fc.array(bookCommand(widestRules), { maxLength: 300, size: "max" }), fc.nat(300), fc.boolean(), (commands, restoreAt, byBatch) => agree(widestRules, commands, restoreAt, byBatch)),
      runs(60)
    )
  })

  it("a damaged snapshot is refused by name, or its books are books: nothing reaches beyond their memory", () => {
    const word = fc.oneof(fc.integer(), fc.constantFrom(-1, 0, 1, 0x7fff_ffff, -0x8000_0000, 6, 3))
    fc.assert(
      fc.property(fc.array(bookCommand(crampedRules), { minLength: 20, maxLength: 60 }), fc.array(fc.tuple(fc.nat(400), word), { minLength: 1, maxLength: 3 }), fc.array(bookCommand(crampedRules), { maxLength: 20 }), (before, damage, after) => {
        const books = new FastBooks(crampedRules)
        for (const command of [...openingCommands, ...before]) applyTo(books, command)
        const words = new Int32Array(books.snapshot().slice().buffer)
        // The first 17 words say whose snapshot it is; the rest is what it holds.
        for (const [at, value] of damage) words[17 + (at % (words.length - 17))] = value
        let restored: FastBooks
        try {
          restored = restoreFast(crampedRules, new Uint8Array(words.buffer))
        } catch (error) {
          expect(error).toBeInstanceOf(NotCanonical)
          return
        }
        for (const command of after) applyTo(restored, command)
        restored.snapshot()
      }),
      runs(300)
    )
  })

  it("and the histories met every refusal but used-up stamps and stale handles", () => {
    const { statuses } = coverage()
    const missed = Object.entries(STATUS_NAMES).flatMap(([number, name]) => (statuses.has(Number(number)) ? [] : [name]))
    expect(missed).toEqual(["UnknownOperation", "StaleHandle", "StampsUsedUp"])
  })

  it("and every kind of event, for every reason", () => {
    const { kinds } = coverage()
    const { CLOSED, REDUCED, TRADED, MOVED, CALLED, CALL_BUYER, CALL_SELLER, GOOD_TILL, NAMED, AT_ONCE_ONLY, SELF_TRADE, TIME_OVER, GATE_CLOSED } = log
    const closed = [0, AT_ONCE_ONLY, SELF_TRADE, TIME_OVER, GATE_CLOSED].map((reason) => CLOSED | (reason << 8))
    const expected = [TRADED, MOVED, CALLED, CALL_BUYER, CALL_SELLER, GOOD_TILL, NAMED, REDUCED, REDUCED | (SELF_TRADE << 8), ...closed]
    expect(expected.filter((kind) => !kinds.has(kind))).toEqual([])
  })
})
