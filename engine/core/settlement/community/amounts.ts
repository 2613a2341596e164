/** Largest magnitude kept in a double: one more posting (below 2^53 by design, decision 8) stays exact beside it. */
const LIMIT = 2 ** 51

/** Exact sums of Wh x price for many places: doubles while they are exact, carried over to BigInt before they are not. */
export class Amounts {
  private readonly small: Float64Array
  private readonly large = new Map<number, bigint>()

  constructor(places: number) {
    this.small = new Float64Array(places)
  }

  /** Adds `energyWh` x `price` (micro-units per kWh) in nano-units. */
  add(place: number, energyWh: number, price: number): void {
    const sum = this.small[place]! + energyWh * price
    if (sum < LIMIT && sum > -LIMIT) {
      this.small[place] = sum
      return
    }
    this.large.set(place, (this.large.get(place) ?? 0n) + BigInt(this.small[place]!) + BigInt(energyWh) * BigInt(price))
    this.small[place] = 0
  }

  at(place: number): bigint {
    return BigInt(this.small[place]!) + (this.large.get(place) ?? 0n)
  }
}

/** Rounds numerator / denominator to a whole number, halves away from zero (commercial rounding); denominator > 0. */
export const roundQuotient = (numerator: bigint, denominator: bigint): bigint => {
  const magnitude = numerator < 0n ? -numerator : numerator
  const rounded = (2n * magnitude + denominator) / (2n * denominator)
  return numerator < 0n ? -rounded : rounded
}
