import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { compileSources } from "./compile.ts"
import { mutantsOf } from "./assembly-mutants.ts"
import { switchedModules } from "./switched-assembly.ts"

const changed = (source: string) => mutantsOf(source).map(({ start, end, replacement }) => `${source.slice(0, start)}${replacement}${source.slice(end)}`)

it("changes operators, conditions, constants and statements, one at a time, but no types", () => {
  const source = "@inline\nexport function f(a: i32): i32 {\n  if (a < 2) store<i32>(a, 1)\n  return -a\n}"
  expect(changed(source).map((text) => text.split("\n").slice(2, 4).map((line) => line.trim()).join(" | "))).toEqual([
    "if (true) store<i32>(a, 1) | return -a",
    "if (false) store<i32>(a, 1) | return -a",
    "if ((a <= 2)) store<i32>(a, 1) | return -a",
    "if ((a >= 2)) store<i32>(a, 1) | return -a",
    "if (a < 3) store<i32>(a, 1) | return -a",
    "if (a < 2) ; | return -a",
    "if (a < 2) store<i32>(a, 2) | return -a",
    "if (a < 2) store<i32>(a, 1) | return (a)"
  ])
})

it("many mutants in one module behind a switch; a place that must be a constant takes none, nor does what a name of the file begins with", async () => {
  const read = (name: string) => readFileSync(new URL(`../../../engine/core/market/book/fast/assembly/${name}`, import.meta.url), "utf8")
  expect(await compileSources(new Map([["fast/assembly/pool.ts", "this is no program"]]))).toBeUndefined()
  const source = `${read("pool.ts")}\nexport const STEP = 8\nlet seen = 6\nexport function offset(at: i32): i32 {\n  return load<i32>(at, 4) + 1\n}\n`
  const mutants = mutantsOf(source).filter(({ start }) => start > source.lastIndexOf("export const")).map((mutant, place) => ({ ...mutant, number: place + 1 }))
  const modules = await switchedModules("fast/assembly/pool.ts", source, mutants, `import { offset } from "./pool.ts"\n${read("index.ts")}\nexport { offset }\n`)
  const held = new Set(modules.flatMap(({ mutants: some }) => some.map(({ number }) => number)))
  expect(mutants.filter(({ number }) => !held.has(number)).map(({ start, end, replacement }) => `${source.slice(start, end)} > ${replacement}`)).toEqual(["8 > 9", "6 > 7", "4 > 5"])
  expect(modules.map(({ binary }) => Buffer.from(binary.subarray(0, 4)).toString())).toEqual(modules.map(() => "\0asm"))
})
