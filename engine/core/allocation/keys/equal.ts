import { constantCoefficients, staticKey, WHOLE } from "./static.ts"
import type { SharingKey } from "./sharing.ts"

/**
 * Equal shares of so many consumers, each capped by own consumption: a building supply in which no key was agreed
 * (Germany, EnWG section 42b (5), known in summary only: docs/guides/settlement-sources.md).
 * A whole that does not divide evenly gives the first ones, by id, one millionth more.
 */
export const equalKey = (consumers: number): SharingKey => staticKey(constantCoefficients(equalCoefficients(consumers)))

/** Millionths that sum to the whole and differ by one at most. */
export const equalCoefficients = (consumers: number): Array<number> =>
  Array.from({ length: consumers }, (_, place) => Math.floor(WHOLE / consumers) + (place < WHOLE % consumers ? 1 : 0))
