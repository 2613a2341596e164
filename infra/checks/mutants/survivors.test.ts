import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"
import { pageOf } from "./page.ts"
import { isAssembly, subjectsOf } from "./subject.ts"
import { changeOf, compare, countsOf, isSame, survivorsOf, type Explained, type Files } from "./survivors.ts"

const source = "export const isLess = (left: number, right: number) =>\n  left < right && right > 0\n"
const place = (line: number, from: number, to: number) => ({ start: { line, column: from }, end: { line, column: to } })
const files: Files = {
  "a.ts": {
    source,
    mutants: [
      { id: "0", status: "Killed", replacement: "left >= right", location: place(2, 3, 15) },
      { id: "1", status: "Survived", replacement: "left <= right", location: place(2, 3, 15) },
      { id: "2", status: "Survived", replacement: "() => undefined", location: { start: { line: 1, column: 23 }, end: { line: 2, column: 28 } } },
      { id: "3", status: "Timeout", replacement: "true", location: place(2, 3, 15) },
      { id: "4", status: "CompileError", replacement: "", location: place(2, 3, 15) },
      { id: "5", status: "Pending", replacement: "false", location: place(2, 3, 15) }
    ]
  }
}
const first = { file: "a.ts", at: "left < right && right > 0", original: "left < right", replacement: "left <= right" }
const second = { file: "a.ts", at: "export const isLess = (left: number, right: number) =>", original: "(left: number, right: number) => left < right && right > 0", replacement: "() => undefined" }

it("survivors are what no test killed, with the code that was changed", () => {
  expect(survivorsOf(files)).toEqual([{ ...first, line: 2 }, { ...second, line: 1 }])
  expect(countsOf(files)).toEqual([{ file: "a.ts", tried: 4, killed: 1, stopped: 1, survived: 2 }])
})

it("each survivor needs a reason, and no reason outlives its survivor", () => {
  const known = { ...first, why: "nobody asks with equals" }
  const gone = { ...known, replacement: "left > right" }
  const { unexplained, outdated } = compare(survivorsOf(files), [known, gone], new Set(["a.ts"]))
  expect(unexplained.map(({ line }) => line)).toEqual([1])
  expect(outdated).toEqual([gone])
  expect(compare(survivorsOf(files), [gone], new Set()).outdated).toEqual([])
  const page = pageOf({ ...files, "engine/core/market/b.ts": { source: "", mutants: [] } }, [known, gone])
  expect(page).toContain("| `left < right && right > 0` | `left < right` | `left <= right` | nobody asks with equals |")
  expect(page).toContain("- a.ts:1: `(left: number, right: number) => left < right && right > 0` -> `() => undefined`")
  expect(page).toContain("| all | 4 | 1 | 1 | 2 |")
  expect(page).toContain("Nothing to change in b.ts: ")
})

it("each mutant that is explained can still be made of the sources", async () => {
  const explained = JSON.parse(readFileSync(join(import.meta.dirname, "equivalent.json"), "utf8")) as ReadonlyArray<Explained>
  const named = [...new Set(explained.map(({ file }) => file))]
  const subjects = [...(await subjectsOf(named.filter((file) => !isAssembly(file)))), ...(await subjectsOf(named.filter(isAssembly)))]
  const made = subjects.flatMap(({ file, source: text, mutations }) => mutations.map((mutation) => changeOf(file, text, mutation)))
  expect(explained.filter((one) => !made.some((change) => isSame(change, one)))).toEqual([])
})
