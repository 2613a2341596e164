/**
 * An order flow of data/order-flow: six little-endian words a command, op | side << 8 | book << 16, id, price tick, Wh,
 * participant, sequence. op 0 limit, 1 cancel, 2 move, 3 immediate-or-cancel; side 0 buy, 1 sell.
 */
export interface Flow {
  readonly words: Int32Array
  readonly commands: number
  readonly books: number
  readonly participants: number
  readonly sha256: string
}

export const FLOW_WORDS = 6
export const FLOW_TICKS = 4_096
/** Largest quantity of an order, in Wh. */
export const FLOW_QUANTITY = 1_000_000

/** What a correct book ends with. */
export interface Totals {
  readonly trades: number
  readonly quantity: number
  readonly notional: number
  readonly resting: number
  readonly restingQuantity: number
}

/** Known totals, by the start of the flow's SHA-256 (data/order-flow, README). */
export const KNOWN_TOTALS: Readonly<Record<string, Totals>> = {
  "5b54d5e7b57c4ef5": { trades: 334_932, quantity: 433_059_200, notional: 893_198_883_100, resting: 141_829, restingQuantity: 354_860_800 },
  "3dd94d0432ff1a16": { trades: 344_337, quantity: 466_604_700, notional: 1_034_285_047_700, resting: 121_141, restingQuantity: 299_477_700 }
}

/** The first commands of a flow, over the same books and participants. */
export const firstOf = (flow: Flow, commands: number): Flow => {
  const count = Math.min(commands, flow.commands)
  return { ...flow, commands: count, words: flow.words.subarray(0, count * FLOW_WORDS) }
}

/**
 * A fixed 64-bit bijection (four Feistel rounds over the halves of the id, as [low, high]): the flow's ids are dense, and
 * through it no array can stand in for the lookup of an id.
 */
export const scatter = (id: number): readonly [number, number] => {
  let low = id | 0
  let high = 0
  for (const key of [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f]) {
    let mixed = Math.imul(low ^ key, 0x2c1b3c6d)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x297a2d39)
    const next = high ^ mixed ^ (mixed >>> 13)
    high = low
    low = next | 0
  }
  return [low, high]
}
