import { expect, it } from "vitest"
import type { Quality } from "./metering-point.ts"
import { codeOf, qualityOf, type QualityFormat } from "./quality-codes.ts"

/** The table of docs/guides/metering.md. */
const table: ReadonlyArray<readonly [Quality, string, string, string, string, string]> = [
  ["measured", "220", "L1", "0", "A", "G"],
  ["calculated", "67", "L2", "11", "F", "S"],
  ["substitute", "67", "L3", "8", "S", "S"],
  ["provisional", "Z18", "L3", "10", "E", "S"],
  ["missing", "Z30", "L3", "16", "N", "N"]
]
const formats: ReadonlyArray<QualityFormat> = ["mscons", "austria", "espi", "nem12", "ocmf"]

it("every quality has a code in every format, as the guide says", () => {
  expect(table.map(([quality]) => [quality, ...formats.map((format) => codeOf(format, quality))])).toEqual(table)
})

it("no code that is written claims more than the value is, and 'measured' is written for nothing else", () => {
  const rank: Record<Quality, number> = { measured: 4, calculated: 3, substitute: 2, provisional: 2, missing: 1 }
  for (const [quality] of table) {
    for (const format of formats) {
      const read = qualityOf(format, codeOf(format, quality))!
      if (quality !== "missing") expect(rank[read], `${format} ${quality}`).toBeLessThanOrEqual(rank[quality])
      if (quality !== "measured") expect(read, `${format} ${quality}`).not.toBe("measured")
    }
  }
})

it("codes of the field are understood, unknown ones are not guessed", () => {
  expect(["220", "67", "Z18", "201", "20", "187", "Z30"].map((code) => qualityOf("mscons", code))).toEqual(["measured", "substitute", "provisional", "substitute", "missing", "substitute", "missing"])
  expect(["N", "G", "T", "D", "R", "M", "X", "I", "O", "S"].map((code) => qualityOf("ocmf", code) !== undefined)).toEqual(Array(10).fill(true))
  expect(qualityOf("mscons", "221")).toBeUndefined()
  expect(qualityOf("austria", "l1")).toBeUndefined()
})
