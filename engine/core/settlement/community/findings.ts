import { assertLaw } from "../../quantity/invariant.ts"
import type { TariffComponent } from "../../tariff/component.ts"
import { chargeName } from "./charges.ts"
import { Ledger, type Entry } from "./ledger.ts"
import type { Segment, SegmentPoint } from "./segment.ts"
import { ChargeTally } from "./tally.ts"

/** Fewest members for which their number may be public (design, decision 14). */
const SMALLEST_CROWD = 5

/** What everybody may know of a period: Wh of the community. `members` is absent below five. */
export interface PeriodRow {
  readonly time: number
  readonly injectedWh: number
  readonly withdrawnWh: number
  readonly tradedWh: number
  readonly sharedWh: number
  readonly members: number | undefined
}

/** Wh of a member's metering point over the run: energy = traded + shared (own roof included) + beyond. */
export interface PointTotals {
  readonly member: string
  readonly meteringPoint: string
  readonly direction: "withdrawal" | "injection"
  energyWh: number
  tradedWh: number
  ownWh: number
  sharedWh: number
  beyondWh: number
}

/** VAT rate in thousandths and nano-units of what a member would pay (positive) without any trade or sharing. */
export type PlainCosts = Map<number, bigint>

interface SegmentTotals {
  readonly energyWh: number
  readonly tradedWh: number
  readonly beyondWh: number
  readonly shared: ReadonlyArray<{ readonly isOwn: boolean; readonly wh: number }>
}

/** Everything a run finds while it goes through its segments. */
export class Findings {
  readonly ledger = new Ledger()
  /** Tariff components as they are posted. */
  readonly charges = new ChargeTally((component, member, meteringPoint, part) => this.ledger.post(chargeName(component, member, meteringPoint), component.vatPerMille ?? 0, part))
  /** The same on all energy of a point, as if nothing were traded or shared. */
  readonly plainCharges = new ChargeTally((component, member, _, { amount }) => this.addPlain(member, component, amount))
  readonly periods: Array<PeriodRow> = []
  readonly points = new Map<string, PointTotals>()
  readonly plain = new Map<string, PlainCosts>()

  addPeriod(time: number, { points }: Segment, energyWh: Float64Array, tradedWh: number, sharedWh: number): void {
    let injectedWh = 0
    let withdrawnWh = 0
    const members = crowdOf(points)
    for (let place = 0; place < points.length; place++) {
      if (points[place]!.rule.direction === "injection") injectedWh += energyWh[place]!
      else withdrawnWh += energyWh[place]!
    }
    assertLaw(tradedWh >= 0 && sharedWh <= injectedWh && sharedWh <= withdrawnWh, "shared Wh were injected and withdrawn")
    this.periods.push({ time, injectedWh, withdrawnWh, tradedWh, sharedWh, members: members >= SMALLEST_CROWD ? members : undefined })
  }

  addPoint({ member, rule: { meteringPoint, direction } }: SegmentPoint, { energyWh, tradedWh, beyondWh, shared }: SegmentTotals): void {
    const key = `${member}\n${meteringPoint}`
    const totals = this.points.get(key) ?? { member, meteringPoint, direction, energyWh: 0, tradedWh: 0, ownWh: 0, sharedWh: 0, beyondWh: 0 }
    this.points.set(key, totals)
    totals.energyWh += energyWh
    totals.tradedWh += tradedWh
    totals.beyondWh += beyondWh
    for (const { isOwn, wh } of shared) {
      if (isOwn) totals.ownWh += wh
      else totals.sharedWh += wh
    }
  }

  /** Takes off what goes beyond caps, and gives all entries. */
  finish(): Array<Entry> {
    this.charges.finish()
    this.plainCharges.finish()
    return this.ledger.finish()
  }

  /** Adds what a component would cost without trades and sharing; feed-in counts against it. */
  private addPlain(member: string, { kind, vatPerMille = 0 }: Pick<TariffComponent, "kind" | "vatPerMille">, amount: bigint): void {
    const costs = this.plain.get(member) ?? new Map<number, bigint>()
    this.plain.set(member, costs)
    const rate = kind === "feed-in" ? 0 : vatPerMille
    costs.set(rate, (costs.get(rate) ?? 0n) + (kind === "feed-in" ? -amount : amount))
  }
}

const crowds = new WeakMap<ReadonlyArray<SegmentPoint>, number>()
const crowdOf = (points: ReadonlyArray<SegmentPoint>): number => {
  let crowd = crowds.get(points)
  if (crowd === undefined) crowds.set(points, (crowd = new Set(points.map(({ member }) => member)).size))
  return crowd
}
