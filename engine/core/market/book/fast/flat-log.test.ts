import { expect, it } from "vitest"
import { readableRules } from "../../../../../property-tests/arbitraries/readable-books.ts"
import { CANCEL, COMMAND_WORDS } from "../commands.ts"
import { EVENT_WORDS } from "../event-log.ts"
import { FastBooks } from "./fast-books.ts"
import { LOG, LOG_LIMIT } from "./layout.ts"

/** Events that fit into the part of the memory that is meant for them. */
const FITTING = (LOG_LIMIT - LOG) / 4 / EVENT_WORDS

it("an array beside the log is made for four times what fits, and is kept as long as that is enough", () => {
  const books = new FastBooks(readableRules)
  const wordsOf = (events: number): Int32Array => {
    books.run(Int32Array.from({ length: events * COMMAND_WORDS }, (_, at) => (at % COMMAND_WORDS === 0 ? CANCEL : at)), 0, events)
    expect(books.log.drained()).toBe(events * EVENT_WORDS)
    return books.log.words
  }
  const first = wordsOf(FITTING + 1)
  expect(first.length).toBe(4 * FITTING * EVENT_WORDS)
  for (const events of [FITTING + 1, 2 * FITTING, 4 * FITTING]) expect(wordsOf(events)).toBe(first)
  expect(wordsOf(4 * FITTING + 1).length).toBe(10 * FITTING * EVENT_WORDS)
})
