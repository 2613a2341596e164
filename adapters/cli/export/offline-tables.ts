import { localDayNamed } from "../../../engine/core/calendar/local-day.ts"
import { periodsBetween, timeToText } from "../../../engine/core/calendar/period.ts"
import type { IntervalValue } from "../../../engine/core/metering/metering-point.ts"
import { csvText } from "../../documents/table/csv-text.ts"
import { pointsOf } from "./offline-rules.ts"
import type { SettledDays } from "./settled-day.ts"

/**
 * Energy and quality as `commonwatt settle` takes them. Files know no provisional values, only substitutes; and a missing
 * one has no energy there, so what an operator calls missing and counts all the same is told as a substitute.
 */
const cellsOf = (value: IntervalValue | undefined): readonly [energyWh: number | undefined, quality: string | undefined] => {
  if (value === undefined || (value.quality === "missing" && value.energyWh === 0)) return [undefined, undefined]
  const isKnown = value.quality === "measured" || value.quality === "calculated"
  return [value.energyWh, isKnown ? value.quality : "substitute"]
}

function* intervalRows(settled: SettledDays): Generator<readonly [string, string, number | undefined, string | undefined]> {
  const all = pointsOf(settled)
  for (const { inputs } of settled.days) {
    // A day is settled offline from its midnight, also where the market opened later: nothing came before.
    const { start, end } = localDayNamed(settled.timeZone, inputs.settlementPeriod)!
    const rowOf = new Map(inputs.periods.map((period, row) => [period, row]))
    const values = new Map(inputs.points.map((point) => [point.meteringPoint, point.values]))
    for (const time of periodsBetween(start, end)) {
      const [utc, row] = [timeToText(time), rowOf.get(time)]
      for (const { meteringPoint } of all) yield [utc, meteringPoint, ...cellsOf(row === undefined ? undefined : values.get(meteringPoint)?.[row])]
    }
  }
}

/** Interval values in the long form: one line for each metering point and period of the whole local days, in the versions that the runs used. */
export const intervalsText = (settled: SettledDays): string => csvText(["utc", "meteringPoint", "energyWh", "quality"], intervalRows(settled))

/** Trades in the order in which they were made, period by period. */
export const tradesText = ({ days }: SettledDays): string =>
  csvText(
    ["tradeId", "utc", "buyPoint", "sellPoint", "price", "quantityWh"],
    days.flatMap(({ inputs }) => inputs.trades.map(({ tradeId, period, buyPoint, sellPoint, price, quantity }) => [tradeId, timeToText(period), buyPoint, sellPoint, price, quantity]))
  )
