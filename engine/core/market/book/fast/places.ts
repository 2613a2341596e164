import { tickBits, type BookRules } from "../rules.ts"
import * as layout from "./layout.ts"

const { HEADS } = layout

export const ORDER_BYTES = 32
export const ACCOUNT_BYTES = 32
export const HEAD_BYTES = 64
export const ID_BYTES = 8
export const LEVEL_BYTES = 16
const PAGE = 4_096

/** The table of ids is at most half full. */
export const idEntries = (rules: BookRules): number => 1 << (32 - Math.clz32(2 * rules.orders - 1))

/** Where the parts begin whose size depends on the rules, each on a page of its own, and where the last of them ends. */
export const placesFor = (rules: BookRules) => {
  let end = HEADS
  const behind = (bytes: number): number => {
    const at = end
    end = Math.ceil((at + bytes) / PAGE) * PAGE
    return at
  }
  const bits = tickBits(rules)
  const words = (exponent: number) => rules.books * 2 ** Math.max(0, exponent) * 4
  behind(rules.books * HEAD_BYTES)
  return {
    accounts: behind(rules.accounts * ACCOUNT_BYTES),
    ids: behind(idEntries(rules) * ID_BYTES),
    orders: behind((rules.orders + 1) * ORDER_BYTES),
    leaves: behind(words(bits - 5)),
    middles: behind(words(bits - 10)),
    uppers: behind(words(bits - 15)),
    counterparties: behind((rules.orders + 1) * ORDER_BYTES),
    times: behind((rules.orders + 1) * 8),
    levels: behind(rules.books * 2 ** bits * LEVEL_BYTES),
    end
  }
}

export type Places = ReturnType<typeof placesFor>
