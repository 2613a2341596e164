import { ticksOf, type BookRules } from "../rules.ts"
import * as terms from "../terms.ts"
import * as layout from "./layout.ts"
import { AccountTable } from "./account-table.ts"
import { Ladder } from "./ladder.ts"
import { OrderPool } from "./order-pool.ts"

// Constants of this module: V8 folds these, while an imported name is loaded and checked at each use.
const { ALLOW } = terms
const { ACCOUNT_MASK, LEVEL, NEXT, OWNER, PREVIOUS, QUANTITY, STAMP, TERMS_SHIFT, WHO } = layout

/** Price-time matching on the ladder. What a trade means beyond quantities is the subclass's, by hooks. */
export abstract class Matching {
  readonly rules: BookRules
  readonly ticks: number
  readonly pool: OrderPool
  readonly ladder: Ladder
  readonly accounts: AccountTable
  /** Priority stamps given so far, below 2^32. */
  stamps = 0
  /** Whether self-trade prevention withdrew the order that is being matched. */
  protected withdrawn = false

  constructor(rules: BookRules) {
    this.rules = rules
    this.ticks = ticksOf(rules)
    this.pool = new OrderPool(rules.orders)
    this.ladder = new Ladder(rules, this.pool.words)
    this.accounts = new AccountTable(rules.accounts)
  }

  /** `quantity` Wh of the resting order at word `order` were traded, `left` remain. */
  protected abstract traded(order: number, quantity: number, tick: number, left: number): void
  /** The order is off its list; its slot is freed next. */
  protected abstract leaves(slot: number, order: number): void
  /** The order being matched meets one of its owner. Returns what is left of it. */
  protected abstract meetsOwn(slot: number, rest: number, policy: number): number

  /** Matches up to `quantity` Wh against the ladder, within `limit` (a tick). Returns what is left. */
  protected matchLadder(book: number, side: number, limit: number, quantity: number, owner: number, policy: number): number {
    const { heads, shift } = this.ladder
    const opposite = (book << 4) + 1 - side
    let rest = quantity
    while (rest > 0) {
      const tick = heads[opposite]!
      if (side === 0 ? tick > limit : tick < limit) break
      rest = this.sweep((book << shift) | tick, tick, 1 - side, rest, owner, policy)
      if (this.withdrawn) break
    }
    return rest
  }

  /** Matches against one level, first come first, until it or the order is empty. */
  private sweep(level: number, tick: number, side: number, quantity: number, owner: number, policy: number): number {
    const { words } = this.pool
    const { cells } = this.ladder
    const owners = this.accounts.words
    const cell = level << 2
    let rest = quantity
    let slot = cells[cell]!
    let taken = 0
    while (slot !== 0 && rest > 0) {
      const order = slot << 3
      if (owners[((words[order + WHO]! & ACCOUNT_MASK) << 3) + OWNER] === owner && policy !== ALLOW) {
        this.ladder.sums[(level << 1) + 1]! -= taken
        return this.meetsOwn(slot, rest, policy)
      }
      const open = words[order + QUANTITY]!
      if (rest < open) {
        words[order + QUANTITY] = open - rest
        taken += rest
        this.traded(order, rest, tick, open - rest)
        rest = 0
        break
      }
      const next = words[order + NEXT]!
      rest -= open
      taken += open
      words[order + QUANTITY] = 0
      cells[cell] = next
      if (next === 0) cells[cell + 1] = 0
      else words[(next << 3) + PREVIOUS] = 0
      this.traded(order, open, tick, 0)
      this.leaves(slot, order)
      this.pool.give(slot)
      slot = next
    }
    this.ladder.sums[(level << 1) + 1]! -= taken
    if (slot === 0) this.ladder.emptied(level, side)
    return rest
  }

  /** Side of a resting order. */
  protected sideAt(order: number): number {
    return (this.pool.words[order + WHO]! >>> TERMS_SHIFT) & 1
  }

  protected tickAt(order: number): number {
    return this.pool.words[order + LEVEL]! & (this.ladder.stride - 1)
  }

  protected bookAt(order: number): number {
    return this.pool.words[order + LEVEL]! >>> this.ladder.shift
  }

  /** Lets an order rest on the ladder with a new stamp. */
  protected restOnLadder(slot: number, book: number, tick: number, side: number, quantity: number): void {
    const { words } = this.pool
    words[(slot << 3) + QUANTITY] = quantity
    words[(slot << 3) + STAMP] = ++this.stamps | 0
    this.ladder.append(slot, book, tick, side, quantity)
  }
}
