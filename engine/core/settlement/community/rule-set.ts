import type { PriceRule } from "../../tariff/price-rule.ts"
import type { Participation } from "../../allocation/keys/participation.ts"
import type { Direction } from "../../metering/metering-point.ts"

/**
 * A metering point of a member, from `from` to `until`, both local days included. A point may have several entries that
 * follow each other: what changes with a day (grid level, class, building) has an entry of its own from that day on.
 */
export interface RulePoint {
  readonly meteringPoint: string
  readonly direction: Direction
  readonly area: string
  readonly from?: string | undefined
  readonly until?: string | undefined
  /** Class of the member while this entry holds; that of the member if left out. */
  readonly class?: string | undefined
  readonly gridLevel?: number | undefined
  readonly building?: string | undefined
  readonly feeder?: string | undefined
  readonly transformer?: string | undefined
  /** Generators: power in W (premium classes) and the local day of commissioning (order of plants). */
  readonly plantW?: number | undefined
  readonly commissioned?: string | undefined
  readonly balanceGroup?: string | undefined
  /** Factors in all communities of the point, each version from its own day; the whole in this one if left out. */
  readonly participation?: ReadonlyArray<{ readonly from: string; readonly factors: ReadonlyArray<Participation> }> | undefined
}

/** A member with the class that tariffs name (household, business, ...). */
export interface RuleMember {
  readonly member: string
  readonly class?: string | undefined
  readonly points: ReadonlyArray<RulePoint>
}

/** A contract between two points: millionths of the producer's offer, at a price or at that of its step. */
export interface Contract {
  readonly producer: string
  readonly consumer: string
  readonly partsPerMillion: number
  readonly price?: PriceRule | undefined
}

/** How a sharing step divides; docs/guides/settlement.md has the table from each country's rule to its key. */
export type KeyRule =
  | { readonly kind: "dynamic" }
  | { readonly kind: "equal" }
  /** Millionths by metering point, constant or for each hour of the local clock (24 numbers). */
  | { readonly kind: "static"; readonly partsPerMillion: Readonly<Record<string, number>> }
  | { readonly kind: "static-hourly"; readonly partsPerMillion: Readonly<Record<string, ReadonlyArray<number>>> }
  /** Coefficients of each period from the file of coefficients, by consumer or by producer and consumer. */
  | { readonly kind: "static-series" }
  | { readonly kind: "matrix-series" }
  /** Plants in this order; by commissioning, then id, if left out. */
  | { readonly kind: "plant-order"; readonly order?: ReadonlyArray<string> | undefined }
  | { readonly kind: "contracts"; readonly contracts: ReadonlyArray<Contract> }

/** Whether a step deals between named pairs, who pay each other the consumers' price. */
export const isBetweenPairs = ({ key, bilateral }: Pick<ShareStep, "key" | "bilateral">): boolean => bilateral === true || key.kind === "contracts" || key.kind === "matrix-series"

/** Points that share among each other: those of one member, building, feeder, transformer or area, or all. */
export const withinScopes = ["member", "building", "feeder", "transformer", "area", "community"] as const
export type Within = (typeof withinScopes)[number]

/** A class of plants and what a shared kWh of theirs earns beyond its price. */
export interface PremiumClass {
  /** Largest plant of the class in W; the last class has none. */
  readonly upToW?: number | undefined
  readonly price: PriceRule
}

export interface ShareStep {
  readonly step: "share"
  /** Stands on statements and is what tariff components name in `steps`. */
  readonly name: string
  readonly within: Within
  readonly key: KeyRule
  /** What consumers pay and producers get for a shared kWh; a difference stays with the community. */
  readonly consumerPrice: PriceRule
  readonly producerPrice?: PriceRule | undefined
  /** Neighbours owe each other directly, instead of through the community: who got whose energy stands on statements. */
  readonly bilateral?: boolean | undefined
  readonly vatPerMille?: number | undefined
  readonly premium?: ReadonlyArray<PremiumClass> | undefined
}

/** Who answers for a trade that was not delivered whole. */
export type ImbalanceRule =
  /** Outside the price band: a shortfall at residual supply, an excess at feed-in, between the two members. */
  | { readonly kind: "two-price"; readonly shortPrice: PriceRule; readonly longPrice: PriceRule }
  /** Trades are firm; each side's deviation goes to its balance group at the national single price. */
  | { readonly kind: "single-price"; readonly price: PriceRule }

export type Step = { readonly step: "trades"; readonly imbalance: ImbalanceRule } | ShareStep

/** The rules from the local day `from` until the next version. */
export interface RuleVersion {
  readonly from: string
  /** Length of what is allocated at once: a delivery period, or an hour where the rule is hourly. */
  readonly resolutionMinutes: 15 | 60
  readonly steps: ReadonlyArray<Step>
}

/** Everything a community agreed on, in one validated file with versions in time. */
export interface RuleSet {
  readonly community: string
  readonly timeZone: string
  readonly currency: string
  /** Grid areas that the community reads; each delivers its values within so many days after a settlement period. */
  readonly areas: ReadonlyArray<{ readonly area: string; readonly deadlineDays: number }>
  readonly members: ReadonlyArray<RuleMember>
  readonly versions: ReadonlyArray<RuleVersion>
}
