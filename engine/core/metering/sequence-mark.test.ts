import fc from "fast-check"
import { expect, it } from "vitest"
import { runs } from "../../../property-tests/arbitraries/runs.ts"
import { freshMark, LONGEST_JUMP, markSequence, MOST_GAPS, restartedMark } from "./sequence-mark.ts"

const play = (sequences: ReadonlyArray<number>) => {
  const mark = freshMark()
  return sequences.map((sequence) => markSequence(mark, sequence))
}
const none = { status: "New", missing: undefined }

it("one after the other is new; the same again is a repetition", () => {
  expect(play([1, 2, 2, 1, 3])).toEqual([none, none, { status: "Repeated" }, { status: "Repeated" }, none])
})

it("a jump ahead names what is missing; what comes late is new once", () => {
  expect(play([1, 5, 3, 3, 4, 2])).toEqual([none, { status: "New", missing: { from: 2, to: 4 } }, none, { status: "Repeated" }, none, none])
})

it("the first reading of a meter may start anywhere, and says what came before it", () => {
  expect(play([7])).toEqual([{ status: "New", missing: { from: 1, to: 6 } }])
})

it("a week of seconds that comes late is new, each second once", () => {
  const mark = freshMark()
  markSequence(mark, 1)
  markSequence(mark, 604_802)
  for (let sequence = 2; sequence <= 604_801; sequence++) expect(markSequence(mark, sequence).status).toBe("New")
  expect(mark).toEqual({ highest: 604_802, missing: [], knownFrom: 1 })
})

it("of more gaps than there is room for, the oldest is forgotten", () => {
  const mark = freshMark()
  for (let gap = 0; gap <= MOST_GAPS; gap++) markSequence(mark, 2 * gap + 2)
  expect(mark.missing).toHaveLength(MOST_GAPS)
  expect(markSequence(mark, 1)).toEqual({ status: "SequenceOutsideWindow" })
  expect(markSequence(mark, 3)).toEqual(none)
})

it("a jump of more than a year of seconds marks nothing, but for the first reading", () => {
  const mark = { highest: 40, missing: [], knownFrom: 1 }
  expect(markSequence(mark, Number.MAX_SAFE_INTEGER)).toEqual({ status: "SequenceJumped" })
  expect(mark).toEqual({ highest: 40, missing: [], knownFrom: 1 })
  expect(markSequence(mark, 41)).toEqual(none)
  expect(play([LONGEST_JUMP + 1, LONGEST_JUMP])).toEqual([none, { status: "SequenceOutsideWindow" }])
})

it("a count that began anew knows nothing of what came before", () => {
  const mark = restartedMark(10)
  expect([9, 10, 11].map((sequence) => markSequence(mark, sequence).status)).toEqual(["SequenceOutsideWindow", "Repeated", "New"])
})

it("agrees with a plain set of what was seen", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 80 }), (sequences) => {
      const mark = freshMark()
      const seen = new Set<number>()
      for (const sequence of sequences) {
        expect(markSequence(mark, sequence).status).toBe(seen.has(sequence) ? "Repeated" : "New")
        seen.add(sequence)
        const highest = Math.max(...seen)
        const missing = mark.missing.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, index) => from + index))
        expect(mark.highest).toBe(highest)
        expect(missing).toEqual(Array.from({ length: highest }, (_, index) => index + 1).filter((one) => !seen.has(one)))
      }
    }),
    runs(500)
  )
})
