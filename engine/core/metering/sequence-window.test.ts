import fc from "fast-check"
import { expect, it } from "vitest"
import { runs } from "../../../property-tests/arbitraries/runs.ts"
import { markSequence, SEQUENCE_WINDOW } from "./sequence-window.ts"

const fresh = () => ({ highestSequence: 0, sequenceWindow: 0 })
const play = (sequences: ReadonlyArray<number>) => {
  const mark = fresh()
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

it("the window is 32 wide: 31 behind is told apart, 32 behind is refused", () => {
  expect(play([40, 40 - SEQUENCE_WINDOW + 1, 40 - SEQUENCE_WINDOW])).toEqual([{ status: "New", missing: { from: 1, to: 39 } }, none, { status: "SequenceOutsideWindow" }])
})

it("a jump of 32 and more empties the window, one of 31 keeps the old highest", () => {
  expect(play([1, 32, 1]).at(-1)).toEqual({ status: "Repeated" })
  expect(play([1, 33, 2, 2]).slice(2)).toEqual([none, { status: "Repeated" }])
})

it("a jump of more than a year of seconds marks nothing", () => {
  const mark = { highestSequence: 40, sequenceWindow: 1 }
  expect(markSequence(mark, Number.MAX_SAFE_INTEGER)).toEqual({ status: "SequenceJumped" })
  expect(mark).toEqual({ highestSequence: 40, sequenceWindow: 1 })
  expect(markSequence(mark, 41)).toEqual(none)
})

it("agrees with a plain set of what was seen", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 80 }), (sequences) => {
      const mark = fresh()
      const seen = new Set<number>()
      let highest = 0
      for (const sequence of sequences) {
        const expected = sequence <= highest - SEQUENCE_WINDOW ? "SequenceOutsideWindow" : seen.has(sequence) ? "Repeated" : "New"
        expect(markSequence(mark, sequence).status).toBe(expected)
        if (expected === "New") seen.add(sequence)
        highest = Math.max(highest, ...seen)
        expect(mark).toMatchObject({ highestSequence: highest })
      }
    }),
    runs(500)
  )
})
