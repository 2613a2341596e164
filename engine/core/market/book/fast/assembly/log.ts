import { COMMAND, FOLDED, LANES, LOG_END, LOG_LIMIT, MULTIPLIERS } from "../layout.ts"

/** The log is full: the other side takes what is there and sets its end back. */
@external("books", "spill")
declare function spill(): void

/** Writes an event (see event-kinds.ts): kind with detail and book in one word. */
@inline
export function note(kind: i32, account: i32, id: i64, price: i32, quantity: i32, rest: i32): void {
  makeRoom()
  noteFirst(kind, account, id, price, quantity, rest)
}

@inline
function makeRoom(): void {
  if (load<i32>(LOG_END) == LOG_LIMIT) spill()
}

/** As note, for the first event of a command of a batch: `begin` made room for it. */
@inline
export function noteFirst(kind: i32, account: i32, id: i64, price: i32, quantity: i32, rest: i32): void {
  const at = load<i32>(LOG_END)
  store<i32>(at, kind)
  store<i32>(at, account, 4)
  store<i64>(at, id, 8)
  store<i32>(at, price, 16)
  store<i32>(at, quantity, 20)
  store<i32>(at, rest, 24)
  store<i32>(at, load<i32>(COMMAND), 28)
  store<i32>(LOG_END, at + 32)
}

@inline
export function begin(): void {
  makeRoom()
  store<i32>(COMMAND, load<i32>(COMMAND) + 1)
}

/** One word in each of four lanes. */
@inline
function mix(lanes: v128, words: v128, multipliers: v128): v128 {
  const product = i32x4.mul(v128.xor(lanes, words), multipliers)
  return v128.xor(product, i32x4.shr_u(product, 15))
}

/** The lanes after one more event: every word goes through one of them, and they are crossed: each takes in the new one before it, the first the old last one. */
@inline
function foldEvent(lanes: v128, at: i32): v128 {
  const first = v128.load(MULTIPLIERS)
  const second = v128.shuffle<i32>(first, first, 1, 2, 3, 0)
  const zero = i32x4(0, 0, 0, 0)
  let crossed = mix(mix(lanes, v128.load(at), first), v128.load(at, 16), second)
  // Each lane takes in all before it.
  crossed = v128.xor(crossed, v128.shuffle<i32>(zero, crossed, 3, 4, 5, 6))
  crossed = v128.xor(crossed, v128.shuffle<i32>(zero, crossed, 2, 3, 4, 5))
  return v128.xor(crossed, v128.shuffle<i32>(lanes, lanes, 3, 3, 3, 3))
}

/**
 * Folds one event, if one waits. A fold waits for the one before it all its time, so between two commands it costs next to
 * nothing: the processor works on the commands meanwhile.
 */
@inline
export function foldNext(): void {
  const at = load<i32>(FOLDED)
  if (at == load<i32>(LOG_END)) return
  v128.store(LANES, foldEvent(v128.load(LANES), at))
  store<i32>(FOLDED, at + 32)
}

/** Folds what was written since the last fold into the state hash, the same as EventBuffer.fold. */
export function fold(): void {
  let lanes = v128.load(LANES)
  const end = load<i32>(LOG_END)
  for (let at = load<i32>(FOLDED); at < end; at += 32) lanes = foldEvent(lanes, at)
  v128.store(LANES, lanes)
  store<i32>(FOLDED, end)
}
