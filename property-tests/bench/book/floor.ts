import { FLOW_TICKS, FLOW_WORDS, type Flow, type Totals } from "./flow.ts"
import type { Bench } from "./implementation.ts"
import { PlainBook } from "./plain-book.ts"

const CAPACITY = 1 << 18

/** Reads each command and touches, once, every order record and price level that a price-time book must touch for it. */
const pass = (words: Int32Array, from: Int32Array, touched: Int32Array, orders: Int32Array, levels: Int32Array, heads: Int32Array, table: Int32Array): number => {
  let sum = 0
  for (let index = 0; index < from.length - 1; index++) {
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

/** Runs a flow through the plain book, and records what it touches if asked. */
export const runPlain = (flow: Flow, touched?: Int32Array, from?: Int32Array): { readonly totals: Totals; readonly mostResting: number } => {
  const plain = new PlainBook(flow.books, FLOW_TICKS, CAPACITY * 8, flow.commands)
  let length = 0
  if (touched !== undefined) {
    plain.touch = (slot, level) => {
      touched[length++] = slot
      touched[length++] = level
    }
  }
  const { words } = flow
  for (let index = 0; index < flow.commands; index++) {
    if (from !== undefined) from[index] = length
    const at = index * FLOW_WORDS
    const head = words[at]!
    plain.run(head & 255, (head >>> 8) & 255, head >>> 16, words[at + 1]!, words[at + 2]!, words[at + 3]!)
  }
  if (from !== undefined) from[flow.commands] = length
  return { totals: plain.counted(), mostResting: plain.mostResting }
}

/** The memory-touch floor: no engine with this memory layout can be faster (data/order-flow/floor.mjs, the same work). */
export const floor = (flow: Flow): Bench => {
  const touched = new Int32Array(flow.commands * 8)
  const from = new Int32Array(flow.commands + 1)
  const { totals, mostResting } = runPlain(flow, touched, from)
  const orders = new Int32Array(Math.max(CAPACITY, mostResting + 1) * 8)
  const levels = new Int32Array(flow.books * FLOW_TICKS * 4)
  const heads = new Int32Array(flow.books * 8)
  const table = new Int32Array(flow.commands + 1)
  return { prepare: () => {}, run: () => void pass(flow.words, from, touched, orders, levels, heads, table), totals: () => totals }
}
