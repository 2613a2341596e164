import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"
import { everyRule } from "../bench/settle/every-rule.ts"
import { readFeederCommunity, feeders, type FeederName } from "../bench/settle/feeder.ts"
import { settleFeeder } from "../bench/settle/feeders.ts"

const page = readFileSync(fileURLToPath(new URL("../../docs/settlement-of-the-feeders.md", import.meta.url)), "utf8")

/** Sum of min(injected, withdrawn) of every stretch of `periods` quarter hours, from the feeder's values alone. */
const leastSum = (feeder: FeederName, periods: number): number => {
  const { intervals } = readFeederCommunity(feeder)
  const { meteringPoints, values } = intervals
  let sum = 0
  for (let row = 0; row < intervals.periods.length; row += periods) {
    let [injected, withdrawn] = [0, 0]
    for (let place = row * meteringPoints.length; place < (row + periods) * meteringPoints.length; place++) {
      if (meteringPoints[place % meteringPoints.length]!.startsWith("load")) withdrawn += values[place]!
      else injected += values[place]!
    }
    sum += Math.min(injected, withdrawn)
  }
  return sum
}

it.each(feeders.flatMap((feeder) => everyRule.map((rule) => [feeder, rule.name, rule] as const)))("%s, %s: as the page says, without any error", (feeder, name, rule) => {
  const totals = settleFeeder(feeder, rule)
  expect([totals.energyErrorWh, totals.moneyErrorNano]).toEqual([0, "0"])
  const section = page.slice(page.indexOf(`## ${feeder}`))
  expect(section).toContain(`| ${name} | ${totals.sharedWh} | ${totals.residualWh} | ${totals.feedInWh} | ${(Number(totals.savingsCents) / 100).toFixed(2)} | \`${totals.resultHash.slice(0, 12)}\` |`)
  const most = leastSum(feeder, rule.resolutionMinutes / 15)
  if (/dynamic; France|Italy|own roof/.test(name)) expect(totals.sharedWh).toBe(most)
  else expect(totals.sharedWh).toBeLessThan(most)
})
