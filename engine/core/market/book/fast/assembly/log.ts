import { COMMAND, FOLDED, LANES, LOG, LOG_END, LOG_LIMIT } from "../layout.ts"

/** The log is full: the other side takes what is there and sets its end back. */
@external("books", "spill")
declare function spill(): void

/** Writes an event (see event-kinds.ts): kind with detail and book in one word. */
@inline
export function note(kind: i32, account: i32, id: i64, price: i32, quantity: i32, rest: i32): void {
  let at = load<i32>(LOG_END)
  if (at == LOG_LIMIT) {
    spill()
    at = LOG
  }
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
  store<i32>(COMMAND, load<i32>(COMMAND) + 1)
}

@inline
function mix(lane: i32, word: i32, multiplier: i32): i32 {
  const product = (lane ^ word) * multiplier
  return product ^ (product >>> 15)
}

/** Folds what was written since the last fold into the state hash. Every word goes through one of four lanes, which are crossed once an event. */
export function fold(): void {
  let a = load<i32>(LANES)
  let b = load<i32>(LANES, 4)
  let c = load<i32>(LANES, 8)
  let d = load<i32>(LANES, 12)
  const end = load<i32>(LOG_END)
  for (let at = load<i32>(FOLDED); at < end; at += 32) {
    a = mix(mix(a, load<i32>(at), 0x9e3779b1), load<i32>(at, 16), 0x85ebca77) ^ d
    b = mix(mix(b, load<i32>(at, 4), 0x85ebca77), load<i32>(at, 20), 0xc2b2ae3d) ^ a
    c = mix(mix(c, load<i32>(at, 8), 0xc2b2ae3d), load<i32>(at, 24), 0x27d4eb2f) ^ b
    d = mix(mix(d, load<i32>(at, 12), 0x27d4eb2f), load<i32>(at, 28), 0x9e3779b1) ^ c
  }
  store<i32>(LANES, a)
  store<i32>(LANES, b, 4)
  store<i32>(LANES, c, 8)
  store<i32>(LANES, d, 12)
  store<i32>(FOLDED, end)
}
