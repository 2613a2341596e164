import { splitByLargestRemainder } from "../quantity/largest-remainder.ts"

/** Surplus offered and consumption open at each point, in Wh, ordered by id. */
export interface SharingInput {
  readonly surplusWh: ReadonlyArray<number>
  readonly consumptionWh: ReadonlyArray<number>
}

/** Wh that each producer gave and each consumer got by sharing. Both sum to `sharedWh`. */
export interface Sharing {
  readonly sharedWh: number
  readonly givenWh: ReadonlyArray<number>
  readonly receivedWh: ReadonlyArray<number>
}

/**
 * The Austrian dynamic key: per quarter hour the surplus goes to the consumers in proportion to their consumption,
 * capped by it; the producers give in proportion to their surplus (P.01T = G.01T - sum(G.03) x own / sum(producers)).
 * Source: the energy community rules of ElWOG 2010, sections 16b-16e, and the EDA process documentation.
 * Whole Wh by largest remainder, ties to the earlier id.
 */
export const shareByDynamicKey = ({ surplusWh, consumptionWh }: SharingInput): Sharing => {
  const surplus = surplusWh.reduce((sum, wh) => sum + wh, 0)
  const consumption = consumptionWh.reduce((sum, wh) => sum + wh, 0)
  const sharedWh = Math.min(surplus, consumption)
  return {
    sharedWh,
    givenWh: splitByLargestRemainder(sharedWh, surplusWh),
    receivedWh: splitByLargestRemainder(sharedWh, consumptionWh)
  }
}
