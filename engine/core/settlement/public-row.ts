import { integer, optional, struct, text, unsigned, type Infer } from "../quantity/codec.ts"
import type { PeriodAllocation } from "../allocation/allocate-period.ts"

/** Fewest members for which their number may be public (design, decision 14). */
const SMALLEST_CROWD = 5

/**
 * What everybody may know of a community's delivery period. It is a leaf of the root, so a member checks the own line
 * with own values and this row.
 */
export const publicRow = struct({
  community: text,
  period: unsigned,
  injectedWh: unsigned,
  withdrawnWh: unsigned,
  sharedWh: unsigned,
  tradedWh: unsigned,
  /** Price of the last trade made for the period, in micro-units per kWh; absent without trade. */
  lastPrice: optional(integer),
  /** Number of members, absent below five. */
  members: optional(unsigned)
})
export type PublicRow = Infer<typeof publicRow>

/** The public row of one allocated period. */
export const publicRowOf = (community: string, period: number, allocation: PeriodAllocation): PublicRow => {
  const members = new Set(allocation.points.map((point) => point.member)).size
  return {
    community,
    period,
    injectedWh: allocation.injectedWh,
    withdrawnWh: allocation.withdrawnWh,
    sharedWh: allocation.sharedWh,
    tradedWh: allocation.tradedWh,
    lastPrice: allocation.delivered.at(-1)?.trade.price,
    members: members >= SMALLEST_CROWD ? members : undefined
  }
}
