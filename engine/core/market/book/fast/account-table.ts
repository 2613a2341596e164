import type { HoldTariff } from "../rules.ts"
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

/** Hold per Wh in nano-units, as `holdRate` gives it: worked out at each use, because a table by tick would be a cache line more. */
export class HoldRates {
  /** Residual supply and feed-in price of each tariff. */
  private readonly prices: Float64Array
  /** Without tariffs orders lock nothing. */
  private readonly factor: number

  constructor(tariffs: ReadonlyArray<HoldTariff>) {
    this.factor = tariffs.length === 0 ? 0 : 1
    this.prices = Float64Array.from(tariffs.length === 0 ? [0, 0] : tariffs.flatMap(({ residualSupplyPrice, feedInPrice }) => [residualSupplyPrice, feedInPrice]))
  }

  at(tariff: number, side: number, price: number): number {
    const payment = side === 0 ? price : -price
    const exposure = side === 0 ? price - this.prices[(tariff << 1) + 1]! : this.prices[tariff << 1]! - price
    return this.factor * ((payment > 0 ? payment : 0) + (exposure > 0 ? exposure : 0))
  }
}
