import { localDayOf } from "../../../engine/core/calendar/local-day.ts"
import { timeToText } from "../../../engine/core/calendar/period.ts"
import type { CommunityInputs } from "../../../engine/core/settlement/community/community-inputs.ts"
import { entryKey, type Entry, type EntryPart } from "../../../engine/core/settlement/community/ledger.ts"
import { settleCommunity } from "../../../engine/core/settlement/community/settle-community.ts"
import { centsOf } from "../../../engine/core/settlement/community/statement.ts"
import { tracePeriod } from "../../../engine/core/settlement/community/trace-period.ts"
import { isInForce, type TariffSet } from "../../../engine/core/tariff/component.ts"
import { UserError } from "../user-error.ts"
import { parseInputs } from "./inputs.ts"
import { readRunFile } from "./previous-run.ts"
import { recompute } from "./run-folder.ts"
import type { CommunityRun } from "./compute-run.ts"
import { centsText, kwhText } from "./write/money-text.ts"

export interface ExplainOptions {
  readonly folder: string
  readonly member: string
  /** Kind or label of the line; without it the lines are listed. */
  readonly line: string | undefined
  /** Start of a delivery period to go through step by step. */
  readonly at: string | undefined
}

/** Interval values and trades of the local day that begins at `start`; caps hold for the whole settlement period, so a day is told without. */
const ofDay = (inputs: CommunityInputs, start: number, end: number): CommunityInputs => {
  const { intervals, trades } = inputs
  const width = intervals.meteringPoints.length
  const first = intervals.periods.indexOf(start)
  const rows = intervals.periods.filter((time) => time >= start && time < end).length
  return {
    ...inputs,
    tariffs: { ...inputs.tariffs, components: inputs.tariffs.components.map((component) => ({ ...component, maximum: undefined })) },
    trades: trades.filter(({ period }) => period >= start && period < end),
    intervals: { ...intervals, periods: intervals.periods.slice(first, first + rows), values: intervals.values.subarray(first * width, (first + rows) * width), substitutes: new Set() }
  }
}

const sideText = (holder: string, point: string): string => (point === "" ? holder : `${holder} at ${point}`)

/** How a part of an entry came to its amount: price, reduction, month or cap. */
const priceText = ({ kind, label }: Entry, { from, price, energyWh, amount }: EntryPart, { components, currency }: TariffSet): string => {
  if (price !== undefined) return `${energyWh} Wh x ${price} micro-${currency}/kWh`
  const component = components.find((one) => one.kind === kind && one.name === label && isInForce(one, from))
  if (energyWh === 0 && amount < 0n && component?.maximum !== undefined) return "taken off by the cap of the settlement period"
  if (kind === "subscription") return "a price per month, by its days"
  if (kind === "capacity") return "a price per kW and month for the highest quarter hour, by its days"
  const reduction = component?.reductionPercent === undefined ? "" : `, less ${component.reductionPercent} %`
  return typeof component?.price === "number" ? `${energyWh} Wh x ${component.price} micro-${currency}/kWh${reduction}` : `${energyWh} Wh at prices of each period${reduction}`
}

const entryText = (entry: Entry, tariffs: TariffSet, currency = tariffs.currency): Array<string> => [
  `${entry.kind} "${entry.label}": ${sideText(entry.payer, entry.payerPoint)} owes ${sideText(entry.payee, entry.payeePoint)}`,
  ...entry.parts.map((part) => `  ${part.from} to ${part.until}: ${priceText(entry, part, tariffs)} = ${part.amount} nano-${currency}`),
  `  sum ${entry.amount} nano-${currency}, rounded once to ${centsText(centsOf(entry))} ${currency}, the same on both statements${entry.vatPerMille === 0 ? "" : `; VAT of ${entry.vatPerMille / 10} % is taken on the sum of its rate`}`
]

/** After every deadline: a day alone may lack an area that the run has values of. */
const LATER = "9999-12-31"

/** The days of a line: settling each day alone gives its part. What is charged by the month has none. */
const dayText = (inputs: CommunityInputs, entry: Entry): Array<string> => {
  if (entry.kind === "subscription" || entry.kind === "capacity") return []
  const days = new Map(inputs.intervals.periods.map((time) => [localDayOf(inputs.rules.timeZone, time).name, localDayOf(inputs.rules.timeZone, time)]))
  return [...days.values()].flatMap(({ name, start, end }) => {
    const found = settleCommunity(ofDay(inputs, start, end), LATER).entries.find((one) => entryKey(one) === entryKey(entry) && one.vatPerMille === entry.vatPerMille)
    return found === undefined ? [] : [`    ${name}  ${kwhText(found.energyWh).padStart(12)} kWh  ${String(found.amount).padStart(18)} nano`]
  })
}

const traceText = (inputs: CommunityInputs, at: string): Array<string> => {
  const time = Date.parse(at) / 1000
  if (!inputs.intervals.periods.includes(time)) throw new UserError(`${at} is no delivery period of the run`, `give the start of one in UTC, such as ${timeToText(inputs.intervals.periods[0]!)}`)
  return tracePeriod(inputs, time).flatMap(({ name, key, points }) => {
    const side = (direction: string, title: string): Array<string> => {
      const those = points.filter((point) => point.direction === direction)
      const sum = (field: "openWh" | "takenWh") => those.reduce((total, point) => total + point[field], 0)
      return [`    ${title}: ${sum("openWh")} Wh open, ${sum("takenWh")} Wh taken`, ...those.map(({ meteringPoint, member, openWh, takenWh }) => `      ${meteringPoint} (${member}): ${takenWh} of ${openWh} Wh`)]
    }
    return [`  step "${name}" (${key})`, ...side("injection", "producers"), ...side("withdrawal", "consumers")]
  })
}

const linesOf = (run: CommunityRun, member: string): ReadonlyArray<Entry> => {
  const entries = run.result.entries.filter(({ payer, payee }) => payer === member || payee === member)
  if (entries.length > 0) return entries
  throw new UserError(`${member} has no line in this run`, `choose one of ${run.statements.map((one) => one.member).join(", ")}`)
}

/** Prints how lines of a member came about, by day and, for one period, step by step. */
export const explainLine = ({ folder, member, line, at }: ExplainOptions): string => {
  const run = recompute(folder, readRunFile(folder))
  const entries = linesOf(run, member)
  const inputs = parseInputs(run.inputs, run.settings)
  if (line === undefined && at === undefined) return `${entries.flatMap((entry) => entryText(entry, inputs.tariffs)).join("\n")}\n`
  const chosen = entries.filter(({ kind, label }) => line === undefined || kind === line || label === line)
  if (chosen.length === 0) throw new UserError(`${member} has no line ${line}`, `choose one of ${[...new Set(entries.flatMap(({ kind, label }) => [kind, label]))].join(", ")}`)
  const lines = line === undefined ? [] : chosen.flatMap((entry) => [...entryText(entry, inputs.tariffs), ...dayText(inputs, entry)])
  return `${[...lines, ...(at === undefined ? [] : [`period ${at}`, ...traceText(inputs, at)])].join("\n")}\n`
}
