import { expect, test } from "vitest"
import { countGoTests } from "./count-go-tests.ts"

test("tests are counted, and a package that does not build is a failure", () => {
  const lines = [
    { Action: "run", Package: "a", Test: "TestOne" },
    { Action: "pass", Package: "a", Test: "TestOne" },
    { Action: "fail", Package: "a", Test: "TestTwo" },
    { Action: "fail", Package: "a" },
    { Action: "fail", Package: "b" },
    { Action: "pass", Package: "c" }
  ]
  expect(countGoTests(`noise\n${lines.map((line) => JSON.stringify(line)).join("\n")}\n`)).toEqual({ passed: 1, failed: 2 })
})
