import { Invariant } from "./invariant.ts"

/** Largest energy of one posting, in Wh: keeps energy x price an exact integer below 2^53 (design, decision 8). */
export const MAX_WATT_HOURS = 500_000_000

/** True for a whole, non-negative number of Wh that one posting may carry. */
export const isWattHours = (value: number): boolean =>
  Number.isSafeInteger(value) && value >= 0 && value <= MAX_WATT_HOURS

/** Returns `value` (Wh) unchanged, or throws {@link Invariant}: for values that a check upstream has already admitted. */
export const wattHours = (value: number): number => {
  if (!isWattHours(value)) throw new Invariant(`energy out of bounds: ${value} Wh`)
  return value
}
