import { AHEAD, BOOKS, IDS, ID_MASK, LEVEL, LEVELS, MINIMUM_PRICE, PRICE_TICK, STRIDE, TICKS } from "../layout.ts"
import { MOVE, PLACE } from "../../commands.ts"
import { hashesOf } from "./ids.ts"

/** Commands that are looked at before the first of them runs: as many as cache lines can be on their way and stay. */
export const BLOCK = 32
/** From here four bytes reach into the entry behind, which is looked at as well and may lie in another line. */
const ACROSS = 6
/** What is found for a command: hash of its id, what to read next, the order that it names (0: none), the tick of its price (0 where it is outside the band). */
export const FOUND = 16

/**
 * Reads what a block of commands is about to need, without changing anything: entries of ids, then the orders they name or
 * the levels where they will rest, then those orders' levels. The addresses of each step are worked out first, so that its
 * reads follow each other closely and their cache misses overlap; the commands then run in their order and find the lines near. What a command changes meanwhile does not matter: it looks again itself. Numbers of a batch are
 * anybody's: what lies outside is not read. Returns what was read, so that no compiler drops the reads.
 */
@inline
export function lookAhead(from: i32, count: i32): i32 {
  const end = AHEAD + count * FOUND
  hashIds(from, end)
  let seen = read(end, ACROSS)
  findOrders(from, end)
  seen ^= read(end, 0)
  return seen ^ readLevels(from, end)
}

@inline
function read(end: i32, offset: i32): i32 {
  let seen = 0
  for (let found = AHEAD; found < end; found += FOUND) seen ^= load<i32>(load<i32>(found, 4) + offset)
  return seen
}

/** Four commands at once; behind the last one lies memory that may be read, and what is found there is not looked at. */
@inline
function hashIds(from: i32, end: i32): void {
  const ids = i32x4.splat(load<i32>(IDS))
  const mask = i32x4.splat(load<i32>(ID_MASK))
  for (let found = AHEAD, at = from; found < end; found += FOUND * 4, at += 128) {
    // Account and both halves of the id lie side by side in a command, and are wanted by lane.
    const first = v128.load(at, 4)
    const second = v128.load(at, 36)
    const third = v128.load(at, 68)
    const fourth = v128.load(at, 100)
    const left = v128.shuffle<i32>(first, second, 0, 4, 1, 5)
    const right = v128.shuffle<i32>(third, fourth, 0, 4, 1, 5)
    const highs = v128.shuffle<i64>(v128.shuffle<i32>(first, second, 2, 6, 3, 7), v128.shuffle<i32>(third, fourth, 2, 6, 3, 7), 0, 2)
    const hashes = hashesOf(v128.shuffle<i64>(left, right, 0, 2), v128.shuffle<i64>(left, right, 1, 3), highs)
    const places = i32x4.add(ids, v128.and(i32x4.shl(hashes, 3), mask))
    const two = v128.shuffle<i32>(hashes, places, 0, 4, 1, 5)
    const others = v128.shuffle<i32>(hashes, places, 2, 6, 3, 7)
    v128.store64_lane(found, two, 0)
    v128.store64_lane(found, two, 1, FOUND)
    v128.store64_lane(found, others, 0, FOUND * 2)
    v128.store64_lane(found, others, 1, FOUND * 3)
  }
}

/**
 * Finds the order that a command names, or the level where it will rest, without asking twice which of them it is: kinds of
 * commands come at random, and a branch that is guessed wrong costs as much as a dozen instructions. An id that lies more
 * than one entry behind its home is not found here, nor one that has gone from the table's end to its beginning: behind the
 * last entry lies the place of order 0, which nobody has.
 */
@inline
function findOrders(from: i32, end: i32): void {
  const stride = load<i32>(STRIDE)
  const levels = load<i32>(LEVELS)
  const books = load<u32>(BOOKS)
  const lowest = load<i32>(MINIMUM_PRICE)
  const ticks = load<u32>(TICKS)
  const priceTick = load<i32>(PRICE_TICK)
  for (let found = AHEAD, at = from; found < end; found += FOUND, at += 32) {
    const hash = load<i32>(found)
    const first = load<i32>(found, 4)
    const named = select(load<i32>(first), select(load<i32>(first, 8), 0, load<i32>(first, 12) == hash), load<i32>(first, 4) == hash)
    const isPlace = load<u8>(at) == PLACE
    const order = select(0, named, isPlace)
    const offset = load<i32>(at, 16) - lowest
    const tick = priceTick == 1 ? offset : offset / priceTick
    const near = select(tick, 0, <u32>tick < ticks)
    const book = <u32>load<u16>(at, 2)
    const level = levels + ((<i32>select(book, 0, book < books) * stride + near) << 4)
    store<i32>(found, select(level, order, isPlace), 4)
    store<i32>(found, order, 8)
    store<i32>(found, near, 12)
  }
}

/**
 * Reads the levels of the orders, and the one where a moved order will rest. An order's neighbours and who is last on a
 * level are only written to, which nobody waits for; where there is no order, 0 is read, which is as good.
 */
@inline
function readLevels(from: i32, end: i32): i32 {
  const stride = load<i32>(STRIDE)
  const levels = load<i32>(LEVELS)
  let seen = 0
  for (let found = AHEAD, at = from; found < end; found += FOUND, at += 32) {
    const level = load<i32>(load<i32>(found, 8), LEVEL)
    seen ^= load<i32>(levels + (level << 4))
    seen ^= load<i32>(levels + (select((level & -stride) | load<i32>(found, 12), level, load<u8>(at) == MOVE) << 4))
  }
  return seen
}
