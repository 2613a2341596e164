import * as events from "../event-log.ts"
import type { EventLog } from "../event-log.ts"
import * as snapshotForm from "../snapshot-form.ts"
import { Admission } from "./admit.ts"
import * as layout from "./layout.ts"

// Constants of this module: V8 folds these, while an imported name is loaded and checked at each use.
const { ACCOUNT_MASK, ASIDE, BEST_ASK, BEST_BID, CREDIT, DIRECTED_COUNT, HELD_BY_ORDERS, HELD_BY_TRADES, HIGH, LEVEL, LOW, NEXT, OPEN, OWNER, PHASE, PREVIOUS, QUANTITY, STAMP, TARIFF, TERMS_SHIFT, TIMED, WHO } = layout
const { CLOSED, MOVED, PLACED } = events
const { OPEN_PHASE } = snapshotForm

/**
 * What most of a flow consists of, each in one piece: a limit order that meets nobody, its cancel, and its move to where it
 * meets nobody. In one function every typed array is looked up once, and the id's place in the table is found once. They answer
 * false, having changed nothing, wherever anything is out of the ordinary: the general path then decides.
 */
export abstract class QuickPath extends Admission {
  protected placeQuietly(hash: number, head: number, account: number, low: number, high: number, price: number, quantity: number): boolean {
    const { rules, ladder, pool, accounts } = this
    const { heads } = ladder
    const terms = (head >>> 8) & 255
    const book = head >>> 16
    const side = terms & 1
    const at = book << 4
    if ((terms & 14) !== 0 || terms >>> 4 > 4 || book >= rules.books) return false
    if (heads[at + PHASE] !== OPEN_PHASE || heads[at + DIRECTED_COUNT] !== 0) return false
    if (price < rules.minimumPrice || price > rules.maximumPrice || quantity < rules.minimumQuantity || quantity > rules.maximumQuantity) return false
    const offset = (price - rules.minimumPrice) | 0
    const tick = rules.priceTick === 1 ? offset : (offset / rules.priceTick) | 0
    if (Math.imul(tick, rules.priceTick) !== offset) return false
    const bid = heads[at + BEST_BID]!
    const ask = heads[at + BEST_ASK]!
    if (side === 0 ? ask <= tick : bid >= tick) return false
    const record = account << 3
    const accountWords = accounts.words
    if (account < 0 || account >= rules.accounts || accountWords[record + OWNER] === 0 || accountWords[record + OPEN]! >= rules.maximumOpen) return false
    if (pool.live >= pool.capacity || this.stamps >= 0x7fff_ffff) return false
    const { entries, mask } = this.ids
    let place = hash & mask
    while (entries[place << 1] !== 0) {
      if (entries[(place << 1) + 1] === hash) return false
      place = (place + 1) & mask
    }
    const { money } = accounts
    const purse = account << 2
    const held = money[purse + HELD_BY_ORDERS]!
    const locked = this.rates.at(heads[at + TARIFF]!, side, price) * quantity
    if (locked > money[purse + CREDIT]! - (held + money[purse + HELD_BY_TRADES]!)) return false

    money[purse + HELD_BY_ORDERS] = held + locked
    accountWords[record + OPEN]!++
    const slot = pool.take()
    entries[place << 1] = slot
    entries[(place << 1) + 1] = hash
    const { words } = pool
    const { cells } = ladder
    const order = slot << 3
    const level = (book << ladder.shift) | tick
    const last = cells[(level << 2) + 1]!
    words[order + NEXT] = 0
    words[order + PREVIOUS] = last
    words[order + QUANTITY] = quantity
    words[order + LEVEL] = level
    words[order + WHO] = account | (terms << TERMS_SHIFT)
    words[order + LOW] = low
    words[order + HIGH] = high
    words[order + STAMP] = this.stamps = (this.stamps + 1) | 0
    cells[(level << 2) + 1] = slot
    ladder.sums[(level << 1) + 1]! += quantity
    if (last !== 0) words[(last << 3) + NEXT] = slot
    else {
      cells[level << 2] = slot
      ladder.mark(book, tick)
      if (side === 0 ? tick > bid : tick < ask) heads[at + side] = tick
    }
    this.note(this.log, PLACED | (terms << 8), book, account, low, high, price, quantity)
    return true
  }

