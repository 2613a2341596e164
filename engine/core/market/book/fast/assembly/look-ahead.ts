import { ACCOUNT_COUNT, AHEAD, BOOKS, IDS, ID_MASK, LAST, LEVEL, MAXIMUM_PRICE, MINIMUM_PRICE, NEXT, PREVIOUS, SHIFT } from "../layout.ts"
import { MOVE, PLACE } from "../../commands.ts"
import { tickOf } from "./checks.ts"
import { purseOf } from "./credit.ts"
import { hashOf, home } from "./ids.ts"
import { cellOf } from "./state.ts"

/** Commands that are looked at before the first of them runs: as many as cache lines can be on their way and stay. */
export const BLOCK = 32
/** What is found for a command: hash of its id, what to read next, the order that it names (0: none). */
export const FOUND = 16

/**
 * Reads what a block of commands is about to need, without changing anything: entries of ids, then the orders they name or
 * the levels where they will rest, then those orders' neighbours and levels. The addresses of each step are worked out
 * first, so that its reads follow each other closely and their cache misses overlap; the commands then run in their order
 * and find the lines near. What a command changes meanwhile does not matter: it looks again itself. Numbers of a batch are
 * anybody's: what lies outside is not read. Returns what was read, so that no compiler drops the reads.
 */
@inline
export function lookAhead(from: i32, count: i32): i32 {
  const end = AHEAD + count * FOUND
  hashIds(from, end)
  let seen = read(end)
  findOrders(from, end)
  seen ^= read(end)
  return seen ^ readNeighbours(from, end)
}

@inline
function read(end: i32): i32 {
  let seen = 0
  for (let found = AHEAD; found < end; found += FOUND) seen ^= load<i32>(load<i32>(found, 4))
  return seen
}

@inline
function hashIds(from: i32, end: i32): void {
  const ids = load<i32>(IDS)
  for (let found = AHEAD, at = from; found < end; found += FOUND, at += 32) {
    const hash = hashOf(load<i32>(at, 4), load<i64>(at, 8))
    store<i32>(found, hash)
    store<i32>(found, ids + home(hash), 4)
  }
}

/** Finds the order that a command names, or the level where it will rest. */
@inline
function findOrders(from: i32, end: i32): void {
  const ids = load<i32>(IDS)
  const mask = load<i32>(ID_MASK)
  const shift = load<i32>(SHIFT)
  const books = load<u32>(BOOKS)
  for (let found = AHEAD, at = from; found < end; found += FOUND, at += 32) {
    const hash = load<i32>(found)
    let order = 0
    let next = 0
    if (load<u8>(at) == PLACE) {
      const book = load<u16>(at, 2)
      const tick = tickNear(load<i32>(at, 16))
      if (book < books) next = cellOf((<i32>book << shift) | tick)
    } else {
      let place = (hash << 3) & mask
      let entry = load<i64>(ids + place)
      while (entry != 0 && <i32>(entry >>> 32) != hash) {
        place = (place + 8) & mask
        entry = load<i64>(ids + place)
      }
      order = <i32>entry
      next = order
    }
    store<i32>(found, next, 4)
    store<i32>(found, order, 8)
  }
}

/** Tick of a price; of one outside the band, the first. */
@inline
function tickNear(price: i32): i32 {
  const lowest = load<i32>(MINIMUM_PRICE)
  return price >= lowest && price <= load<i32>(MAXIMUM_PRICE) ? tickOf(price) : 0
}

/**
 * Reads accounts, the neighbours and levels of the orders, and who is last on the level where a new one will rest. Where
 * there is no order, 0 is read, which is as good.
 */
@inline
function readNeighbours(from: i32, end: i32): i32 {
  const stride = 1 << load<i32>(SHIFT)
  const accounts = load<u32>(ACCOUNT_COUNT)
  let seen = 0
  for (let found = AHEAD, at = from; found < end; found += FOUND, at += 32) {
    const order = load<i32>(found, 8)
    const level = load<i32>(order, LEVEL)
    const account = load<u32>(at, 4)
    seen ^= load<i32>(purseOf(account < accounts ? account : 0)) ^ load<i32>(load<i32>(load<i32>(found, 4), LAST))
    seen ^= load<i32>(load<i32>(order, NEXT)) ^ load<i32>(load<i32>(order, PREVIOUS)) ^ load<i32>(cellOf(level))
    if (load<u8>(at) == MOVE) seen ^= load<i32>(cellOf((level & -stride) | tickNear(load<i32>(at, 16))))
  }
  return seen
}
