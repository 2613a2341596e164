import { Invariant } from "./invariant.ts"
import { isWattHours } from "./energy.ts"

/** Largest magnitude of a price, in micro-units of currency per kWh (10 EUR/kWh). */
export const MAX_PRICE = 10_000_000

/** True for a whole price in micro-units per kWh within the asserted bounds; negative prices are prices. */
export const isPrice = (value: number): boolean => Number.isSafeInteger(value) && Math.abs(value) <= MAX_PRICE

/**
 * Exact price of an amount of energy, in nano-units of currency.
 * Wh x micro-unit/kWh = 10^-3 kWh x 10^-6 unit/kWh = 10^-9 unit, so the product needs no division
 * and stays below 2^53 for |Wh| <= 5 x 10^8 and |price| <= 10^7 (design, decision 8).
 */
export const amountOf = (energyWh: number, pricePerKwh: number): number => {
  if (!isWattHours(energyWh) || !isPrice(pricePerKwh)) {
    throw new Invariant(`posting out of bounds: ${energyWh} Wh at ${pricePerKwh} micro/kWh`)
  }
  const amount = energyWh * pricePerKwh
  return amount === 0 ? 0 : amount
}
