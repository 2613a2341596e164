import { PERIOD_SECONDS } from "../calendar/period.ts"
import { expectedQuantity, likePeriods } from "../forecast/expected-quantity.ts"
import type { MeteringState } from "../metering/metering-point.ts"
import { offeredQuantity, type Preference, type PreferenceState } from "../preference/preference.ts"
import { highOf, lowOf } from "./book/event-log.ts"
import type { IncomingOrder } from "./incoming-order.ts"
import type { MarketContext } from "./market-context.ts"
import { takeOrder } from "./take-order.ts"
import { translate } from "./translate.ts"

/** What preferences are made orders from. */
export interface PreferenceSources {
  readonly preferences: PreferenceState
  readonly metering: MeteringState
  readonly timeZone: string
}

interface Wish {
  readonly preference: Preference
  readonly order: IncomingOrder
}

/** The wishes for `period`, in the order of metering points, over what each point is expected to need or have. */
const wishesFor = ({ accounts, now }: MarketContext, { preferences, metering, timeZone }: PreferenceSources, period: number): Array<Wish> => {
  const like = likePeriods(timeZone, now, period)
  return metering.order.flatMap((meteringPoint) => {
    const preference = preferences.get(meteringPoint)
    if (preference === undefined) return []
    const { member, direction, values } = metering.points.get(meteringPoint)!
    const quantity = offeredQuantity(expectedQuantity(like, now, (start) => values.get(start)?.energyWh) ?? 0, preference.keepPercent)
    if (quantity === 0) return []
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
      selfTrade: "cancel-newest"
    }
    return [{ preference, order }]
  })
}

/** Places for everybody what a directed order left of its wish: that order, with what is left of it, leaves the book first. */
const openToAll = (context: MarketContext, { order }: Wish, orderId: number | undefined): void => {
  if (orderId === undefined) return void takeOrder(context, order)
  const { books, traders, orders } = context.books
  const directed = orders.get(orderId)
  if (directed === undefined) return
  books.cancel(traders.accountOf(order.meteringPoint)!, lowOf(orderId), highOf(orderId))
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
  const directed = wishes.filter(({ preference }) => preference.neighbours.length > 0)
  const placed = directed.map(({ preference, order }) => takeOrder(context, { ...order, named: preference.neighbours }))
  for (const { preference, order } of wishes) if (preference.neighbours.length === 0) takeOrder(context, order)
  for (const [index, wish] of directed.entries()) openToAll(context, wish, placed[index])
}
