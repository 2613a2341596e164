import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, it } from "vitest"
import { vitestCheck } from "./vitest-check.ts"

let scratch = ""
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "commonwatt-vitest-check-"))
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const file = (name: string, ...tests: ReadonlyArray<"passed" | "failed">) => ({
  name,
  status: tests.includes("failed") ? "failed" : "passed",
  assertionResults: tests.map((status, index) => ({ status, fullName: `test ${index}` }))
})
const report = (...testResults: ReadonlyArray<ReturnType<typeof file>>): void => writeFileSync(join(scratch, "some-tests.json"), JSON.stringify({ testResults }))

it("a second look runs the failed files alone and counts them anew beside the others", () => {
  const check = vitestCheck("some tests", "some.config.ts", { scratch, lookTwice: true })
  report(file("a.test.ts", "passed", "passed"), file("b.test.ts", "passed", "failed"))
  expect(check.count!("")).toEqual({ passed: 3, failed: 1 })
  const again = check.secondLook!()!
  expect(again.command.slice(-2)).toEqual(["--maxWorkers=1", "b.test.ts"])
  expect(again.secondLook).toBeUndefined()
  report(file("b.test.ts", "passed", "failed"))
  expect(again.count!("")).toEqual({ passed: 3, failed: 1 })
  report(file("b.test.ts", "passed", "passed"))
  expect(again.count!("")).toEqual({ passed: 4, failed: 0 })
})

it("there is no second look where no file failed, nor where none was asked for", () => {
  report(file("a.test.ts", "passed"))
  expect(vitestCheck("some tests", "some.config.ts", { scratch, lookTwice: true }).secondLook!()).toBeUndefined()
  expect(vitestCheck("some tests", "some.config.ts", { scratch }).secondLook).toBeUndefined()
})
