import { MAX_WATT_HOURS } from "../../../../engine/core/quantity/energy.ts"
import { wattHoursOf } from "../../../documents/import/decimal.ts"

/** Unit of interval values: Wh as whole numbers, or kWh with up to three decimals. */
export type EnergyUnit = "Wh" | "kWh"

/** No whole number of Wh within bounds. */
export const NOT_ENERGY = -2
/** An empty cell: no value came. */
export const EMPTY = -1

/**
 * Wh of a cell: {@link EMPTY}, {@link NOT_ENERGY} or a whole number. Wh are digits only; kWh may have decimals after a
 * point, or after a comma in a table whose columns no comma parts, where "1,234" could be a thousand.
 */
export const readEnergy = (cell: string, unit: EnergyUnit, delimiter: string): number => {
  if (cell === "") return EMPTY
  if (unit === "Wh") return wholeWattHours(cell)
  const hasComma = cell.includes(",")
  if (hasComma && delimiter === ",") return NOT_ENERGY
  const wh = wattHoursOf(cell, unit, hasComma && cell.lastIndexOf(",") > cell.lastIndexOf(".") ? "," : ".")
  return typeof wh === "number" && wh <= MAX_WATT_HOURS ? wh : NOT_ENERGY
}

const ZERO = 48

/** Millions of cells are read so, hence digit by digit. */
const wholeWattHours = (cell: string): number => {
  if (cell.length > 12) return NOT_ENERGY
  let value = 0
  for (let at = 0; at < cell.length; at++) {
    const digit = cell.charCodeAt(at) - ZERO
    if (digit < 0 || digit > 9) return NOT_ENERGY
    value = value * 10 + digit
  }
  return value <= MAX_WATT_HOURS ? value : NOT_ENERGY
}
