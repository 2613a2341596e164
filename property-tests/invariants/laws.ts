import { expect } from "vitest"
import { availableCredit } from "../../engine/core/account/credit.ts"
import { EventBuffer, joined } from "../../engine/core/market/book/event-log.ts"
import { readSnapshot } from "../../engine/core/market/book/snapshot-form.ts"
import { sideOf } from "../../engine/core/market/book/terms.ts"
import { holdFor } from "../../engine/core/market/hold.ts"
import { bookRulesOf } from "../../engine/core/market/market-rules.ts"
import type { Side } from "../../engine/core/market/order.ts"
import type { AreaState } from "../../engine/core/state.ts"
import { eventsOf, type Play, type Watch } from "../arbitraries/play.ts"

const fail = (law: string, detail: unknown): never => {
  throw new Error(`${law}: ${JSON.stringify(detail, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value))}`)
}

/** An order as the books' own snapshot has it: what the books believe, not what the core repeats of it. */
interface SnapshotOrder {
  readonly orderId: number
  readonly period: number
  readonly community: string
  readonly member: string
  readonly side: Side
  readonly list: number
  readonly price: number
  readonly quantity: number
  readonly stamp: number
  readonly isDirected: boolean
}

/** Every order that rests in the area's books, in the order of the snapshot. */
export const restingOrders = ({ market }: AreaState): Array<SnapshotOrder> => {
  if (market.books === undefined) return []
  const { books, rules, traders } = market.books
  const found: Array<SnapshotOrder> = []
  let name = { period: 0, community: "" }
  readSnapshot(books.snapshot().slice(), bookRulesOf(rules), new EventBuffer(1), {
    account: () => undefined,
    book: (_, key) => {
      const { period, community } = traders.nameOf(key)
      name = { period, community: community! }
    },
    order: (_, list, account, low, high, terms, price, quantity, stamp, _until, named) => {
      const { member } = traders.list[account]!
      found.push({ ...name, orderId: joined(low, high), member, side: sideOf(terms) === 0 ? "buy" : "sell", list, price, quantity, stamp: stamp >>> 0, isDirected: named.length > 0 })
    },
    done: () => undefined
  })
  return found
}

/** Every nano that is held belongs to a resting order or an undelivered trade; nothing else holds, nothing is forgotten. */
export const holdsAreExplained = (state: AreaState, resting: ReadonlyArray<SnapshotOrder>): void => {
  const explained = new Map<string, bigint>()
  const add = (member: string, amount: bigint) => explained.set(member, (explained.get(member) ?? 0n) + amount)
  for (const { side, price, quantity, community, member } of resting) add(member, holdFor(side, price, quantity, state.tariffs.get(community)!))
  for (const trades of state.market.undelivered.values()) {
    for (const { buyer, seller, price, quantity, community } of trades) {
      add(buyer, holdFor("buy", price, quantity, state.tariffs.get(community)!))
      add(seller, holdFor("sell", price, quantity, state.tariffs.get(community)!))
    }
  }
  for (const [member, { held }] of state.accounts.members) {
    if (held < 0n || held !== (explained.get(member) ?? 0n)) fail("holds are explained", { member, held, explained: explained.get(member) })
  }
}

/** What the core repeats of the books is what they have, order by order. */
export const ordersAreRepeated = ({ market }: AreaState, resting: ReadonlyArray<SnapshotOrder>): void => {
  const repeated = [...(market.books?.orders.values() ?? [])]
  if (repeated.length !== resting.length) fail("as many orders", { repeated, resting })
  for (const { orderId, period, community, member, side, price, quantity, isDirected } of resting) {
    const one = market.books!.orders.get(orderId)
    const said = one && [one.period, one.community, one.member, one.side, one.price, one.remaining, one.isDirected]
    if (said?.join() !== [period, community, member, side, price, quantity, isDirected].join()) fail("orders are repeated", { said, resting: { orderId, period, community, member, side, price, quantity, isDirected } })
  }
}

/**
 * Books are in price-time order, hold no empty order, no bid on the ladder reaches an ask of its book, no gate that
 * closed has a book, and a member's own orders that a call would look at do not cross.
 */
export const booksAreSound = (state: AreaState, resting: ReadonlyArray<SnapshotOrder>): void => {
  const books = Map.groupBy(resting, ({ period, community }) => `${period} ${community}`)
  for (const orders of books.values()) {
    if (orders[0]!.period <= state.grid.marketTime) fail("a closed gate has no book", orders)
    if (orders.some(({ quantity }) => quantity <= 0)) fail("no empty order rests", orders)
    const [bids, asks] = [0, 1].map((side) => orders.filter(({ list }) => list === side)) as [Array<SnapshotOrder>, Array<SnapshotOrder>]
    for (const [side, list] of [bids, asks].entries()) {
      const isSorted = list.every((order, index) => {
        const before = list[index - 1]
        if (before === undefined) return true
        return (side === 0 ? order.price < before.price : order.price > before.price) || (order.price === before.price && order.stamp > before.stamp)
      })
      if (!isSorted) fail("price-time order", list)
    }
    if (bids.length > 0 && asks.length > 0 && bids[0]!.price >= asks[0]!.price) fail("the ladder is not crossed", [bids[0], asks[0]])
    const called = orders.filter(({ isDirected }) => !isDirected)
    const crosses = called.some((buy) => buy.side === "buy" && called.some((sell) => sell.side === "sell" && sell.member === buy.member && sell.price <= buy.price))
    if (crosses) fail("nobody can trade with himself in the call", called)
  }
}

