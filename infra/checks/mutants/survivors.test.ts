import { expect, it } from "vitest"
import { pageOf } from "./page.ts"
import { compare, countsOf, survivorsOf, type Report } from "./survivors.ts"

const source = "export const isLess = (left: number, right: number) =>\n  left < right && right > 0\n"
const place = (line: number, from: number, to: number) => ({ start: { line, column: from }, end: { line, column: to } })
const report: Report = {
  files: {
    "a.ts": {
      source,
      mutants: [
        { status: "Killed", replacement: "left >= right", location: place(2, 3, 15) },
        { status: "Survived", replacement: "left <= right", location: place(2, 3, 15) },
        { status: "NoCoverage", replacement: "() => undefined", location: { start: { line: 1, column: 23 }, end: { line: 2, column: 28 } } },
        { status: "Timeout", replacement: "true", location: place(2, 3, 15) },
        { status: "Ignored", replacement: "", location: place(2, 3, 15) }
      ]
    }
  }
}

it("survivors are what no test killed or ran, with the code that was changed", () => {
  expect(survivorsOf(report)).toEqual([
    { file: "a.ts", line: 2, original: "left < right", replacement: "left <= right" },
    { file: "a.ts", line: 1, original: "(left: number, right: number) => left < right && right > 0", replacement: "() => undefined" }
  ])
  expect(countsOf(report)).toEqual([{ file: "a.ts", mutants: 4, killed: 1, timedOut: 1, survived: 2, waiting: 0 }])
})

it("each survivor needs a reason, and no reason outlives its survivor", () => {
  const known = { file: "a.ts", original: "left < right", replacement: "left <= right", why: "nobody asks with equals" }
  const gone = { ...known, replacement: "left > right" }
  const { unexplained, outdated } = compare(survivorsOf(report), [known, gone], new Set(["a.ts"]))
  expect(unexplained.map(({ line }) => line)).toEqual([1])
  expect(outdated).toEqual([gone])
  expect(compare(survivorsOf(report), [gone], new Set()).outdated).toEqual([])
  const page = pageOf(report, [known, gone], ["engine/core/market/b.ts"])
  expect(page).toContain("| `left < right` | `left <= right` | nobody asks with equals |")
  expect(page).toContain("- a.ts:1: `(left: number, right: number) => left < right && right > 0` -> `() => undefined`")
  expect(page).toContain("| all | 4 | 1 | 1 | 2 | 0 |")
  expect(page).toContain("Without a run yet: b.ts.")
})
