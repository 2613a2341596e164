import { describe, expect, it } from "vitest"
import { lineOfJsonError } from "./json-error-line.ts"

const lines = ['{', '  "a": 1,', '  "b": [true, null, -2.5e3],', '  "c": { "d": "x" }', '}']

describe("the line on which a text stops being JSON", () => {
  it.each([
    [1, '  "a": one,', 2],
    [1, '  "a": 1', 3],
    [1, '  "a" 1,', 2],
    [2, '  "b": [true, nul, -2.5e3],', 3],
    [2, '  "b": [true,, null],', 3],
    [2, '  "b": [01],', 3],
    [3, '  "c": { "d": "x }', 4],
    [3, '  "c": { d: "x" }', 4],
    [3, '  "c": { "d": "x" },', 5],
    [4, "} }", 5],
    [4, "", 5]
  ])("line %i as %j", (index, line, expected) => {
    const text = lines.with(index, line).join("\n")
    expect(() => JSON.parse(text) as unknown).toThrow()
    expect(lineOfJsonError(text)).toBe(expected)
  })
})
