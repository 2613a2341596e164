import { PERIOD_SECONDS } from "../calendar/period.ts"
import { expectedQuantity, likePeriods } from "../forecast/expected-quantity.ts"
import type { MeteringState } from "../metering/metering-point.ts"
import { offeredQuantity, type PreferenceState } from "../preference/preference.ts"
import { highOf, lowOf } from "./book/event-log.ts"
import type { IncomingOrder } from "./incoming-order.ts"
import type { MarketContext } from "./market-context.ts"
import type { OrderStatus } from "./order.ts"
import { takeOrder } from "./take-order.ts"
import { translate } from "./translate.ts"

/** What preferences are made orders from. */
export interface PreferenceSources {
  readonly preferences: PreferenceState
  readonly metering: MeteringState
  readonly timeZone: string
}

/** What a preference comes to for one period: an order for everybody, and whom it would rather meet. */
interface Wish {
  readonly order: IncomingOrder
  readonly neighbours: ReadonlyArray<string>
}

/** The wishes for `period`, in the order of metering points, over what each point is expected to need or have. */
const wishesFor = ({ accounts, books, now }: MarketContext, { preferences, metering, timeZone }: PreferenceSources, period: number): Array<Wish> => {
  const like = likePeriods(timeZone, now, period)
  return metering.order.flatMap((meteringPoint) => {
    const preference = preferences.get(meteringPoint)
    if (preference === undefined) return []
    const { member, direction, values } = metering.points.get(meteringPoint)!
    const offered = offeredQuantity(expectedQuantity(like, now, (start) => values.get(start)?.energyWh) ?? 0, preference.keepPercent)
    const quantity = Math.min(offered, books.rules.maximumQuantity)
    if (quantity === 0) return []
    // A neighbour without a point that trades can meet nobody, and must not void the others.
    const neighbours = preference.neighbours.filter((one) => books.traders.ownerOf(one) !== undefined)
    const order: IncomingOrder = {
      period,
      meteringPoint,
      member,
      community: accounts.members.get(member)!.community,
      side: direction === "injection" ? "sell" : "buy",
      price: preference.limitPrice,
      quantity,
      clientOrderId: undefined,
      preference: preference.hash,
      orderKind: "limit",
      goodTill: 0,
      named: [],
      // A roof and a home of one member meet in the book: what both want stays the member's, the rest is for others.
      selfTrade: "decrement"
    }
    return [{ order, neighbours }]
  })
}

/**
 * Places for everybody what a directed order left of its wish: that order, with what is left of it, leaves the book first.
 * It stays where too little is left for another, and a wish that was refused for any reason but its neighbours is so once.
 */
const openToAll = (context: MarketContext, order: IncomingOrder, placed: number | OrderStatus): void => {
  if (placed === "TooManyDirected") takeOrder(context, order)
  if (typeof placed !== "number") return
  const { books, traders, orders, rules } = context.books
  const directed = orders.get(placed)
  if (directed === undefined || directed.remaining < rules.minimumQuantity) return
  books.cancel(traders.accountOf(order.meteringPoint)!, lowOf(placed), highOf(placed))
  translate(context)
  takeOrder(context, { ...order, quantity: directed.remaining })
}

/**
 * Makes the orders of all preferences for the period after the one that starts now, in three rounds, each in the order of
 * metering points: wishes with preferred neighbours as directed orders; wishes without, for everybody, neighbours'
 * directed orders among them; then what the neighbours left, for everybody. So neighbours come first, nobody is held up by a
 * directed order, and whoever prefers somebody pays for it with the later place in time.
 */
export const placePreferences = (context: MarketContext, sources: PreferenceSources): void => {
  const wishes = wishesFor(context, sources, context.now + PERIOD_SECONDS)
  const directed = wishes.filter(({ neighbours }) => neighbours.length > 0)
  const placed = directed.map(({ order, neighbours }) => takeOrder(context, { ...order, named: neighbours }))
  for (const { order, neighbours } of wishes) if (neighbours.length === 0) takeOrder(context, order)
  for (const [index, { order }] of directed.entries()) openToAll(context, order, placed[index]!)
}
