import { parseArgs } from "node:util"
import type { CommunityInputs } from "../../../engine/core/settlement/community/community-inputs.ts"
import { hashCommunityResult } from "../../../engine/core/settlement/community/community-run.ts"
import { settleCommunity } from "../../../engine/core/settlement/community/settle-community.ts"
import { statementsOf } from "../../../engine/core/settlement/community/statement.ts"
import { toHex } from "../../../engine/core/quantity/bytes.ts"
import { coefficientAt, everyRule, type NamedRule } from "./every-rule.ts"
import { feeders, readFeederCommunity, type FeederCommunity, type FeederName } from "./feeder.ts"

/** Totals of one feeder under one rule, over all its periods. */
export interface FeederTotals {
  readonly feeder: FeederName
  readonly rule: string
  readonly injectedWh: number
  readonly withdrawnWh: number
  readonly sharedWh: number
  readonly residualWh: number
  readonly feedInWh: number
  /** What all members together save against the plain tariff, in cents. */
  readonly savingsCents: string
  readonly energyErrorWh: number
  readonly moneyErrorNano: string
  readonly resultHash: string
}

const inputsOf = ({ members, intervals }: FeederCommunity, { resolutionMinutes, steps }: NamedRule): CommunityInputs => ({
  rules: {
    community: "feeder",
    timeZone: "Europe/Berlin",
    currency: "EUR",
    areas: [{ area: "feeder", deadlineDays: 0 }],
    members,
    versions: [{ from: "2016-01-01", resolutionMinutes, steps: steps(members) }]
  },
  tariffs: {
    currency: "EUR",
    components: [
      { name: "energy", kind: "energy", from: "2016-01-01", price: 250_000 },
      { name: "feed-in", kind: "feed-in", from: "2016-01-01", price: 60_000 },
      { name: "grid", kind: "grid-fee", from: "2016-01-01", on: ["residual"], price: 58_000 },
      { name: "grid local", kind: "grid-fee", from: "2016-01-01", on: ["shared"], price: 58_000, reductionPercent: 57 }
    ]
  },
  intervals,
  trades: [],
  priceAt: () => undefined,
  coefficientAt: coefficientAt(members.length)
})

/** Settles one feeder by one rule. */
export const settleFeeder = (feeder: FeederName, rule: NamedRule): FeederTotals => {
  const result = settleCommunity(inputsOf(readFeederCommunity(feeder), rule), "2017-01-01")
  const sum = (direction: string, value: (point: (typeof result.points)[number]) => number): number => result.points.reduce((total, point) => (point.direction === direction ? total + value(point) : total), 0)
  return {
    feeder,
    rule: rule.name,
    injectedWh: sum("injection", ({ energyWh }) => energyWh),
    withdrawnWh: sum("withdrawal", ({ energyWh }) => energyWh),
    sharedWh: sum("withdrawal", ({ ownWh, sharedWh }) => ownWh + sharedWh),
    residualWh: sum("withdrawal", ({ beyondWh }) => beyondWh),
    feedInWh: sum("injection", ({ beyondWh }) => beyondWh),
    savingsCents: statementsOf(result).reduce((total, { savingsCents }) => total + savingsCents, 0n).toString(),
    energyErrorWh: result.points.reduce((total, point) => total + Math.abs(point.energyWh - point.tradedWh - point.ownWh - point.sharedWh - point.beyondWh), 0),
    moneyErrorNano: [...result.balances.values()].reduce((total, amount) => total + amount, 0n).toString(),
    resultHash: toHex(hashCommunityResult(result))
  }
}

const row = ({ rule, sharedWh, residualWh, feedInWh, savingsCents, resultHash }: FeederTotals): string =>
  `| ${rule} | ${sharedWh} | ${residualWh} | ${feedInWh} | ${(Number(savingsCents) / 100).toFixed(2)} | \`${resultHash.slice(0, 12)}\` |`

/** `npm run bench -- settle-feeders`: both feeders, all periods, every rule, as a table. */
export const benchFeeders = (args: ReadonlyArray<string>): void => {
  const { values } = parseArgs({ args: [...args], options: { json: { type: "boolean", default: false } } })
  const totals = feeders.flatMap((feeder) => everyRule.map((rule) => settleFeeder(feeder, rule)))
  if (values.json) {
    process.stdout.write(`${JSON.stringify(totals)}\n`)
    return
  }
  for (const feeder of feeders) {
    const those = totals.filter((one) => one.feeder === feeder)
    const { injectedWh, withdrawnWh } = those[0]!
    process.stdout.write(`\n## ${feeder}\n${injectedWh} Wh injected, ${withdrawnWh} Wh withdrawn.\n\n| rule | shared Wh | residual Wh | fed in Wh | saved EUR | result |\n|---|---|---|---|---|---|\n${those.map(row).join("\n")}\n`)
  }
}
