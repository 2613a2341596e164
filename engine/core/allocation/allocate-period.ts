import { assertLaw } from "../quantity/invariant.ts"
import type { Direction } from "../metering/metering-point.ts"
import type { Trade } from "../market/order.ts"
import { deliverTrades, type DeliveredTrade } from "./delivery.ts"
import { shareByDynamicKey } from "./dynamic-key.ts"

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
 * Allocates one delivery period after metering: trades first, then the sharing key, then the supplier.
 * The same pure function serves the intraday preview and the settlement run. Wh are conserved: asserted on every call.
 */
export const allocatePeriod = (metered: ReadonlyArray<MeteredPoint>, trades: ReadonlyArray<Trade>): PeriodAllocation => {
  const energy = new Map(metered.map((point) => [point.meteringPoint, point.energyWh]))
  const { delivered, left } = deliverTrades(trades, (point) => energy.get(point) ?? 0)
  const remaining = metered.map((point) => left.get(point.meteringPoint) ?? point.energyWh)
  const sharing = shareByDynamicKey({
    surplusWh: metered.map((point, index) => (point.direction === "injection" ? remaining[index]! : 0)),
    consumptionWh: metered.map((point, index) => (point.direction === "withdrawal" ? remaining[index]! : 0))
  })
  const points = metered.map((point, index) => {
    const sharedWh = (point.direction === "injection" ? sharing.givenWh : sharing.receivedWh)[index]!
    return { ...point, tradedWh: point.energyWh - remaining[index]!, sharedWh, beyondWh: remaining[index]! - sharedWh }
  })
  const of = (direction: Direction) => points.filter((point) => point.direction === direction)
  const allocation = {
    delivered,
    points,
    injectedWh: sumOf(of("injection"), (point) => point.energyWh),
    withdrawnWh: sumOf(of("withdrawal"), (point) => point.energyWh),
    tradedWh: sumOf(delivered, (one) => one.deliveredWh),
    sharedWh: sharing.sharedWh
  }
  for (const direction of ["injection", "withdrawal"] as const) {
    assertLaw(sumOf(of(direction), (point) => point.tradedWh) === allocation.tradedWh, `traded Wh equal on the side of ${direction}`)
    assertLaw(sumOf(of(direction), (point) => point.sharedWh) === allocation.sharedWh, `shared Wh equal on the side of ${direction}`)
  }
  assertLaw(points.every((point) => point.beyondWh >= 0 && point.sharedWh >= 0 && point.tradedWh >= 0), "no negative share")
  return allocation
}
