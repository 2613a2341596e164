import { bytes, integer, kind, list, map, struct, text, unsigned, type Infer, type ValueOf } from "../quantity/codec.ts"

/** Neighbours that a preference may name. */
export const MOST_NEIGHBOURS = 8

const wish = {
  /** Lowest price to sell at or highest to buy at, in micro-units of currency per kWh. */
  limitPrice: integer,
  /** Members to trade with first, at most eight; everybody else comes after them. */
  neighbours: list(text),
  /** Percent of the expected quantity, 0 to 100, that is not offered: what the member keeps, or shares by the key. */
  keepPercent: unsigned
}

/**
 * A member's standing, signed trading wish for one metering point. It becomes one order in each delivery period, or two
 * where it names neighbours. (501 had another form: numbers are not reused.)
 */
export const setPreference = kind(502, "SetPreference", { meteringPoint: text, ...wish })
export type SetPreference = ValueOf<typeof setPreference>

/** The preference stands; `hash` is the hash of the signed envelope that each of its orders will carry. (501 had another form.) */
export const preferenceSet = kind(502, "PreferenceSet", { meteringPoint: text, ...wish, hash: bytes })

/** A standing preference. */
export const preference = struct({ ...wish, hash: bytes })
export type Preference = Infer<typeof preference>

/** Preferences by metering point. */
export const preferenceState = map(text, preference)
export type PreferenceState = Infer<typeof preferenceState>

/** Wh that a preference offers of what is expected: what is kept is rounded up, so that no member offers more than the wish says. */
export const offeredQuantity = (expectedWh: number, keepPercent: number): number => Math.floor((expectedWh * (100 - keepPercent)) / 100)
