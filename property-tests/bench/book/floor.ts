import { FLOW_TICKS, FLOW_WORDS, type Flow, type Totals } from "./flow.ts"
import { touchPages, type Bench } from "./implementation.ts"
import { PlainBook } from "./plain-book.ts"

const CAPACITY = 1 << 18

/** Reads each command and touches, once, every order record and price level that a price-time book must touch for it. */
const pass = (words: Int32Array, first: number, last: number, from: Int32Array, touched: Int32Array, orders: Int32Array, levels: Int32Array, heads: Int32Array, table: Int32Array): number => {
  let sum = 0
  for (let index = first; index < last; index++) {
    const at = index * FLOW_WORDS
    sum = (sum + words[at + 2]! + words[at + 3]! + heads[(words[at]! >>> 16) << 3]!) | 0
    table[words[at + 1]!] = index
    for (let k = from[index]!, end = from[index + 1]!; k < end; k += 2) {
      const order = touched[k]! << 3
      const level = touched[k + 1]! << 2
      orders[order + 2] = (orders[order + 2]! + 1) | 0
      levels[level] = (levels[level]! + 1) | 0
    }
  }
  return sum
}

interface PlainRun {
  readonly totals: Totals
  readonly mostResting: number
  /** How many times an order record and its level had to be touched. */
  readonly touches: number
}

/** Runs a flow through the plain book, and records what it touches if asked. */
export const runPlain = (flow: Flow, touched?: Int32Array, from?: Int32Array): PlainRun => {
  const plain = new PlainBook(flow.books, FLOW_TICKS, Math.max(CAPACITY, flow.commands + 2), flow.commands)
  let touches = 0
  plain.touch = (slot, level) => {
    if (touched !== undefined) {
      touched[touches * 2] = slot
      touched[touches * 2 + 1] = level
    }
    touches++
  }
  const { words } = flow
  for (let index = 0; index < flow.commands; index++) {
    if (from !== undefined) from[index] = touches * 2
    const at = index * FLOW_WORDS
    const head = words[at]!
    plain.run(head & 255, (head >>> 8) & 255, head >>> 16, words[at + 1]!, words[at + 2]!, words[at + 3]!)
  }
  if (from !== undefined) from[flow.commands] = touches * 2
  return { totals: plain.counted(), mostResting: plain.mostResting, touches }
}

/** The memory-touch floor: no engine with this memory layout can be faster (data/order-flow/floor.mjs, the same work). */
export const floor = (flow: Flow): Bench => {
  const { totals, mostResting, touches } = runPlain(flow)
  const touched = new Int32Array(touches * 2)
  const from = new Int32Array(flow.commands + 1)
  runPlain(flow, touched, from)
  const orders = new Int32Array(Math.max(CAPACITY, mostResting + 1) * 8)
  const levels = new Int32Array(flow.books * FLOW_TICKS * 4)
  const heads = new Int32Array(flow.books * 8)
  const table = new Int32Array(flow.commands + 1)
  touchPages([orders, levels, heads, table])
  const run = (first: number, last: number): void => void pass(flow.words, first, last, from, touched, orders, levels, heads, table)
  return { commands: flow.commands, prepare: () => {}, run, totals: () => totals }
}