  /** Cancels an order on the ladder that has no time and is not the last of its level. */
  protected cancelQuietly(hash: number, account: number, low: number, high: number): boolean {
    const { ladder, pool, accounts, ids } = this
    const { words } = pool
    const { entries, mask } = ids
    let place = hash & mask
    while (entries[(place << 1) + 1] !== hash && entries[place << 1] !== 0) place = (place + 1) & mask
    const slot = entries[place << 1]!
    const order = slot << 3
    const who = words[order + WHO]!
    if (slot === 0 || words[order + LOW] !== low || words[order + HIGH] !== high || (who & (ACCOUNT_MASK | ASIDE | TIMED)) !== account) return false
    const side = (who >>> TERMS_SHIFT) & 1
    const level = words[order + LEVEL]!
    const next = words[order + NEXT]!
    const previous = words[order + PREVIOUS]!
    const quantity = words[order + QUANTITY]!
    const book = level >>> ladder.shift
    const tick = level & (ladder.stride - 1)
    const { cells } = ladder
    ladder.sums[(level << 1) + 1]! -= quantity
    if (previous !== 0) words[(previous << 3) + NEXT] = next
    else cells[level << 2] = next
    if (next !== 0) words[(next << 3) + PREVIOUS] = previous
    else cells[(level << 2) + 1] = previous
    if ((previous | next) === 0) ladder.emptied(level, side)
    const price = this.priceOf(tick)
    accounts.money[(account << 2) + HELD_BY_ORDERS]! -= this.rates.at(ladder.heads[(book << 4) + TARIFF]!, side, price) * quantity
    accounts.words[(account << 3) + OPEN]!--
    ids.close(place)
    pool.give(slot)
    this.note(this.log, CLOSED, book, account, low, high, price, quantity)
    return true
  }

  /** Moves an order on the ladder that anybody may meet to a price where it meets nobody. Its slot, id and time stay. */
  protected moveQuietly(hash: number, account: number, low: number, high: number, price: number): boolean {
    const { rules, ladder, pool, accounts } = this
    const { words } = pool
    const { heads, cells, sums, shift } = ladder
    const slot = this.ids.find(account, low, high, hash)
    const order = slot << 3
    const who = words[order + WHO]!
    if (slot === 0 || (who & ASIDE) !== 0 || this.stamps >= 0x7fff_ffff) return false
    if (price < rules.minimumPrice || price > rules.maximumPrice) return false
    const offset = (price - rules.minimumPrice) | 0
    const tick = rules.priceTick === 1 ? offset : (offset / rules.priceTick) | 0
    if (Math.imul(tick, rules.priceTick) !== offset) return false
    const side = (who >>> TERMS_SHIFT) & 1
    const from = words[order + LEVEL]!
    const at = (from >>> shift) << 4
    if (heads[at + PHASE] !== OPEN_PHASE || heads[at + DIRECTED_COUNT] !== 0 || (side === 0 ? heads[at + BEST_ASK]! <= tick : heads[at + BEST_BID]! >= tick)) return false
    const quantity = words[order + QUANTITY]!
    const tariff = heads[at + TARIFF]!
    const more = (this.rates.at(tariff, side, price) - this.rates.at(tariff, side, this.priceOf(from & (ladder.stride - 1)))) * quantity
    const { money } = accounts
    const purse = account << 2
    const held = money[purse + HELD_BY_ORDERS]!
    if (more > 0 && more > money[purse + CREDIT]! - (held + money[purse + HELD_BY_TRADES]!)) return false

    money[purse + HELD_BY_ORDERS] = held + more
    ladder.unlink(slot, side)
    const level = ((from >>> shift) << shift) | tick
    const last = cells[(level << 2) + 1]!
    words[order + NEXT] = 0
    words[order + PREVIOUS] = last
    words[order + LEVEL] = level
    words[order + STAMP] = this.stamps = (this.stamps + 1) | 0
    cells[(level << 2) + 1] = slot
    sums[(level << 1) + 1]! += quantity
    if (last !== 0) words[(last << 3) + NEXT] = slot
    else {
      cells[level << 2] = slot
      ladder.mark(from >>> shift, tick)
      const best = heads[at + side]!
      if (side === 0 ? tick > best : tick < best) heads[at + side] = tick
    }
    this.note(this.log, MOVED, from >>> shift, account, low, high, price, quantity)
    return true
  }

  /** One event of a new command. */
  private note(log: EventLog, kind: number, book: number, account: number, low: number, high: number, price: number, quantity: number): void {
    log.command = (log.command + 1) | 0
    log.write(kind, book, account, low, high, price, quantity, 0)
  }
}
