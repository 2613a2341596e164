import { localDayOf, type LocalDay } from "../../calendar/local-day.ts"
import { PERIOD_SECONDS, timeToText } from "../../calendar/period.ts"
import { isInForce } from "../../tariff/component.ts"
import { MISSING, type CommunityInputs, type IntervalColumns, type SettledTrade } from "./community-inputs.ts"
import { InputRefused } from "./refusal.ts"
import type { RulePoint, RuleSet } from "./rule-set.ts"

/** The local days of the intervals; each must be there from its first to its last period. */
export const daysOf = ({ rules, intervals }: CommunityInputs): Array<LocalDay> => {
  const days: Array<LocalDay> = []
  const { periods } = intervals
  if (periods.length === 0) throw new InputRefused("NoPeriods", "there is no interval to settle")
  for (let row = 0; row < periods.length; ) {
    const day = localDayOf(rules.timeZone, periods[row]!)
    for (let time = day.start; time < day.end; time += PERIOD_SECONDS, row++) {
      if (periods[row] !== time) throw new InputRefused("PartOfADay", `${day.name} is settled as a whole, but its period ${timeToText(time)} is not among the intervals`)
    }
    days.push(day)
  }
  return days
}

const ownerOf = (rules: RuleSet, meteringPoint: string, direction: string, day: string): string | undefined =>
  rules.members.find(({ points }) => points.some((point) => point.meteringPoint === meteringPoint && point.direction === direction && isInForce(point, day)))?.member

/** Trades by period, each between points that two different members have on its day. */
export const tradesByPeriod = ({ rules, trades }: CommunityInputs, rowOf: ReadonlyMap<number, number>, columns: ReadonlySet<string>): Map<number, Array<SettledTrade>> => {
  for (const { tradeId, period, buyPoint, sellPoint } of trades) {
    if (!rowOf.has(period)) throw new InputRefused("TradeOutsidePeriods", `trade ${tradeId} is for ${timeToText(period)}, which is not among the intervals`)
    const day = localDayOf(rules.timeZone, period).name
    const [buyer, seller] = [ownerOf(rules, buyPoint, "withdrawal", day), ownerOf(rules, sellPoint, "injection", day)]
    if (buyer === undefined || !columns.has(buyPoint)) throw new InputRefused("TradeOfUnknownPoint", `trade ${tradeId}: ${buyPoint} is no withdrawing point of a member on ${day}`)
    if (seller === undefined || !columns.has(sellPoint)) throw new InputRefused("TradeOfUnknownPoint", `trade ${tradeId}: ${sellPoint} is no injecting point of a member on ${day}`)
    if (buyer === seller) throw new InputRefused("TradeWithinOneMember", `trade ${tradeId}: ${buyer} stands on both sides`)
    const version = rules.versions.findLast(({ from }) => from <= day)
    if (version?.steps.some(({ step }) => step === "trades") !== true) throw new InputRefused("TradesWithoutStep", `trade ${tradeId}: the rules of ${day} have no step "trades"`)
  }
  return Map.groupBy(trades, ({ period }) => period)
}

/** Why a run is provisional. */
export interface Lack {
  readonly status: "AreaMissing" | "ValuesMissing" | "ValuesSubstituted"
  /** The area, or the metering point. */
  readonly name: string
  readonly values: number
}

const DAY_MILLISECONDS = 86_400_000

/** Missing values of each column, row by row as they lie in memory. */
const missingByColumn = ({ values, meteringPoints: { length: width } }: IntervalColumns): Int32Array => {
  const missing = new Int32Array(width)
  for (let start = 0; start < values.length; start += width) {
    for (let column = 0; column < width; column++) if (values[start + column] === MISSING) missing[column]! += 1
  }
  return missing
}

/** Missing values of a point on the days on which it is a member's, and how many there could be. */
const missingOf = ({ values, meteringPoints }: IntervalColumns, days: ReadonlyArray<LocalDay>, point: RulePoint, column: number | undefined, missing: Int32Array): { readonly missing: number; readonly expected: number } => {
  const isWhole = point.from === undefined && point.until === undefined
  const width = meteringPoints.length
  let found = 0
  let expected = 0
  let row = 0
  for (const day of days) {
    const rows = (day.end - day.start) / PERIOD_SECONDS
    if (isInForce(point, day.name)) {
      expected += rows
      if (!isWhole && column !== undefined) for (let index = row; index < row + rows; index++) if (values[index * width + column] === MISSING) found++
    }
    row += rows
  }
  return { missing: column === undefined ? expected : isWhole ? missing[column]! : found, expected }
}

/**
 * What is not there as measured. A missing value counts as 0 Wh and blocks nobody. An area without any value is waited
 * for until its deadline (local day `on`), and makes the run provisional after it.
 */
export const lacksOf = ({ rules, intervals }: CommunityInputs, days: ReadonlyArray<LocalDay>, on: string): Array<Lack> => {
  const { meteringPoints, substitutes } = intervals
  const columns = new Map(meteringPoints.map((point, column) => [point, column]))
  const missingIn = missingByColumn(intervals)
  const dayOfRow = days.flatMap(({ name, start, end }) => Array.from({ length: (end - start) / PERIOD_SECONDS }, () => name))
  const substituted = Map.groupBy(substitutes, (place) => place % meteringPoints.length)
  const lacks: Array<Lack> = []
  const seen = new Map<string, { there: number; missing: number }>()
  for (const { points } of rules.members) {
    for (const point of points) {
      const column = columns.get(point.meteringPoint)
      const { missing, expected } = missingOf(intervals, days, point, column, missingIn)
      const area = seen.get(point.area) ?? { there: 0, missing: 0 }
      seen.set(point.area, { there: area.there + expected - missing, missing: area.missing + missing })
      if (missing > 0) lacks.push({ status: "ValuesMissing", name: point.meteringPoint, values: missing })
      const substitutesHere = (column === undefined ? [] : (substituted.get(column) ?? [])).filter((place) => isInForce(point, dayOfRow[Math.floor(place / meteringPoints.length)]!))
      if (substitutesHere.length > 0) lacks.push({ status: "ValuesSubstituted", name: point.meteringPoint, values: substitutesHere.length })
    }
  }
  const lastDay = Date.parse(days.at(-1)!.name)
  for (const { area, deadlineDays } of rules.areas) {
    const found = seen.get(area)
    if (found === undefined || found.there > 0 || found.missing === 0) continue
    const deadline = new Date(lastDay + deadlineDays * DAY_MILLISECONDS).toISOString().slice(0, 10)
    if (on <= deadline) throw new InputRefused("AreaAwaited", `area ${area} has sent no value yet and has until ${deadline}`)
    lacks.unshift({ status: "AreaMissing", name: area, values: found.missing })
  }
  return lacks
}
