import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, expect, it } from "vitest"
import { settleFiles } from "../settle.ts"
import { openLab } from "../testing/lab.ts"
import { summaryText } from "./summary.ts"

const { options, close } = openLab()
afterAll(close)

it("a statement names the neighbour, the kWh and the price, in text, CSV and JSON alike", () => {
  const given = options()
  const run = settleFiles(given)
  const read = (form: string): string => readFileSync(join(given.out, `statements/cleo.${form}`), "utf8")
  const line = run.statements.find(({ member }) => member === "cleo")!.lines.find(({ kind, counterparty }) => kind === "sharing" && counterparty === "ada")!
  const kwh = (line.energyWh / 1_000).toFixed(3)
  expect(read("txt")).toMatch(new RegExp(`shared in the community +ada \\(community\\) +${kwh.replace(".", "\\.")} kWh +12\\.00 ct/kWh +-\\d+\\.\\d\\d`))
  expect(read("csv")).toContain(`sharing,community,cleo-home,ada,ada-roof,${line.energyWh},${line.amount},${line.cents},0`)
  const json = JSON.parse(read("json")) as { lines: Array<Record<string, unknown>>; savingsCents: string }
  expect(json.lines).toContainEqual(expect.objectContaining({ kind: "sharing", counterparty: "ada", energyWh: line.energyWh, amount: line.amount.toString(), cents: line.cents.toString() }))
  for (const word of ["own roof", "neighbours", "supplier", "fed in", "VAT 20 %", "the same energy at the plain tariff", "saved by the community"]) expect(read("txt")).toContain(word)
})

it("the guide shows what the demo's run is", () => {
  const guide = readFileSync(fileURLToPath(new URL("../../../../docs/guides/settlement.md", import.meta.url)), "utf8")
  const shown = summaryText(settleFiles(options())).split("\n").slice(0, 4).join("\n")
  expect(guide).toContain(shown)
})
