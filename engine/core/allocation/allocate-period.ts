import { assertLaw } from "../quantity/invariant.ts"
import type { Direction } from "../metering/metering-point.ts"
import type { Trade } from "../market/order.ts"
import { deliverTrades, type DeliveredTrade } from "./delivery.ts"
import { makeShareColumns } from "./columns.ts"
import { dynamicKey } from "./keys/dynamic.ts"

/** A metering point with its metered energy of one delivery period. Ordered by id. */
export interface MeteredPoint {
  readonly meteringPoint: string
  readonly member: string
  readonly direction: Direction
  readonly energyWh: number
}

/** Who got which Wh at one point: traded + shared + beyond = energy. `beyondWh` is residual supply or feed-in. */
export interface PointAllocation extends MeteredPoint {
  readonly tradedWh: number
  readonly sharedWh: number
  readonly beyondWh: number
}

/** The allocation of one delivery period of one community. */
export interface PeriodAllocation {
  readonly delivered: ReadonlyArray<DeliveredTrade>
  readonly points: ReadonlyArray<PointAllocation>
  readonly injectedWh: number
  readonly withdrawnWh: number
  readonly tradedWh: number
  readonly sharedWh: number
}

const sumOf = <A>(items: ReadonlyArray<A>, value: (item: A) => number): number => items.reduce((sum, item) => sum + value(item), 0)

/**
 * Allocates one delivery period after metering: trades first, then the dynamic key (Austria), then the supplier: the
 * same steps as a community's rule set, which settlement/community runs over whole columns. This pure function serves the intraday preview and the settlement run. Wh are conserved: asserted on every call.
 */
export const allocatePeriod = (metered: ReadonlyArray<MeteredPoint>, trades: ReadonlyArray<Trade>): PeriodAllocation => {
  const energy = new Map(metered.map((point) => [point.meteringPoint, point.energyWh]))
  const { delivered, left } = deliverTrades(trades, (point) => energy.get(point) ?? 0)
  const remaining = metered.map((point) => left.get(point.meteringPoint) ?? point.energyWh)
  const placesOf = (direction: Direction) => Int32Array.from(metered.keys().filter((place) => metered[place]!.direction === direction))
  const step = makeShareColumns(metered.length, [{ producers: placesOf("injection"), consumers: placesOf("withdrawal"), key: dynamicKey }])
  const sharedWh = step.share(Float64Array.from(remaining), 0)
  const points = metered.map((point, index) => {
    const shared = step.sharedWh[index]!
    return { ...point, tradedWh: point.energyWh - remaining[index]!, sharedWh: shared, beyondWh: remaining[index]! - shared }
  })
  const of = (direction: Direction) => points.filter((point) => point.direction === direction)
  const allocation = {
    delivered,
    points,
    injectedWh: sumOf(of("injection"), (point) => point.energyWh),
    withdrawnWh: sumOf(of("withdrawal"), (point) => point.energyWh),
    tradedWh: sumOf(delivered, (one) => one.deliveredWh),
    sharedWh
  }
  for (const direction of ["injection", "withdrawal"] as const) {
    assertLaw(sumOf(of(direction), (point) => point.tradedWh) === allocation.tradedWh, `traded Wh equal on the side of ${direction}`)
    assertLaw(sumOf(of(direction), (point) => point.sharedWh) === allocation.sharedWh, `shared Wh equal on the side of ${direction}`)
  }
  assertLaw(points.every((point) => point.beyondWh >= 0 && point.sharedWh >= 0 && point.tradedWh >= 0), "no negative share")
  return allocation
}
