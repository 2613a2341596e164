import { ACCOUNT_COUNT, BEST_BID, BOOKS, CAPACITY, DIRECTED_COUNT, HEADS, LIVE, MAXIMUM_DIRECTED, MAXIMUM_OPEN, MAXIMUM_PRICE, MAXIMUM_QUANTITY, MINIMUM_PRICE, MINIMUM_QUANTITY, NAMES, NOW, OPEN, OWNER, PHASE, PRICE_TICK, STAMPS, SUM, TERMS_MASK } from "../layout.ts"
import { CALL_PHASE } from "../../phases.ts"
import * as status from "../../status-codes.ts"
import { ALLOW, FILL_OR_KILL, LIMIT, POST_ONLY } from "../../terms-codes.ts"
import { bestFor } from "./aside.ts"
import { above, below } from "./bitmap.ts"
import { purseOf } from "./credit.ts"
import { cellOf, isBetter, levelOf } from "./state.ts"

/** Whether trades alone would fill an order that cannot meet everybody. */
@external("books", "isFillable")
declare function isFillable(book: i32, side: i32, limit: i32, quantity: i32, owner: i32, policy: i32): bool

const UNSIGNED: u32 = 0xffff_ffff

/** Whether every priority stamp was given. */
@inline
export function areStampsUsedUp(): bool {
  return load<u32>(STAMPS) == UNSIGNED
}

@inline
export function isWhole(value: f64): bool {
  return Math.floor(value) == value
}

/** Refuses what the command itself says. `names` counts counterparties, -1 where they are wrong. */
@inline
export function checkForm(account: i32, terms: i32, until: f64, names: i32): i32 {
  if ((terms & TERMS_MASK) != terms || ((terms >>> 1) & 7) > 4 || terms >>> 4 > 4) return status.UNKNOWN_TERMS
  if (<u32>account >= load<u32>(ACCOUNT_COUNT) || load<i32>(purseOf(account), OWNER) == 0) return status.UNKNOWN_ACCOUNT
  if (until != 0 && until <= load<f64>(NOW)) return status.UNTIL_PAST
  return names < 0 ? status.COUNTERPARTIES_WRONG : 0
}

@inline
export function phaseOf(book: i32): i32 {
  return load<i32>(HEADS + (book << 6), PHASE)
}

@inline
export function isBookOpen(book: i32): bool {
  return <u32>book < load<u32>(BOOKS) && phaseOf(book) != 0
}

@inline
export function checkBook(book: i32, terms: i32): i32 {
  if (!isBookOpen(book)) return status.BOOK_CLOSED
  const phase = phaseOf(book)
  return phase == CALL_PHASE && (terms & 14) != LIMIT << 1 ? status.ONLY_LIMIT_IN_CALL : 0
}

@inline
export function checkPrice(price: i32): i32 {
  if (price < load<i32>(MINIMUM_PRICE) || price > load<i32>(MAXIMUM_PRICE)) return status.PRICE_OUTSIDE_BAND
  const priceTick = load<i32>(PRICE_TICK)
  return priceTick != 1 && (price - load<i32>(MINIMUM_PRICE)) % priceTick != 0 ? status.PRICE_OFF_TICK : 0
}

@inline
export function tickOf(price: i32): i32 {
  const priceTick = load<i32>(PRICE_TICK)
  const offset = price - load<i32>(MINIMUM_PRICE)
  return priceTick == 1 ? offset : offset / priceTick
}

@inline
export function checkQuantity(quantity: i32): i32 {
  if (quantity < load<i32>(MINIMUM_QUANTITY)) return status.QUANTITY_TOO_SMALL
  return quantity > load<i32>(MAXIMUM_QUANTITY) ? status.QUANTITY_TOO_LARGE : 0
}

/** Whether an order meets nobody: nothing on the ladder within its price, nothing directed. */
@inline
export function isQuiet(book: i32, side: i32, tick: i32): bool {
  const head = HEADS + (book << 6)
  const opposite = load<i32>(head + ((1 - side) << 2), BEST_BID)
  return isBetter(side, opposite, tick) && load<i32>(head, DIRECTED_COUNT) == 0
}

export function wouldMeet(book: i32, side: i32, tick: i32, owner: i32): bool {
  return !isQuiet(book, side, tick) && bestFor(book, side, tick, owner) != 0
}

/** Wh on the ladder within a price, up to `quantity`, where nobody is asked who owns them. */
function isCovered(book: i32, side: i32, limit: i32, quantity: i32): bool {
  let covered: f64 = 0
  let tick = load<i32>(HEADS + (book << 6) + ((1 - side) << 2), BEST_BID)
  while (covered < <f64>quantity && (side == 0 ? tick <= limit : tick >= limit && tick >= 0)) {
    covered += load<f64>(cellOf(levelOf(book, tick)), SUM)
    tick = side == 0 ? above(book, tick) : below(book, tick)
  }
  return covered >= <f64>quantity
}

/** Refuses by what the order says about trading at once. */
export function checkKind(book: i32, terms: i32, tick: i32, quantity: i32, owner: i32): i32 {
  const side = terms & 1
  const kind = (terms >>> 1) & 7
  if (kind == POST_ONLY && wouldMeet(book, side, tick, owner)) return status.WOULD_TRADE
  if (kind != FILL_OR_KILL) return 0
  const policy = terms >>> 4
  const isPlain = policy == ALLOW && load<i32>(NAMES) == 0 && load<i32>(HEADS + (book << 6), DIRECTED_COUNT) == 0
  const fills = isPlain ? isCovered(book, side, tick, quantity) : isFillable(book, side, tick, quantity, owner, policy)
  return fills ? 0 : status.NOT_FILLABLE
}

/** Refuses an order that is to rest and has no room. */
@inline
export function checkRoom(book: i32, purse: i32, names: i32): i32 {
  if (load<i32>(LIVE) >= load<i32>(CAPACITY)) return status.POOL_FULL
  if (areStampsUsedUp()) return status.STAMPS_USED_UP
  if (names > 0 && load<i32>(HEADS + (book << 6), DIRECTED_COUNT) >= load<i32>(MAXIMUM_DIRECTED)) return status.TOO_MANY_DIRECTED
  return load<i32>(purse, OPEN) >= load<i32>(MAXIMUM_OPEN) ? status.TOO_MANY_OPEN_ORDERS : 0
}
