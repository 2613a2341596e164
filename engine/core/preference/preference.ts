import { bytes, integer, kind, map, struct, text, type Infer, type ValueOf } from "../quantity/codec.ts"

/** A member's standing, signed trading wish for one metering point. It becomes one order in each delivery period. */
export const setPreference = kind(501, "SetPreference", {
  meteringPoint: text,
  /** Lowest price to sell at or highest to buy at, in micro-units of currency per kWh. */
  limitPrice: integer
})
export type SetPreference = ValueOf<typeof setPreference>

/** The preference stands; `hash` is the hash of the signed envelope that each of its orders will carry. */
export const preferenceSet = kind(501, "PreferenceSet", { meteringPoint: text, limitPrice: integer, hash: bytes })

/** A standing preference. */
export const preference = struct({ limitPrice: integer, hash: bytes })

/** Preferences by metering point. */
export const preferenceState = map(text, preference)
export type PreferenceState = Infer<typeof preferenceState>
