import { expect, it } from "vitest"
import { readableRules } from "../../../../../property-tests/arbitraries/readable-books.ts"
import { CANCEL, COMMAND_WORDS } from "../commands.ts"
import { EVENT_WORDS } from "../event-log.ts"
import { FastBooks } from "./fast-books.ts"
import { LOG, LOG_LIMIT } from "./layout.ts"

it("batches as long as the last one need no other array", () => {
  const books = new FastBooks(readableRules)
  const count = (LOG_LIMIT - LOG) / 4 / EVENT_WORDS + 1
  const cancels = Int32Array.from({ length: count * COMMAND_WORDS }, (_, at) => (at % COMMAND_WORDS === 0 ? CANCEL : at))
  const arrays = [1, 2, 3].map(() => {
    books.run(cancels, 0, count)
    expect(books.log.drained()).toBe(count * EVENT_WORDS)
    return books.log.words
  })
  expect(arrays[1]).toBe(arrays[0])
  expect(arrays[2]).toBe(arrays[0])
})
