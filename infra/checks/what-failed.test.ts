import { describe, expect, it } from "vitest"
import { countVitest, failedFiles, failuresOfVitest, lastWords } from "./what-failed.ts"

const report = JSON.stringify({
  testResults: [
    { name: "a.test.ts", status: "failed", assertionResults: [{ status: "passed", fullName: "is fine" }, { status: "failed", fullName: "adds", failureMessages: ["\u001b[31mexpected 2\u001b[39m"] }] },
    { name: "b.test.ts", status: "failed", message: "cannot find module", assertionResults: [] },
    { name: "c.test.ts", status: "passed", assertionResults: [{ status: "passed", fullName: "also fine" }] }
  ]
})

describe("what failed", () => {
  it("counts tests, a broken file as one, and leaves out files that are looked at again", () => {
    expect(failedFiles(report)).toEqual(["a.test.ts", "b.test.ts"])
    expect(countVitest(report)).toEqual({ passed: 2, failed: 2 })
    expect(countVitest(report, new Set(["a.test.ts", "b.test.ts"]))).toEqual({ passed: 1, failed: 0 })
  })

  it("names failed tests and broken files, and nothing that passed", () => {
    expect(failuresOfVitest(report)).toBe("  a.test.ts\n    adds\n      expected 2\n  b.test.ts\n      cannot find module")
  })

  it("shows an error outside of every test, else the end of the output", () => {
    const many = Array.from({ length: 100 }, (_, line) => `line ${line}`)
    expect(lastWords(many.join("\n")).split("\n")[0]).toBe("  line 60")
    many[10] = "⎯⎯ Unhandled Errors ⎯⎯"
    expect(lastWords(many.join("\n")).split("\n")[0]).toContain("Unhandled Errors")
  })
})
