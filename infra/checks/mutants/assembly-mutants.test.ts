import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { compileChanged } from "./compile.ts"
import { mutantsOf } from "./assembly-mutants.ts"

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

it("and the compiler takes the assembly as it is, and refuses a wrong file", async () => {
  const file = "fast/assembly/pool.ts"
  const source = readFileSync(new URL("../../../engine/core/market/book/fast/assembly/pool.ts", import.meta.url), "utf8")
  expect(await compileChanged({ file, source })).toBeInstanceOf(Uint8Array)
  expect(await compileChanged({ file, source: "this is no program" })).toBeUndefined()
})
