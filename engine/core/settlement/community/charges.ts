import { chargeOf, concerns, holderOf, type ChargedOn, type TariffComponent } from "../../tariff/component.ts"
import type { Direction } from "../../metering/metering-point.ts"
import type { Price, PriceRule } from "../../tariff/price-rule.ts"
import { makeFlow, type Column, type Flow } from "./flow.ts"
import type { EntryName } from "./ledger.ts"
import type { SegmentPoint } from "./segment.ts"

/** Makes a price rule ready for the periods of a segment. */
export type PriceOf = (rule: PriceRule) => Price

/** Columns of a segment by what tariffs are charged on. */
export interface ChargeColumns {
  readonly energy: Column
  readonly traded: Column
  readonly beyond: Column
  readonly steps: ReadonlyArray<{ readonly name: string; readonly isOwn: boolean; readonly column: Column }>
}

/** A tariff component at the points of one direction; `plain` is the same without any trade or sharing, for the savings. */
export interface Charge {
  readonly component: TariffComponent
  readonly flow: Flow
  readonly plain: Flow | undefined
}

const columnsOf = ({ steps: named }: TariffComponent, on: ReadonlyArray<ChargedOn>, direction: Direction, columns: ChargeColumns): Array<Column> => {
  if (direction === "injection") return on.includes("feed-in") ? [columns.beyond] : []
  const steps = columns.steps.filter(({ name, isOwn }) => on.includes(isOwn ? "own" : "shared") && (named === undefined || named.includes(name)))
  return [...(on.includes("residual") ? [columns.beyond] : []), ...(on.includes("traded") ? [columns.traded] : []), ...steps.map(({ column }) => column)]
}

/** Makes the energy components of a segment ready; subscriptions and capacity go by days and peaks, not by Wh. */
export const chargesOf = (components: ReadonlyArray<TariffComponent>, points: ReadonlyArray<SegmentPoint>, columns: ChargeColumns, priceOf: PriceOf): Array<Charge> =>
  components.flatMap((component) =>
    (["withdrawal", "injection"] as const).flatMap((direction) => {
      const on = chargeOf(component)
      const chosen = columnsOf(component, on, direction, columns)
      if (component.price === undefined || component.kind === "capacity" || chosen.length === 0) return []
      const price = priceOf(component.price)
      const places = Int32Array.from(
        points.keys().filter((place) => {
          const { rule, class: memberClass } = points[place]!
          return rule.direction === direction && concerns(component, { area: rule.area, class: memberClass, gridLevel: rule.gridLevel })
        })
      )
      const isPlain = on.includes(direction === "withdrawal" ? "residual" : "feed-in")
      return [{ component, flow: makeFlow(chosen, places, price), plain: isPlain ? makeFlow([columns.energy], places, price) : undefined }]
    })
  )

/** Who owes whom for a component: a member pays, except that feed-in is paid to it. */
export const chargeName = (component: TariffComponent, member: string, meteringPoint: string): EntryName => {
  const holder = holderOf(component)
  const rest = { kind: component.kind, label: component.name }
  return component.kind === "feed-in"
    ? { ...rest, payer: holder, payee: member, payerPoint: "", payeePoint: meteringPoint }
    : { ...rest, payer: member, payee: holder, payerPoint: meteringPoint, payeePoint: "" }
}
