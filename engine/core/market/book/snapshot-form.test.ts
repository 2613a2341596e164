import { expect, it } from "vitest"
import { SnapshotWriter } from "./snapshot-form.ts"

/** Words that fit before a writer has to make room. */
const FIRST_ROOM = 1_024
const numbers = (count: number): Array<number> => Array.from({ length: count }, (_, at) => at + 1)
/** What a writer has after `before` words, which are counted from 1, and whatever `more` adds. */
const written = (before: number, more: (writer: SnapshotWriter) => void): Array<number> => {
  const writer = new SnapshotWriter()
  writer.put(...numbers(before))
  more(writer)
  const words = [...new Int32Array(writer.finish().slice().buffer)]
  expect(words.slice(0, before)).toEqual(numbers(before))
  return words.slice(before)
}
/** Numbers of words after which what is written next ends at the room, goes beyond it, or begins behind it. */
const edges = (size: number): Array<number> => numbers(size + 2).map((less) => FIRST_ROOM + 1 - less)

it("single words go on where the room ends", () => {
  for (const before of edges(3)) expect(written(before, (writer) => writer.put(7, 8, 9))).toEqual([7, 8, 9])
})

it("words that are filled in later have their room", () => {
  for (const before of edges(3)) expect(written(before, (writer) => writer.fill(writer.mark(3) + 2, 9))).toEqual([0, 0, 9])
})

it("words that are copied may be far more than there were", () => {
  const many = Int32Array.from(numbers(10 * FIRST_ROOM))
  expect(written(5, (writer) => writer.copy(many, 3, many.length))).toEqual([...many.subarray(3)])
})

it("an order takes seven words, two more for its time and one for each counterparty", () => {
  const time = 2 ** 32 + 5
  for (const before of edges(17)) {
    expect(written(before, (writer) => writer.order(1, 2, 3, 4, 5, 6, 7, 0, []))).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(written(before, (writer) => writer.order(1, 2, 3, 4, 5, 6, 7, time, numbers(8)))).toEqual([1, 2, 3, 4 + 256 + 8 * 512, 5, 6, 7, 5, 1, ...numbers(8)])
  }
})
