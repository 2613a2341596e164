import type { SeriesAt } from "../../tariff/price-rule.ts"
import type { TariffSet } from "../../tariff/component.ts"
import type { RuleSet } from "./rule-set.ts"

/** A trade as settlement needs it: between two points for one delivery period. */
export interface SettledTrade {
  readonly tradeId: string
  readonly period: number
  readonly buyPoint: string
  readonly sellPoint: string
  /** Micro-units per kWh. */
  readonly price: number
  /** Wh. */
  readonly quantity: number
}

/** No value came for a point and period: it counts as 0 Wh, is named, and makes the run provisional. */
export const MISSING = -1

/** Interval values in columns: row of a period, column of a metering point, Wh or {@link MISSING}. */
export interface IntervalColumns {
  /** Metering points in code-unit order. */
  readonly meteringPoints: ReadonlyArray<string>
  /** Starts of the delivery periods, ascending; those of a local day are all there. */
  readonly periods: ReadonlyArray<number>
  /** `values[period index * number of points + point index]`. */
  readonly values: Int32Array
  /** Places in `values` that are substitutes, not measured. */
  readonly substitutes: ReadonlySet<number>
}

/** Coefficients of a period: by consumer (`producer` empty) or by producer and consumer, in millionths. */
export type CoefficientAt = (time: number, producer: string, consumer: string) => number | undefined

/** Everything that a run of a community depends on besides its version. */
export interface CommunityInputs {
  readonly rules: RuleSet
  readonly tariffs: TariffSet
  readonly intervals: IntervalColumns
  readonly trades: ReadonlyArray<SettledTrade>
  readonly priceAt: SeriesAt
  readonly coefficientAt: CoefficientAt
}
