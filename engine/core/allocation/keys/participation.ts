import { splitter } from "./sharing.ts"

/** Participation of a metering point in one community: whole percent. */
export interface Participation {
  readonly community: string
  readonly percent: number
}

export type ParticipationVerdict = "Accepted" | "TooManyCommunities" | "CommunityTwice" | "PercentOutOfBounds" | "MoreThanTheWhole"

/** Most communities that one metering point may take part in. */
export const MOST_COMMUNITIES = 5

/**
 * Austria: a metering point may take part in up to five communities, with factors of whole percent, each at least 1, in
 * sum at most 100, since 2024-04-08 ("Mehrfachteilnahme" of the market rules, as Netz Niederoesterreich publishes them;
 * docs/guides/settlement-sources.md).
 */
export const checkParticipation = (factors: ReadonlyArray<Participation>): ParticipationVerdict => {
  if (factors.length > MOST_COMMUNITIES) return "TooManyCommunities"
  if (new Set(factors.map(({ community }) => community)).size !== factors.length) return "CommunityTwice"
  if (factors.some(({ percent }) => !Number.isInteger(percent) || percent < 1 || percent > 100)) return "PercentOutOfBounds"
  return factors.reduce((sum, { percent }) => sum + percent, 0) > 100 ? "MoreThanTheWhole" : "Accepted"
}

/**
 * Whether a community settles what belongs to a metering point as a whole: the part that takes part in none, and standing
 * charges. It is the first by id of those the point takes part in; `factors` is undefined where the point is in this one only.
 */
export const settlesTheRest = (community: string, factors: ReadonlyArray<Participation> | undefined): boolean =>
  factors === undefined || factors.length === 0 || (factors.some((factor) => factor.community === community) && factors.every((factor) => community <= factor.community))

/**
 * Splits interval values among the communities of a metering point: G.01T = G.01 x factor / 100, in whole Wh that sum to
 * the value; equal remainders go to the earlier community by id. The parts come in the order of the factors, and last what
 * takes part in none; they are overwritten by the next split.
 */
export const makeParticipation = (factors: ReadonlyArray<Participation>): ((energyWh: number) => Float64Array) => {
  const order = factors.map((_, place) => place).sort((left, right) => (factors[left]!.community < factors[right]!.community ? -1 : 1))
  const rest = 100 - factors.reduce((sum, { percent }) => sum + percent, 0)
  const weights = Float64Array.from([...order.map((place) => factors[place]!.percent), rest])
  const ranked = new Float64Array(weights.length)
  const parts = new Float64Array(weights.length)
  return (energyWh) => {
    splitter.split(energyWh, weights, weights.length, 100, ranked)
    for (let rank = 0; rank < order.length; rank++) parts[order[rank]!] = ranked[rank]!
    parts[order.length] = ranked[order.length]!
    return parts
  }
}
