import { offsetAt } from "../calendar/local-day.ts"
import { PERIOD_SECONDS } from "../calendar/period.ts"
import { isPrice } from "../quantity/money.ts"

/** A stretch of the local clock with a price of its own; `to` may be 24:00, and 22:00 to 06:00 passes midnight. */
export interface PriceBand {
  readonly days?: "all" | "weekday" | "weekend" | undefined
  /** Months 1-12; all if left out. */
  readonly months?: ReadonlyArray<number> | undefined
  readonly from: string
  readonly to: string
  readonly price: number
}

/** A price in micro-units of currency per kWh: one number, bands of the local clock, or a column of a price file. */
export type PriceRule =
  | number
  | { readonly bands: ReadonlyArray<PriceBand>; readonly otherwise: number }
  | {
      /** Column of the price file, which has one price for each delivery period. */
      readonly series: string
      /** Added to the price of the series. */
      readonly plus?: number | undefined
      /** Caps, after adding. */
      readonly minimum?: number | undefined
      readonly maximum?: number | undefined
    }

/** A price rule made ready: its constant price, if it has one, and the price of any period. */
export interface Price {
  readonly constant: number | undefined
  readonly at: (time: number) => number
}

/** A period for which a price is needed but not known, or beyond the bounds of a price. */
export class PriceMissing extends Error {
  override readonly name = "PriceMissing"
  readonly series: string
  readonly time: number

  constructor(series: string, time: number) {
    super(`no price of ${series} at ${time}`)
    this.series = series
    this.time = time
  }
}

/** A price that changes within a stretch that is allocated at once, so that no kWh of it has one price. */
export class PriceChanges extends Error {
  override readonly name = "PriceChanges"
  readonly time: number

  constructor(time: number) {
    super(`the price changes within the hour that begins at ${time}`)
    this.time = time
  }
}

/**
 * The price of stretches of `seconds` (a delivery period, or an hour where the rules are hourly), which must be one price
 * throughout: its `at` throws {@link PriceChanges} for a stretch in which it changes.
 */
export const steadyPrice = (price: Price, seconds: number): Price => {
  if (price.constant !== undefined || seconds === PERIOD_SECONDS) return price
  return {
    constant: undefined,
    at: (time) => {
      const first = price.at(time)
      for (let later = time + PERIOD_SECONDS; later < time + seconds; later += PERIOD_SECONDS) if (price.at(later) !== first) throw new PriceChanges(time)
      return first
    }
  }
}

/** Prices of a series by period start; undefined where there is none. */
export type SeriesAt = (series: string, time: number) => number | undefined

/** Seconds of the day of `HH:MM`, 24:00 included; NaN for anything else. */
export const secondsOfClock = (clock: string): number => {
  const found = /^(\d{2}):(\d{2})$/.exec(clock)
  const seconds = found === null ? Number.NaN : Number(found[1]) * 3_600 + Number(found[2]) * 60
  return seconds <= 86_400 && Number(found?.[2]) < 60 ? seconds : Number.NaN
}

const DAY = 86_400

interface ReadyBand {
  readonly band: PriceBand
  readonly from: number
  readonly to: number
}

const holds = ({ band, from, to }: ReadyBand, local: number): boolean => {
  const day = Math.floor(local / DAY)
  const second = local - day * DAY
  if (from <= to ? second < from || second >= to : second < from && second >= to) return false
  if (band.months !== undefined && !band.months.includes(new Date(local * 1000).getUTCMonth() + 1)) return false
  if (band.days === undefined || band.days === "all") return true
  // 1970-01-01 was a Thursday; 0 is Sunday.
  const weekday = (((day + 4) % 7) + 7) % 7
  return (weekday === 0 || weekday === 6) === (band.days === "weekend")
}

/**
 * Makes a price rule ready. Bands follow the clock on the wall of `zone`, so a day of 92 or 100 periods has its night
 * shorter or longer; the first band that holds decides. Throws {@link PriceMissing} for a period without its price.
 */
export const readyPrice = (rule: PriceRule, zone: string, seriesAt: SeriesAt): Price => {
  if (typeof rule === "number") return { constant: rule, at: () => rule }
  if ("bands" in rule) {
    const bands = rule.bands.map((band) => ({ band, from: secondsOfClock(band.from), to: secondsOfClock(band.to) }))
    return {
      constant: undefined,
      at: (time) => {
        const local = time + offsetAt(zone, time)
        return bands.find((band) => holds(band, local))?.band.price ?? rule.otherwise
      }
    }
  }
  const { series, plus = 0, minimum = -Infinity, maximum = Infinity } = rule
  return {
    constant: undefined,
    at: (time) => {
      const price = seriesAt(series, time)
      const capped = price === undefined ? Number.NaN : Math.min(maximum, Math.max(minimum, price + plus))
      if (!isPrice(capped)) throw new PriceMissing(series, time)
      return capped
    }
  }
}