/** Money neither comes nor goes: the members' credit is what was deposited, plus positions that sum to zero. */
export const creditIsConserved = (play: Play): void => {
  const deposited = eventsOf(play.events, "DepositRecorded").reduce((sum, { amount }) => sum + BigInt(amount), 0n)
  let credit = 0n
  for (const account of play.state.accounts.members.values()) credit += account.credit
  if (credit !== deposited) fail("credit is conserved", { credit, deposited })
}

/**
 * The escrow of a community is its credit, however it lies between members; nobody's is below zero; and a run of a
 * community in which nobody is in debt leaves everybody's escrow at the credit.
 */
export const escrowIsSound: Watch = ({ state }, events) => {
  const open = new Map<string, bigint>()
  for (const [member, { community, credit, escrow }] of state.accounts.members) {
    if (escrow < 0n) fail("no escrow is below zero", { member, escrow })
    open.set(community, (open.get(community) ?? 0n) + credit - escrow)
  }
  for (const [community, left] of open) if (left !== 0n) fail("a community's escrow is its credit", { community, left })
  for (const { community } of eventsOf(events, "RunRecorded")) {
    const own = [...state.accounts.members.values()].filter((account) => account.community === community)
    if (own.every(({ credit }) => credit >= 0n) && own.some(({ credit, escrow }) => credit !== escrow)) fail("who can pay has paid", own)
  }
}

/** Where sharing costs nothing, no member owes more than the credit: every other debt was held before it arose. */
export const tradesAreCovered = (state: AreaState): void => {
  if ([...state.tariffs.values()].some(({ sharingPrice }) => sharingPrice !== 0)) return
  for (const [member, account] of state.accounts.members) {
    if (availableCredit(account) < 0n) fail("trades are covered", { member, available: availableCredit(account) })
  }
}

/** Laws of single events: nobody trades with himself, closed periods conserve Wh, trades stay in a community. */
export const eventsAreLawful: Watch = ({ state }, events) => {
  for (const event of events) {
    if (event.kind === "TradeMade") {
      const { buyer, seller, community, quantity } = event.trade
      if (buyer === seller) fail("nobody trades with himself", event.trade)
      if (quantity <= 0) fail("a trade moves energy", event.trade)
      for (const member of [buyer, seller]) {
        if (state.accounts.members.get(member)?.community !== community) fail("a trade stays in its community", event.trade)
      }
    }
    if (event.kind === "DeliveryClosed") {
      const { injectedWh, withdrawnWh, tradedWh, sharedWh } = event
      const left = Math.min(injectedWh, withdrawnWh) - tradedWh
      if (left !== sharedWh) fail("the key shares all that both sides have left", event)
    }
  }
}

/** Versions of an interval value count 1, 2, 3 without gap or repetition: the journal's primary key. */
export const versionsCount = (): Watch => {
  const latest = new Map<string, number>()
  return (_, events) => {
    for (const { meteringPoint, period, version } of eventsOf(events, "IntervalValueRecorded")) {
      const key = `${meteringPoint}@${period}`
      if (version !== (latest.get(key) ?? 0) + 1) fail("versions count", { meteringPoint, period, version, before: latest.get(key) })
      latest.set(key, version)
    }
  }
}

/** Every law of the state that holds after every record of every history. */
export const allLaws = (): Watch => {
  const versions = versionsCount()
  let resting: ReadonlyArray<SnapshotOrder> | undefined
  return (play, events) => {
    // A snapshot is dear: books that said nothing have not changed, and the next one would show it if they had.
    if (resting === undefined || events.some(({ kind }) => kind === "MarketTimeMoved" || kind === "TradeMade" || kind.startsWith("Order"))) {
      resting = restingOrders(play.state)
      ordersAreRepeated(play.state, resting)
      booksAreSound(play.state, resting)
    }
    holdsAreExplained(play.state, resting)
    creditIsConserved(play)
    escrowIsSound(play, events)
    eventsAreLawful(play, events)
    versions(play, events)
  }
}

/** The laws of ordinary histories, whose runs are honest: also that debts from trades are covered. */
export const allLawsOfHonestRuns = (): Watch => {
  const laws = allLaws()
  return (play, events) => {
    laws(play, events)
    tradesAreCovered(play.state)
  }
}

/** Nothing is locked by orders or trades once every gate and every delivery is closed. */
export const expectNothingHeld = (state: AreaState): void => {
  for (const [member, { held }] of state.accounts.members) expect({ member, held }).toEqual({ member, held: 0n })
  expect(state.market.undelivered.size).toBe(0)
}
