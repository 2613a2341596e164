import { AHEAD, BATCH, NAMES } from "../layout.ts"
import { CANCEL, MOVE, PLACE, REDUCE } from "../../commands.ts"
import { REFUSED } from "../../event-kinds.ts"
import { UNKNOWN_OPERATION } from "../../status-codes.ts"
import { begin, foldNext, note } from "./log.ts"
import { BLOCK, FOUND, lookAhead } from "./look-ahead.ts"
import { cancelOrder, moveAny, reduceBy } from "./orders.ts"
import { placeAny } from "./place.ts"
import { cancelQuick, moveQuick, placeQuick } from "./quick.ts"

/** The general way of what was not usual: most often it is to be refused. */
function general(at: i32, hash: i32): void {
  const head = load<i32>(at)
  const account = load<i32>(at, 4)
  const id = load<i64>(at, 8)
  const operation = head & 255
  let price = load<i32>(at, 16)
  let quantity = load<i32>(at, 20)
  let code = UNKNOWN_OPERATION
  if (operation == PLACE) {
    store<i32>(NAMES, 0)
    code = placeAny(hash, head >>> 16, account, id, (head >>> 8) & 255, <f64>price, <f64>quantity, <f64>load<u32>(at, 24), 0)
  } else if (operation == CANCEL) {
    code = cancelOrder(id, hash)
    price = 0
    quantity = 0
  } else if (operation == MOVE) {
    code = moveAny(account, id, hash, <f64>price)
    quantity = 0
  } else if (operation == REDUCE) {
    code = reduceBy(id, hash, quantity)
    price = 0
  }
  if (code != 0) note(REFUSED, account, id, price, quantity, code)
}

@inline
function quickly(at: i32, hash: i32): bool {
  const operation = load<u8>(at)
  if (operation == PLACE) return placeQuick(at, hash)
  if (operation == CANCEL) return cancelQuick(load<i32>(at, 4), load<i64>(at, 8), hash)
  return operation == MOVE && moveQuick(load<i32>(at, 4), load<i64>(at, 8), hash, load<i32>(at, 16))
}

@inline
function one(at: i32, hash: i32): void {
  begin()
  foldNext()
  if (!quickly(at, hash)) general(at, hash)
}

let seen = 0

/** Runs the first `count` commands that lie in BATCH, in order. */
export function run(count: i32): void {
  for (let first = 0; first < count; first += BLOCK) {
    const from = BATCH + (first << 5)
    const size = min(BLOCK, count - first)
    seen ^= lookAhead(from, size)
    const end = AHEAD + size * FOUND
    for (let found = AHEAD, at = from; found < end; found += FOUND, at += 32) one(at, load<i32>(found))
  }
}
