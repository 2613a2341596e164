import type { Price } from "../../tariff/price-rule.ts"
import { Amounts } from "./amounts.ts"

/** Wh by place in the current period, and summed over the segment. */
export interface Column {
  readonly period: Float64Array
  readonly total: Float64Array
}

export const makeColumn = (period: Float64Array): Column => ({ period, total: new Float64Array(period.length) })

/** Adds the period to the total. */
export const addPeriod = ({ period, total }: Column): void => {
  for (let place = 0; place < period.length; place++) total[place]! += period[place]!
}

/** Adds the period of three columns of one length in one pass. */
export const addAll = (first: Column, second: Column, third: Column): void => {
  const places = first.period.length
  const [a, b, c] = [first.period, second.period, third.period]
  const [totalA, totalB, totalC] = [first.total, second.total, third.total]
  for (let place = 0; place < places; place++) {
    totalA[place]! += a[place]!
    totalB[place]! += b[place]!
    totalC[place]! += c[place]!
  }
}

/**
 * Energy that earns or costs the same price: some columns, at some of their places. At a constant price the money
 * follows from the totals; at one that changes it is added period by period, exactly.
 */
export interface Flow {
  readonly places: Int32Array
  /** Constant price, or undefined. */
  readonly price: number | undefined
  readonly add: (time: number) => void
  readonly energyAt: (place: number) => number
  readonly amountAt: (place: number) => bigint
}

export const makeFlow = (columns: ReadonlyArray<Column>, places: Int32Array, price: Price): Flow => {
  const energyAt = (place: number): number => columns.reduce((sum, { total }) => sum + total[place]!, 0)
  const { constant } = price
  if (constant !== undefined) {
    return { places, price: constant, add: () => undefined, energyAt, amountAt: (place) => BigInt(energyAt(place)) * BigInt(constant) }
  }
  const amounts = new Amounts(columns[0]?.period.length ?? 0)
  const add = (time: number): void => {
    if (places.length === 0) return
    const now = price.at(time)
    for (const { period } of columns) for (const place of places) if (period[place] !== 0) amounts.add(place, period[place]!, now)
  }
  return { places, price: undefined, add, energyAt, amountAt: (place) => amounts.at(place) }
}
