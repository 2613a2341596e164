import { ACCOUNT_COUNT, AHEAD, BATCH, BOOKS, FIRST, HEADS, IDS, ID_MASK, LEVEL, MAXIMUM_PRICE, MINIMUM_PRICE, NEXT, PREVIOUS, PRICE_TICK, SHIFT, WHO } from "../layout.ts"
import { CANCEL, MOVE, PLACE, REDUCE } from "../../commands.ts"
import { REFUSED } from "../../event-kinds.ts"
import { UNKNOWN_OPERATION } from "../../status-codes.ts"
import { purseOf } from "./credit.ts"
import { hashOf, home } from "./ids.ts"
import { begin, note } from "./log.ts"
import { cancelOrder, movePlain, placePlain, reduceBy } from "./orders.ts"
import { cellOf } from "./state.ts"

/** Commands that are looked at before the first of them runs: as many as cache lines can be on their way and stay. */
const BLOCK = 16

/**
 * Reads what a block of commands is about to need, without changing anything: ids first, then the orders they name, then
 * those orders' neighbours and levels. Within one step no read waits for another, so their cache misses overlap; the
 * commands then run in their order and find the lines near. What a command changes meanwhile does not matter: it looks
 * again itself. Returns what it read, so that no compiler drops the reads.
 */
@inline
function lookAhead(from: i32, count: i32): i32 {
  const mask = load<i32>(ID_MASK)
  const ids = load<i32>(IDS)
  const shift = load<i32>(SHIFT)
  const lowest = load<i32>(MINIMUM_PRICE)
  const highest = load<i32>(MAXIMUM_PRICE)
  const priceTick = load<i32>(PRICE_TICK)
  const books = load<u32>(BOOKS)
  const accounts = load<u32>(ACCOUNT_COUNT)
  const end = AHEAD + (count << 3)
  let seen = 0
  for (let ahead = AHEAD, at = from; ahead < end; ahead += 8, at += 32) {
    const account = load<i32>(at, 4)
    const hash = hashOf(account, load<i64>(at, 8))
    store<i32>(ahead, hash)
    seen ^= load<i32>(ids + home(hash))
    // Numbers of a batch are anybody's: what lies outside is not read.
    const book = load<u16>(at, 2)
    seen ^= load<i32>(HEADS + (book < books ? book << 6 : 0))
    seen ^= load<i32>(purseOf(<u32>account < accounts ? account : 0))
  }
  for (let ahead = AHEAD, at = from; ahead < end; ahead += 8, at += 32) {
    const head = load<i32>(at)
    const operation = head & 255
    const price = load<i32>(at, 16)
    let order = 0
    if (operation == PLACE) {
      const book = head >>> 16
      if (<u32>book < books && price >= lowest && price <= highest) {
        const offset = price - lowest
        const tick = priceTick == 1 ? offset : offset / priceTick
        seen ^= load<i32>(cellOf((book << shift) | tick), FIRST)
      }
    } else {
      const hash = load<i32>(ahead)
      let place = (hash << 3) & mask
      let entry = load<i64>(ids + place)
      while (entry != 0 && <i32>(entry >>> 32) != hash) {
        place = (place + 8) & mask
        entry = load<i64>(ids + place)
      }
      order = <i32>entry
      seen ^= load<i32>(order)
    }
    store<i32>(ahead, order, 4)
  }
  for (let ahead = AHEAD; ahead < end; ahead += 8) {
    const order = load<i32>(ahead, 4)
    if (order != 0) seen ^= load<i32>(load<i32>(order, NEXT)) ^ load<i32>(load<i32>(order, PREVIOUS)) ^ load<i32>(cellOf(load<i32>(order, LEVEL)))
  }
  return seen
}

@inline
function one(at: i32, hash: i32): void {
  begin()
  const head = load<i32>(at)
  const account = load<i32>(at, 4)
  const id = load<i64>(at, 8)
  const operation = head & 255
  let price = load<i32>(at, 16)
  let quantity = load<i32>(at, 20)
  let code = UNKNOWN_OPERATION
  if (operation == PLACE) code = placePlain(hash, head >>> 16, account, id, (head >>> 8) & 255, price, quantity, <f64>load<u32>(at, 24))
  else if (operation == CANCEL) {
    code = cancelOrder(account, id, hash)
    price = 0
    quantity = 0
  } else if (operation == MOVE) {
    code = movePlain(account, id, hash, price)
    quantity = 0
  } else if (operation == REDUCE) {
    code = reduceBy(account, id, hash, quantity)
    price = 0
  }
  if (code != 0) note(REFUSED, account, id, price, quantity, code)
}

let seen = 0

/** Runs the first `count` commands that lie in BATCH, in order. */
export function run(count: i32): void {
  for (let first = 0; first < count; first += BLOCK) {
    const from = BATCH + (first << 5)
    const size = min(BLOCK, count - first)
    seen ^= lookAhead(from, size)
    for (let index = 0; index < size; index++) one(from + (index << 5), load<i32>(AHEAD + (index << 3)))
  }
}
