import { expect, it } from "vitest"
import { CLOSED, EventBuffer, EVENT_WORDS, hashText } from "./event-log.ts"

it("a log with room for one event takes as many as there are", () => {
  const log = new EventBuffer(1)
  for (let account = 0; account < 5; account++) log.write(CLOSED, 0, account, 0, 0, 0, 0, 0)
  const words = log.drain()
  expect(Array.from({ length: 5 }, (_, event) => words[event * EVENT_WORDS + 1])).toEqual([0, 1, 2, 3, 4])
})

it("a hash has eight digits for each of its four words", () => {
  expect(hashText(Int32Array.of(1, -1, 0, 0xabcd))).toBe("00000001ffffffff000000000000abcd")
})
