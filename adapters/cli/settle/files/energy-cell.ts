import { MAX_WATT_HOURS } from "../../../../engine/core/quantity/energy.ts"

/** Unit of interval values: Wh as whole numbers, or kWh with up to three decimals. */
export type EnergyUnit = "Wh" | "kWh"

/** No whole number of Wh within bounds. */
export const NOT_ENERGY = -2
/** An empty cell: no value came. */
export const EMPTY = -1

const ZERO = 48
const POINT = 46
const COMMA = 44
const isSpace = (byte: number): boolean => byte === 32 || byte === 9 || byte === 34

/**
 * Wh of the cell `bytes[from, to)`: {@link EMPTY}, {@link NOT_ENERGY} or a whole number. A kWh cell may have three
 * decimals after a point, or after a comma where commas do not part the columns; Wh have none. Spaces and quotes around are passed over.
 */
export const readEnergy = (bytes: Uint8Array, from: number, to: number, unit: EnergyUnit): number => {
  while (from < to && isSpace(bytes[from]!)) from++
  while (to > from && isSpace(bytes[to - 1]!)) to--
  if (from === to) return EMPTY
  let value = 0
  let decimals = -1
  let digits = 0
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!
    if (byte >= ZERO && byte <= ZERO + 9) {
      if (++digits > 12) return NOT_ENERGY
      if (decimals >= 0 && ++decimals > 3) {
        if (byte !== ZERO) return NOT_ENERGY
        continue
      }
      value = value * 10 + (byte - ZERO)
    } else if ((byte === POINT || byte === COMMA) && unit === "kWh" && decimals < 0) decimals = 0
    else return NOT_ENERGY
  }
  if (digits === 0) return NOT_ENERGY
  if (unit === "kWh") for (let place = Math.max(0, Math.min(decimals, 3)); place < 3; place++) value *= 10
  return value <= MAX_WATT_HOURS ? value : NOT_ENERGY
}
