import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, expect, it } from "vitest"
import { explainLine } from "./explain-line.ts"
import { settleFiles } from "./settle.ts"
import { demo, openLab } from "./testing/lab.ts"

const { options, write, changed, close } = openLab()
afterAll(close)

/** Settles the demo with further tariff components and explains a line of Cleo's. */
const explained = (components: ReadonlyArray<object>, line: string): string => {
  const tariffs = JSON.parse(readFileSync(join(demo, "tariffs.json"), "utf8")) as { components: Array<object> }
  const run = options({ tariffs: write("tariffs.json", JSON.stringify({ ...tariffs, components: [...tariffs.components, ...components] })) })
  settleFiles(run)
  return explainLine({ folder: run.out, member: "cleo", line, at: undefined })
}

it("a reduced fee says its price and the reduction, and its days sum to it but for nano-units of rounding", () => {
  const text = explained([{ name: "local grid", kind: "grid-fee", from: "2016-01-01", on: ["shared"], price: 58_000, reductionPercent: 57 }], "local grid")
  expect(text).toMatch(/\d+ Wh x 58000 micro-EUR\/kWh, less 57 %/)
  const days = [...text.matchAll(/^ {4}2016.* (\d+) nano$/gm)].map(([, nano]) => Number(nano))
  expect(days.length).toBe(2)
  expect(Math.abs(days[0]! + days[1]! - Number(/sum (\d+) nano/.exec(text)![1]))).toBeLessThanOrEqual(1)
})

it("a cap is told as what it took off, and the days as they were without it", () => {
  const text = explained([{ name: "metering", kind: "levy", from: "2016-01-01", price: 90_000, maximum: 1_000 }], "metering")
  expect(text).toContain("taken off by the cap of the settlement period = -")
  expect(text).toContain("sum 1000000 nano-EUR")
})

it("a line whose VAT changes with a day is two lines, each with its own days", () => {
  const fee = { name: "fee", kind: "levy", price: 10_000 }
  const text = explained([{ ...fee, from: "2016-01-01", until: "2016-03-26", vatPerMille: 200 }, { ...fee, from: "2016-03-27", vatPerMille: 100 }], "fee")
  expect([...text.matchAll(/^ {4}(2016-\S+) /gm)].map(([, day]) => day).sort()).toEqual(["2016-03-26", "2016-03-27"])
})

it("what is charged by the month says so and lists no days", () => {
  const text = explained([{ name: "meter rent", kind: "subscription", from: "2016-01-01", perMonth: 3_100_000 }, { name: "peak", kind: "capacity", from: "2016-01-01", price: 1_000_000 }], "peak")
  expect(text).toContain("a price per kW and month for the highest quarter hour, by its days = ")
  expect(text).not.toContain(" kWh  ")
})

it("a day on which an area sent nothing does not end an explanation before the area's deadline", () => {
  const noDay = changed("intervals.csv", (text) => text.split("\n").map((line) => (line.startsWith("2016-03-25") || line.startsWith("2016-03-26T0") || line.startsWith("2016-03-26T1") || line.startsWith("2016-03-26T20") || line.startsWith("2016-03-26T21") || line.startsWith("2016-03-26T22") ? `${line.split(",").slice(0, 2).join(",")}${",".repeat(8)}` : line)).join("\n"))
  const run = options({ intervals: noDay, trades: undefined, on: "2016-03-28" })
  settleFiles(run)
  expect(explainLine({ folder: run.out, member: "cleo", line: "supplier", at: undefined })).toContain("2016-03-27")
})
