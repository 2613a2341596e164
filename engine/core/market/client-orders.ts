import { clientOrderKey, pointOfKey, type MarketState } from "./market-state.ts"

/**
 * Client order ids that are remembered for one metering point at a time: each is written into every snapshot of the state.
 * An id is remembered from its order until gate closure + 1 day: where books open a day before, these are 26 a delivery period.
 */
export const MOST_CLIENT_ORDERS = 5_000

/** Seconds after gate closure for which a client's order id is not taken again (design, decision 6). */
const REMEMBERED = 86_400

type ClientOrders = MarketState["clientOrders"]

/** Ids of each metering point: they follow from the state, so they are no part of it, and are counted anew where it was restored. */
const counted = new WeakMap<ClientOrders, Map<string, number>>()

const countsOf = (clientOrders: ClientOrders): Map<string, number> => {
  const known = counted.get(clientOrders)
  if (known !== undefined) return known
  const counts = new Map<string, number>()
  for (const key of clientOrders.keys()) counts.set(pointOfKey(key), (counts.get(pointOfKey(key)) ?? 0) + 1)
  counted.set(clientOrders, counts)
  return counts
}

/** Why a client's order id cannot be taken at its metering point. */
export const checkClientOrder = ({ clientOrders }: MarketState, meteringPoint: string, clientOrderId: bigint): "Accepted" | "DuplicateId" | "TooManyClientIds" => {
  if (clientOrders.has(clientOrderKey(meteringPoint, clientOrderId))) return "DuplicateId"
  return (countsOf(clientOrders).get(meteringPoint) ?? 0) >= MOST_CLIENT_ORDERS ? "TooManyClientIds" : "Accepted"
}

/** Remembers the id of an order that was taken for `period`. */
export const rememberClientOrder = ({ clientOrders }: MarketState, meteringPoint: string, clientOrderId: bigint, orderId: number, period: number): void => {
  const counts = countsOf(clientOrders)
  counts.set(meteringPoint, (counts.get(meteringPoint) ?? 0) + 1)
  clientOrders.set(clientOrderKey(meteringPoint, clientOrderId), { orderId, forgetAt: period + REMEMBERED })
}

/** Forgets ids whose time is over at market time `now`. */
export const forgetClientOrders = ({ clientOrders }: MarketState, now: number): void => {
  const counts = countsOf(clientOrders)
  for (const [key, { forgetAt }] of clientOrders) {
    if (forgetAt > now) continue
    clientOrders.delete(key)
    const left = counts.get(pointOfKey(key))! - 1
    if (left === 0) counts.delete(pointOfKey(key))
    else counts.set(pointOfKey(key), left)
  }
}
