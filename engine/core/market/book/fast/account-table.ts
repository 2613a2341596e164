import { holdRate, ticksOf, type BookRules } from "../rules.ts"
import * as layout from "./layout.ts"

// Constants of this module: V8 folds these, while an imported name is loaded and checked at each use.
const { CREDIT, HELD_BY_ORDERS, HELD_BY_TRADES, OPEN, OWNER } = layout

/**
 * Accounts, 32 bytes each: owner, open orders, credit and holds. Holds are exact: a hold is taken only within the credit,
 * so sums stay below 2^53.
 */
export class AccountTable {
  readonly words: Int32Array
  readonly money: Float64Array

  constructor(accounts: number) {
    this.words = new Int32Array(accounts * 8)
    this.money = new Float64Array(this.words.buffer)
  }

  isKnown(account: number): boolean {
    return (account | 0) === account && account >= 0 && account << 3 < this.words.length && this.words[(account << 3) + OWNER] !== 0
  }

  set(account: number, owner: number, credit: number): void {
    this.words[(account << 3) + OWNER] = owner + 1
    this.money[(account << 2) + CREDIT] = credit
  }

  open(account: number): number {
    return this.words[(account << 3) + OPEN] ?? 0
  }

  credit(account: number): number {
    return this.money[(account << 2) + CREDIT]!
  }

  held(account: number): number {
    return this.money[(account << 2) + HELD_BY_ORDERS]! + this.money[(account << 2) + HELD_BY_TRADES]!
  }

  /** Nano-units that a new order may still lock. */
  available(account: number): number {
    const at = account << 2
    return this.money[at + CREDIT]! - (this.money[at + HELD_BY_ORDERS]! + this.money[at + HELD_BY_TRADES]!)
  }
}

/** Hold per Wh in nano-units: at tariff * 2 * stride + side * stride + tick. Zeros where the market has no tariff. */
export const holdRates = (rules: BookRules, stride: number): Float64Array => {
  const rates = new Float64Array(Math.max(1, rules.tariffs.length) * 2 * stride)
  for (const [tariff, prices] of rules.tariffs.entries()) {
    for (let side = 0; side < 2; side++) {
      for (let tick = 0; tick < ticksOf(rules); tick++) {
        rates[(tariff * 2 + side) * stride + tick] = holdRate(side, rules.minimumPrice + tick * rules.priceTick, prices)
      }
    }
  }
  return rates
}
