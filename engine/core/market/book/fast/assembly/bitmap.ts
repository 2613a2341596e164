import { HEADS, LEAVES, MIDDLES, SHIFT, TOP, UPPERS } from "../layout.ts"
import { bookIn, tickIn } from "./state.ts"

// A bitmap of three levels knows which prices hold orders; a band of more than 32,768 ticks has a fourth, between the
// middle words and the top.

@inline
function lowest(word: i32): i32 {
  return ctz(word)
}

@inline
function highest(word: i32): i32 {
  return 31 - clz(word)
}

/** Leaves of all books lie behind each other as their levels do. */
@inline
function leafOf(level: i32): i32 {
  return load<i32>(LEAVES) + ((level >>> 5) << 2)
}

@inline
function leafAt(book: i32, leaf: i32, shift: i32): i32 {
  return leafOf((book << shift) | (leaf << 5))
}

@inline
function middleAt(book: i32, middle: i32, shift: i32): i32 {
  return load<i32>(MIDDLES) + (((book << max(0, shift - 10)) + middle) << 2)
}

@inline
function upperAt(book: i32, upper: i32, shift: i32): i32 {
  return load<i32>(UPPERS) + (((book << (shift - 15)) + upper) << 2)
}

@inline
function isWide(shift: i32): bool {
  return shift > 15
}

/** Sets the bits of a word above, once the word below it is no longer 0. */
function markAbove(level: i32): void {
  const shift = load<i32>(SHIFT)
  const book = bookIn(level)
  const leaf = tickIn(level) >>> 5
  const middle = leaf >>> 5
  const at = middleAt(book, middle, shift)
  store<i32>(at, load<i32>(at) | (1 << (leaf & 31)))
  let top = middle
  if (isWide(shift)) {
    top = middle >>> 5
    const upper = upperAt(book, top, shift)
    store<i32>(upper, load<i32>(upper) | (1 << (middle & 31)))
  }
  const head = HEADS + (book << 6)
  store<i32>(head, load<i32>(head, TOP) | (1 << top), TOP)
}

/** The first order of a level came. */
@inline
export function mark(level: i32): void {
  const at = leafOf(level)
  const word = load<i32>(at)
  store<i32>(at, word | (1 << (level & 31)))
  if (word == 0) markAbove(level)
}

function unmarkAbove(level: i32): void {
  const shift = load<i32>(SHIFT)
  const book = bookIn(level)
  const leaf = tickIn(level) >>> 5
  const middle = leaf >>> 5
  const at = middleAt(book, middle, shift)
  let rest = load<i32>(at) & ~(1 << (leaf & 31))
  store<i32>(at, rest)
  if (rest != 0) return
  let top = middle
  if (isWide(shift)) {
    top = middle >>> 5
    const upper = upperAt(book, top, shift)
    rest = load<i32>(upper) & ~(1 << (middle & 31))
    store<i32>(upper, rest)
    if (rest != 0) return
  }
  const head = HEADS + (book << 6)
  store<i32>(head, load<i32>(head, TOP) & ~(1 << top), TOP)
}

/** The last order of a level is gone. */
@inline
export function unmark(level: i32): void {
  const at = leafOf(level)
  const word = load<i32>(at) & ~(1 << (level & 31))
  store<i32>(at, word)
  if (word == 0) unmarkAbove(level)
}

/** Middle word above or below which others hold orders, or -1. */
function middleAbove(book: i32, middle: i32, shift: i32): i32 {
  let top = middle
  if (isWide(shift)) {
    top = middle >>> 5
    const word = load<i32>(upperAt(book, top, shift)) & ((-1 << (middle & 31)) << 1)
    if (word != 0) return (top << 5) + lowest(word)
  }
  const above = load<i32>(HEADS + (book << 6), TOP) & ((-1 << top) << 1)
  if (above == 0) return -1
  top = lowest(above)
  return isWide(shift) ? (top << 5) + lowest(load<i32>(upperAt(book, top, shift))) : top
}

function middleBelow(book: i32, middle: i32, shift: i32): i32 {
  let top = middle
  if (isWide(shift)) {
    top = middle >>> 5
    const word = load<i32>(upperAt(book, top, shift)) & ~(-1 << (middle & 31))
    if (word != 0) return (top << 5) + highest(word)
  }
  const below = load<i32>(HEADS + (book << 6), TOP) & ~(-1 << top)
  if (below == 0) return -1
  top = highest(below)
  return isWide(shift) ? (top << 5) + highest(load<i32>(upperAt(book, top, shift))) : top
}

/** The next higher tick with orders, or the number of ticks. */
export function above(book: i32, tick: i32): i32 {
  const shift = load<i32>(SHIFT)
  let leaf = tick >>> 5
  // Two shifts: one by 32 would be one by 0.
  let word = load<i32>(leafAt(book, leaf, shift)) & ((-1 << (tick & 31)) << 1)
  if (word != 0) return (leaf << 5) + lowest(word)
  let middle = leaf >>> 5
  word = load<i32>(middleAt(book, middle, shift)) & ((-1 << (leaf & 31)) << 1)
  if (word == 0) {
    middle = middleAbove(book, middle, shift)
    if (middle == -1) return 1 << shift
    word = load<i32>(middleAt(book, middle, shift))
  }
  leaf = (middle << 5) + lowest(word)
  return (leaf << 5) + lowest(load<i32>(leafAt(book, leaf, shift)))
}

/** The next lower tick with orders, or -1. */
export function below(book: i32, tick: i32): i32 {
  const shift = load<i32>(SHIFT)
  let leaf = tick >>> 5
  let word = load<i32>(leafAt(book, leaf, shift)) & ~(-1 << (tick & 31))
  if (word != 0) return (leaf << 5) + highest(word)
  let middle = leaf >>> 5
  word = load<i32>(middleAt(book, middle, shift)) & ~(-1 << (leaf & 31))
  if (word == 0) {
    middle = middleBelow(book, middle, shift)
    if (middle == -1) return -1
    word = load<i32>(middleAt(book, middle, shift))
  }
  leaf = (middle << 5) + highest(word)
  return (leaf << 5) + highest(load<i32>(leafAt(book, leaf, shift)))
}
