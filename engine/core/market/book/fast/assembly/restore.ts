import { ACCOUNT_COUNT, AHEAD, BATCH, BEST_ASK, BEST_BID, CAPACITY, COUNT, HEADS, IDS, LIVE, MAXIMUM_PRICE, MAXIMUM_QUANTITY, MINIMUM_PRICE, NAMES, OWNER, STAMP, TERMS_MASK } from "../layout.ts"
import { appendAside } from "./aside.ts"
import { tickOf } from "./checks.ts"
import { lock, lockByTrade, purseOf, rate, tariffOf } from "./credit.ts"
import { hashOf, home, orderAt, search } from "./ids.ts"
import { append } from "./ladder.ts"
import { BLOCK, FOUND } from "./look-ahead.ts"
import { addOrder } from "./place.ts"
import { cellOf, levelOf, priceOf } from "./state.ts"

/** Bytes of the order of a snapshot at `at`. */
@inline
function lengthAt(at: i32): i32 {
  const packed = load<i32>(at, 12)
  return 28 + (packed & 256 ? 8 : 0) + ((packed >>> 9) << 2)
}

/** Whether an order of a ladder stands on its own side and crosses nothing: a price holds bids or asks, never both (ladder.ts). */
@inline
function isOnItsSide(book: i32, list: i32, side: i32, tick: i32): bool {
  const head = HEADS + (book << 6)
  return side == list && (side == 0 ? tick < load<i32>(head, BEST_ASK) : tick > load<i32>(head, BEST_BID))
}

/** Whether the books can hold what is said there: a snapshot is bytes like others. */
@inline
function isSound(book: i32, list: i32, at: i32): bool {
  const packed = load<u32>(at, 12)
  if (packed >>> 9 > 8 || ((packed >>> 1) & 7) > 4 || (packed & 0xff) >>> 4 > 4 || (packed & 0x80) != 0) return false
  const account = load<u32>(at)
  if (account >= load<u32>(ACCOUNT_COUNT) || load<i32>(purseOf(account), OWNER) == 0) return false
  const price = load<i32>(at, 16)
  if (price < load<i32>(MINIMUM_PRICE) || price > load<i32>(MAXIMUM_PRICE)) return false
  const tick = tickOf(price)
  if (priceOf(tick) != price || (list < 2 && !isOnItsSide(book, list, packed & 1, tick))) return false
  const quantity = load<i32>(at, 20)
  return quantity > 0 && quantity <= load<i32>(MAXIMUM_QUANTITY) && load<i32>(LIVE) < load<i32>(CAPACITY)
}

/**
 * Reads the entries of ids and the levels that a block of orders is about to need, as look-ahead does for commands: all
 * addresses first, so that the reads follow each other closely and their cache misses overlap.
 */
@inline
function lookAhead(book: i32, from: i32, end: i32): i32 {
  const ids = load<i32>(IDS)
  const lowest = load<i32>(MINIMUM_PRICE)
  const highest = load<i32>(MAXIMUM_PRICE)
  let found = AHEAD
  for (let at = from; found < AHEAD + BLOCK * FOUND && at + 28 <= end; at += lengthAt(at), found += FOUND) {
    const hash = hashOf(load<i32>(at), load<i64>(at, 4))
    const price = load<i32>(at, 16)
    store<i32>(found, hash)
    store<i32>(found, ids + home(hash), 4)
    store<i32>(found, cellOf(levelOf(book, price >= lowest && price <= highest ? tickOf(price) : 0)), 8)
  }
  let seen = 0
  for (let read = AHEAD; read < found; read += FOUND) seen ^= load<i32>(load<i32>(read, 4)) ^ load<i32>(load<i32>(read, 8))
  return seen
}

/** Puts an order behind its equals; false if there is one of its name. Its hold, till now counted as one of trades, becomes the order's. */
@inline
function put(book: i32, isAside: bool, at: i32, hash: i32): bool {
  const account = load<i32>(at)
  const id = load<i64>(at, 4)
  const packed = load<i32>(at, 12)
  const price = load<i32>(at, 16)
  const quantity = load<i32>(at, 20)
  const isTimed = (packed & 256) != 0
  const names = packed >>> 9
  const place = search(id, hash)
  if (orderAt(place) != 0) return false
  if (names > 0) {
    for (let name = 0; name < names; name++) store<i32>(NAMES + (name << 2), load<i32>(at + 28 + (isTimed ? 8 : 0) + (name << 2)) + 1)
    if (names < 8) store<i32>(NAMES + (names << 2), 0)
  }
  const order = addOrder(place, hash, account, id, packed & TERMS_MASK, isTimed ? <f64>load<i64>(at, 28) : 0, names)
  store<i32>(order, load<i32>(at, 24), STAMP)
  const side = packed & 1
  if (isAside) appendAside(order, book, tickOf(price), quantity)
  else append(order, book, tickOf(price), side, quantity)
  const locked = rate(tariffOf(book), side, price) * <i64>quantity
  const purse = purseOf(account)
  lock(purse, locked)
  lockByTrade(purse, -locked)
  return true
}

let seen = 0

/**
 * Restores at most `count` orders of a list from BATCH, where `bytes` of the snapshot lie. Returns how many bytes they
 * took, -1 if the books cannot hold one of them; COUNT tells how many they were.
 */
export function restoreOrders(book: i32, list: i32, count: i32, bytes: i32): i32 {
  const end = BATCH + bytes
  let at = BATCH
  let done = 0
  while (done < count && at + 28 <= end && at + lengthAt(at) <= end) {
    const inBlock = done % BLOCK
    if (inBlock == 0) seen ^= lookAhead(book, at, end)
    if (!isSound(book, list, at) || !put(book, list == 2, at, load<i32>(AHEAD + inBlock * FOUND))) return -1
    at += lengthAt(at)
    done++
  }
  store<i32>(COUNT, done)
  return at - BATCH
}
