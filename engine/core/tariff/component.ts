import type { PriceRule } from "./price-rule.ts"

/** What a component is for; it decides who is paid unless the component names somebody. */
export const componentKinds = ["energy", "feed-in", "grid-fee", "levy", "subscription", "capacity"] as const
export type ComponentKind = (typeof componentKinds)[number]

/** Wh that a component is charged on: of a withdrawal its residual, shared, traded or own-roof part; of an injection its feed-in. */
export const chargedOn = ["residual", "shared", "traded", "own", "feed-in"] as const
export type ChargedOn = (typeof chargedOn)[number]

/** Where a component holds; what is left out does not restrict. */
export interface ComponentScope {
  readonly areas?: ReadonlyArray<string> | undefined
  readonly classes?: ReadonlyArray<string> | undefined
  readonly gridLevels?: ReadonlyArray<number> | undefined
  /** Of shared energy only what these sharing steps gave: the reduced fee of a local or regional community. */
  readonly steps?: ReadonlyArray<string> | undefined
}

/** One priced part of a statement, in force on the local days from `from` to `until`, both included. */
export interface TariffComponent extends ComponentScope {
  readonly name: string
  readonly kind: ComponentKind
  readonly from: string
  readonly until?: string | undefined
  /** Holder who is paid (or pays, for feed-in); by kind if left out. */
  readonly holder?: string | undefined
  /** Energy components: what they are charged on; by kind if left out. */
  readonly on?: ReadonlyArray<ChargedOn> | undefined
  /** Micro-units per kWh; of `capacity`, micro-units per kW of the highest mean power of a delivery period and month. */
  readonly price?: PriceRule | undefined
  /** `subscription`: micro-units per month and metering point, by day for a part of a month. */
  readonly perMonth?: number | undefined
  /** Whole percent taken off, as grid fees of energy communities are. */
  readonly reductionPercent?: number | undefined
  /** Most that it may cost a metering point in a settlement period, in micro-units. */
  readonly maximum?: number | undefined
  /** VAT in thousandths: 200 is 20 %. */
  readonly vatPerMille?: number | undefined
}

/** All components of a community's members: one data file with effective dates. */
export interface TariffSet {
  readonly currency: string
  readonly components: ReadonlyArray<TariffComponent>
}

/** What a component is charged on if it does not say. */
export const chargeOf = ({ kind, on }: TariffComponent): ReadonlyArray<ChargedOn> =>
  on ?? (kind === "feed-in" ? ["feed-in"] : kind === "energy" ? ["residual"] : kind === "grid-fee" || kind === "levy" ? ["residual", "shared", "traded"] : [])

/** Who stands against a member if a component does not say. */
export const holderOf = ({ kind, holder }: TariffComponent): string =>
  holder ?? (kind === "energy" || kind === "feed-in" ? "@supplier" : kind === "levy" ? "@state" : "@grid-operator")

/** Whether the component is in force on a local day (`2026-03-01`): a new rate has a later `from` and touches no earlier day. */
export const isInForce = ({ from, until }: { readonly from?: string | undefined; readonly until?: string | undefined }, day: string): boolean =>
  (from === undefined || from <= day) && (until === undefined || day <= until)

/** Whether the component concerns a metering point. */
export const concerns = (
  { areas, classes, gridLevels }: ComponentScope,
  point: { readonly area: string; readonly class: string; readonly gridLevel: number | undefined }
): boolean =>
  (areas === undefined || areas.includes(point.area)) &&
  (classes === undefined || classes.includes(point.class)) &&
  (gridLevels === undefined || (point.gridLevel !== undefined && gridLevels.includes(point.gridLevel)))
