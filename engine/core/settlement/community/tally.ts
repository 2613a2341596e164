import type { TariffComponent } from "../../tariff/component.ts"
import { roundQuotient } from "./amounts.ts"
import type { EntryPart } from "./ledger.ts"

/** Parts of a month are 28ths to 31sts, a reduction is whole percent: this divides by all of them. */
const PARTS_OF_A_MONTH = 28n * 29n * 15n * 31n
const UNIT = 100n * PARTS_OF_A_MONTH

/** What a component has come to for one metering point of a member: `exact` in so many parts of a nano-unit, `charged` rounded. */
interface Sum {
  readonly member: string
  readonly meteringPoint: string
  readonly from: string
  until: string
  exact: bigint
  charged: bigint
}

/** Days of how many days of a month. */
export interface MonthPart {
  readonly days: number
  readonly of: number
}

export type PostCharge = (component: TariffComponent, member: string, meteringPoint: string, part: EntryPart) => void

/**
 * Sums what each tariff component comes to over a whole run. Reductions and parts of a month stay rational until the sum
 * is rounded to nano-units, so that it does not depend on where a run is parted; caps hold for the sum, not for its parts.
 */
export class ChargeTally {
  private readonly sums = new Map<TariffComponent, Map<string, Sum>>()
  private readonly post: PostCharge

  /** `post` gets every part, and at the end what caps take off. */
  constructor(post: PostCharge) {
    this.post = post
  }

  /** Adds a part; its amount is without the component's reduction, and for a whole month where `month` tells how much of it counts. */
  add(component: TariffComponent, member: string, meteringPoint: string, part: EntryPart, month?: MonthPart): void {
    const sum = this.sumOf(component, member, meteringPoint, part.from)
    const share = month === undefined ? PARTS_OF_A_MONTH : (PARTS_OF_A_MONTH / BigInt(month.of)) * BigInt(month.days)
    sum.exact += part.amount * BigInt(100 - (component.reductionPercent ?? 0)) * share
    const before = sum.charged
    sum.charged = roundQuotient(sum.exact, UNIT)
    sum.until = part.until
    this.post(component, member, meteringPoint, { ...part, amount: sum.charged - before })
  }

  /**
   * Takes off what goes beyond a cap. Rates of one kind and name follow each other: a cap counts what the capped rates
   * before it have cost the point since the settlement period began, and takes back nothing of it.
   */
  finish(): void {
    const spent = new Map<string, bigint>()
    const capped = [...this.sums.keys()].filter(({ maximum }) => maximum !== undefined).sort((left, right) => (left.from < right.from ? -1 : left.from > right.from ? 1 : 0))
    for (const component of capped) {
      for (const { member, meteringPoint, from, until, charged } of this.sums.get(component)!.values()) {
        const key = [component.kind, component.name, member, meteringPoint].join("\n")
        const before = spent.get(key) ?? 0n
        const room = BigInt(component.maximum!) * 1_000n - before
        const allowed = room < 0n ? 0n : room
        const kept = charged < allowed ? charged : allowed
        spent.set(key, before + kept)
        if (kept !== charged) this.post(component, member, meteringPoint, { from, until, price: undefined, energyWh: 0, amount: kept - charged })
      }
    }
  }

  private sumOf(component: TariffComponent, member: string, meteringPoint: string, from: string): Sum {
    let ofComponent = this.sums.get(component)
    if (ofComponent === undefined) this.sums.set(component, (ofComponent = new Map()))
    const key = `${member}\n${meteringPoint}`
    let sum = ofComponent.get(key)
    if (sum === undefined) ofComponent.set(key, (sum = { member, meteringPoint, from, until: from, exact: 0n, charged: 0n }))
    return sum
  }
}
