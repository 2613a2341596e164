import { AHEAD, BATCH } from "../layout.ts"
import { CANCEL, MOVE, PLACE, REDUCE } from "../../commands.ts"
import { REFUSED } from "../../event-kinds.ts"
import { UNKNOWN_OPERATION } from "../../status-codes.ts"
import { begin, foldNext, note } from "./log.ts"
import { BLOCK, FOUND, lookAhead } from "./look-ahead.ts"
import { cancelOrder, movePlain, reduceBy } from "./orders.ts"
import { placePlain } from "./place.ts"

@inline
function one(at: i32, hash: i32): void {
  begin()
  foldNext()
  const head = load<i32>(at)
  const account = load<i32>(at, 4)
  const id = load<i64>(at, 8)
  const operation = head & 255
  let price = load<i32>(at, 16)
  let quantity = load<i32>(at, 20)
  let code = UNKNOWN_OPERATION
  if (operation == PLACE) code = placePlain(hash, head >>> 16, account, id, (head >>> 8) & 255, price, quantity, load<u32>(at, 24))
  else if (operation == CANCEL) {
    code = cancelOrder(account, id, hash)
    price = 0
    quantity = 0
  } else if (operation == MOVE) {
    code = movePlain(account, id, hash, price)
    quantity = 0
  } else if (operation == REDUCE) {
    code = reduceBy(account, id, hash, quantity)
    price = 0
  }
  if (code != 0) note(REFUSED, account, id, price, quantity, code)
}

let seen = 0

/** Runs the first `count` commands that lie in BATCH, in order. */
export function run(count: i32): void {
  for (let first = 0; first < count; first += BLOCK) {
    const from = BATCH + (first << 5)
    const size = min(BLOCK, count - first)
    seen ^= lookAhead(from, size)
    for (let index = 0; index < size; index++) one(from + (index << 5), load<i32>(AHEAD + index * FOUND))
  }
}
