import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { REFUSALS } from "./refusals.ts"

it("the guide says of each refusal what the command line says", () => {
  const guide = readFileSync(new URL("../../../docs/guides/orders.md", import.meta.url), "utf8")
  const missing = Object.entries(REFUSALS).filter(([status, { cause, mend }]) => !cause.startsWith("no client") && !guide.includes(`| \`${status}\` | ${cause} | ${mend} |`))
  expect(missing.map(([status]) => status)).toEqual([])
})
