import { assertLaw } from "../../quantity/invariant.ts"

/** Prices of what was traded and not delivered or taken, in micro-units per kWh (design, decision 9). */
export interface HoldTariff {
  readonly residualSupplyPrice: number
  readonly feedInPrice: number
}

/** The rules of one area's books, and how much room they have. Prices in micro-units of currency per kWh, quantities in Wh. */
export interface BookRules {
  readonly minimumPrice: number
  readonly maximumPrice: number
  readonly priceTick: number
  readonly minimumQuantity: number
  readonly maximumQuantity: number
  /** Open orders that one account may have. */
  readonly maximumOpen: number
  /** Directed orders that may rest in one book: each incoming order looks at all of them. */
  readonly maximumDirected: number
  /** Tariffs by which orders lock credit; a book names one of them. Without any, orders lock nothing. */
  readonly tariffs: ReadonlyArray<HoldTariff>
  /** Books open at a time (up to 65,536), accounts (up to 2^20), resting orders (below 2^21). Room costs memory only where it was used. */
  readonly books: number
  readonly accounts: number
  readonly orders: number
}

export const MOST_BOOKS = 65_536
export const MOST_ACCOUNTS = 1 << 20
export const MOST_ORDERS = (1 << 21) - 1
/** Four levels of a bitmap of 32-bit words; up to 32,768 ticks three are enough. */
export const MOST_TICKS = 1 << 20
/** Price levels of all books together, 16 bytes each. */
export const MOST_LEVELS = 1 << 27
export const MOST_TARIFFS = 256
/** Counterparties that a directed order may name. */
export const MOST_NAMED = 8

const TARIFF_PRICE = 1_000_000_000

const within = (value: number, least: number, most: number): boolean => Number.isInteger(value) && value >= least && value <= most

/** Prices of the band, both ends included: the tick index of a price is (price - minimum) / tick. */
export const ticksOf = (rules: BookRules): number => Math.floor((rules.maximumPrice - rules.minimumPrice) / rules.priceTick) + 1

/** Ticks of a book as the fast books lay them out: a power of two, at least 32, given as its exponent. */
export const tickBits = (rules: BookRules): number => Math.max(5, 32 - Math.clz32(ticksOf(rules) - 1))

/** The price of the band next to a reference, whatever number that is. Prices of the band are as near to it in the same order, and their distances stay exact. */
export const withinBand = ({ minimumPrice, maximumPrice }: BookRules, reference: number): number => Math.max(minimumPrice, Math.min(maximumPrice, reference))

/** Throws Invariant on rules that no book can keep: they come from configuration, checked before. */
export const assertRules = (rules: BookRules): void => {
  const price = 10_000_000
  assertLaw(within(rules.minimumPrice, -price, price) && within(rules.maximumPrice, rules.minimumPrice, price), "a price band within +-10^7")
  assertLaw(within(rules.priceTick, 1, 2 * price) && (rules.maximumPrice - rules.minimumPrice) % rules.priceTick === 0, "a band of whole ticks")
  assertLaw(within(ticksOf(rules), 1, MOST_TICKS), "a band of at most 2^20 ticks")
  assertLaw(within(rules.maximumQuantity, 1, 500_000_000) && within(rules.minimumQuantity, 1, rules.maximumQuantity), "quantities from 1 to 5 x 10^8 Wh")
  assertLaw(within(rules.books, 1, MOST_BOOKS) && within(rules.accounts, 1, MOST_ACCOUNTS) && within(rules.orders, 1, MOST_ORDERS), "room for books, accounts, orders")
  assertLaw(rules.books * 2 ** tickBits(rules) <= MOST_LEVELS, "books times ticks, rounded up to a power of two, of at most 2^27")
  assertLaw(within(rules.maximumOpen, 0, MOST_ORDERS) && within(rules.maximumDirected, 0, MOST_ORDERS), "caps on open and directed orders")
  assertLaw(rules.tariffs.length <= MOST_TARIFFS, "at most 256 tariffs")
  for (const tariff of rules.tariffs) {
    assertLaw(within(tariff.residualSupplyPrice, -TARIFF_PRICE, TARIFF_PRICE) && within(tariff.feedInPrice, -TARIFF_PRICE, TARIFF_PRICE), "tariff prices within +-10^9")
    for (const side of [0, 1]) {
      for (const end of [rules.minimumPrice, rules.maximumPrice]) {
        assertLaw(holdRate(side, end, tariff) * rules.maximumQuantity <= Number.MAX_SAFE_INTEGER, "a hold is an exact number")
      }
    }
  }
}

/**
 * What an order locks per Wh, in nano-units: the payment it may come to and the imbalance it may cause (design,
 * decision 10). It never falls when the price gets worse for the order, so a trade never locks more than its order did.
 */
export const holdRate = (side: number, price: number, { residualSupplyPrice, feedInPrice }: HoldTariff): number =>
  side === 0 ? Math.max(0, price) + Math.max(0, price - feedInPrice) : Math.max(0, -price) + Math.max(0, residualSupplyPrice - price)
