import { ASSEMBLY } from "./generated/assembly.ts"

/** What the assembly exports (assembly/index.ts). Orders are addresses, 0 is nobody; halves of ids are int32. */
export interface Assembly {
  /** Writes an event; `kind` is its first word. */
  write(kind: number, account: number, low: number, high: number, price: number, quantity: number, rest: number): void
  /** Folds new events into the state hash. */
  fold(): void
  /** Runs the first commands of BATCH. */
  run(count: number): void
  /** As the commands of `Books`, but a refusal is not written. `names` counts what stands in NAMES; -1: it is wrong. */
  place(book: number, account: number, low: number, high: number, terms: number, price: number, quantity: number, until: number, names: number): number
  cancel(account: number, low: number, high: number): number
  reduce(account: number, low: number, high: number, by: number): number
  move(account: number, low: number, high: number, price: number): number
  closeOrder(order: number, reason: number): void
  /** Takes Wh off an order at the call's price and writes an event of `kind`. */
  fillInCall(order: number, price: number, quantity: number, kind: number): void
  /** Writes orders of a list to BATCH as a snapshot holds them, from one on; returns where the last ends. COUNT, RESUME_TICK and RESUME_ORDER tell the rest. */
  writeOrders(book: number, list: number, tick: number, order: number): number
  /** Restores at most `count` orders of a list (0 bids, 1 asks, 2 set aside) from BATCH; returns the bytes they took, -1 if the books cannot hold one. COUNT tells how many. */
  restoreOrders(book: number, list: number, count: number, bytes: number): number
  /** The next tick with orders; the number of ticks, or -1, where there is none. */
  above(book: number, tick: number): number
  below(book: number, tick: number): number
  /** Matching by handle: an order, 0 or the sign-turned status of a refusal; `cancelAlone` a status (handle-books.ts). */
  placeAlone(book: number, side: number, tick: number, quantity: number, account: number, rests: boolean): number
  cancelAlone(order: number, stamp: number): number
  moveAlone(order: number, stamp: number, tick: number): number
}

/** What the assembly asks the TypeScript around it for: what is rare and needs memory of its own. */
export interface Callbacks {
  /** The log is full. */
  spill(): void
  /** An order is good till a time; it left. */
  timed(order: number, until: number): void
  untimed(order: number): void
  /** Whether trades alone would fill an order; NAMES holds its counterparties, `owner` is the owner's number + 1. */
  isFillable(book: number, side: number, limit: number, quantity: number, owner: number, policy: number): boolean
}

interface Memory {
  readonly buffer: ArrayBuffer
}
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => Memory
  readonly Instance: new (module: object, imports: Readonly<Record<string, object>>) => { readonly exports: unknown }
}

const PAGE = 65_536
const compiled = new WebAssembly.Module(Uint8Array.from(atob(ASSEMBLY), (letter) => letter.charCodeAt(0)))

/** An instance of the assembly with `bytes` of memory of its own, none of which the system hands out before it is touched. */
export const assemble = (bytes: number, callbacks: Callbacks): { readonly buffer: ArrayBuffer; readonly calls: Assembly } => {
  const pages = Math.ceil(bytes / PAGE)
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages })
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory }, books: callbacks })
  return { buffer: memory.buffer, calls: exports as Assembly }
}
