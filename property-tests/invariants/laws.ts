import { expect } from "vitest"
import { availableCredit } from "../../engine/core/account/credit.ts"
import { holdFor } from "../../engine/core/market/hold.ts"
import type { RestingOrder } from "../../engine/core/market/order.ts"
import type { AreaState } from "../../engine/core/state.ts"
import { eventsOf, type Play, type Watch } from "../arbitraries/play.ts"

const fail = (law: string, detail: unknown): never => {
  throw new Error(`${law}: ${JSON.stringify(detail, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value))}`)
}

/** Every nano that is held belongs to a resting order or an undelivered trade; nothing else holds, nothing is forgotten. */
export const holdsAreExplained = (state: AreaState): void => {
  const explained = new Map<string, bigint>()
  const add = (member: string, amount: bigint) => explained.set(member, (explained.get(member) ?? 0n) + amount)
  for (const book of state.market.books.values()) {
    for (const { side, price, remaining, community, member } of [...book.bids, ...book.asks]) {
      add(member, holdFor(side, price, remaining, state.tariffs.get(community)!))
    }
  }
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

const isSorted = (orders: ReadonlyArray<RestingOrder>): boolean =>
  orders.every((order, index) => {
    const before = orders[index - 1]
    if (before === undefined) return true
    const worse = order.side === "buy" ? order.price < before.price : order.price > before.price
    return worse || (order.price === before.price && order.orderId > before.orderId)
  })

/** Books are in price-time order, hold no empty order, and no bid reaches an ask of its community. */
export const booksAreSound = (state: AreaState): void => {
  for (const [period, { bids, asks }] of state.market.books) {
    if (period <= state.grid.marketTime) fail("a closed gate has no book", { period })
    if (!isSorted(bids) || !isSorted(asks)) fail("price-time order", { bids, asks })
    if ([...bids, ...asks].some(({ remaining }) => remaining <= 0)) fail("no empty order rests", { bids, asks })
    for (const community of state.tariffs.keys()) {
      const bid = bids.find((order) => order.community === community)
      const ask = asks.find((order) => order.community === community)
      if (bid !== undefined && ask !== undefined && bid.price >= ask.price) fail("the book is not crossed", { bid, ask })
    }
  }
}

/** Money neither comes nor goes: the members' credit is what was deposited, plus positions that sum to zero. */
export const creditIsConserved = (play: Play): void => {
  const deposited = eventsOf(play.events, "DepositRecorded").reduce((sum, { amount }) => sum + BigInt(amount), 0n)
  let credit = 0n
  for (const account of play.state.accounts.members.values()) credit += account.credit
  if (credit !== deposited) fail("credit is conserved", { credit, deposited })
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
  return (play, events) => {
    holdsAreExplained(play.state)
    booksAreSound(play.state)
    creditIsConserved(play)
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
