import { toHex } from "../../../../engine/core/quantity/bytes.ts"
import type { CommunityRun } from "../compute-run.ts"
import { centsText, kwhText } from "./money-text.ts"
import { errorsOf } from "./run-files.ts"
import { statusText } from "./status-text.ts"

/** The summary as a file of the run. */
export const SUMMARY_FILE = "summary.txt"

const lackText = { AreaMissing: "no value of area", ValuesMissing: "values missing (counted as 0) of", ValuesSubstituted: "substitute values of" } as const

/** What a run is, on one screen. */
export const summaryText = (run: CommunityRun): string => {
  const { result, statements } = run
  const sum = (field: "injectedWh" | "withdrawnWh" | "tradedWh" | "sharedWh"): number => result.periods.reduce((total, row) => total + row[field], 0)
  const { energyErrorWh, moneyErrorNano } = errorsOf(run)
  const moved = run.delta.reduce((total, { amount }) => total + (amount < 0n ? -amount : amount), 0n)
  return `${[
    `${result.community}, ${result.settlementPeriod}, version ${run.version} (${statusText(run.status)})`,
    `  ${result.points.length} metering points of ${statements.length} members, ${result.periods.length} periods`,
    `  injected ${kwhText(sum("injectedWh"))} kWh, withdrawn ${kwhText(sum("withdrawnWh"))} kWh, traded ${kwhText(sum("tradedWh"))} kWh, shared ${kwhText(sum("sharedWh"))} kWh`,
    `  energy error ${energyErrorWh} Wh, money error ${moneyErrorNano} nano-${result.currency}`,
    `  saved by the members together ${centsText(statements.reduce((total, { savingsCents }) => total + savingsCents, 0n))} ${result.currency}`,
    ...(run.previous === undefined ? [] : [`  posts ${run.delta.length} differences to version ${run.previous.version}, ${moved} nano-${result.currency} in all`]),
    ...result.lacks.map(({ status, name, values }) => `  ${lackText[status]} ${name}: ${values}`),
    `  run ${toHex(run.runId)}`,
    `  result ${toHex(run.resultHash)}`,
    `  root ${toHex(run.root)}`
  ].join("\n")}\n`
}
