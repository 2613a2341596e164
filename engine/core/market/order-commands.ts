import { bigInteger, integer, kind, list, text, unsigned, type ValueOf } from "../quantity/codec.ts"
import { orderKind, selfTrade } from "./order.ts"

/** An order as its client names it: the metering point it is for, and 64 bits that are unique there. */
const name = { meteringPoint: text, clientOrderId: bigInteger }

/**
 * Places an order for one delivery period, signed by the wallet of the metering point's member. The metering point says
 * which side: what injects sells, what withdraws buys.
 */
export const placeOrder = kind(602, "PlaceOrder", {
  ...name,
  period: unsigned,
  orderKind,
  /** Micro-units of currency per kWh; a market order's is not looked at: it takes what the band allows. */
  price: integer,
  quantity: unsigned,
  /** Market time at which the order leaves the book, in seconds; 0: at gate closure. */
  goodTill: unsigned,
  /** Members who alone may meet the order, at most eight; empty: everybody. */
  named: list(text),
  selfTrade
})
export type PlaceOrder = ValueOf<typeof placeOrder>

/** Takes an order out of its book. */
export const cancelOrder = kind(603, "CancelOrder", name)
/** Takes every order of the signer's member out of its book, those of preferences too. */
export const cancelAllOrders = kind(604, "CancelAllOrders", {})
/** Takes `quantity` Wh off an order, at most what is open; it keeps its priority. */
export const reduceOrder = kind(605, "ReduceOrder", { ...name, quantity: unsigned })
/** Gives an order another price; it loses its priority and may trade at once. */
export const moveOrder = kind(606, "MoveOrder", { ...name, price: integer })

/** A command about an order that stands already. */
export type ChangeOrder = ValueOf<typeof cancelOrder> | ValueOf<typeof reduceOrder> | ValueOf<typeof moveOrder>
/** Every command about orders. */
export type OrderCommand = PlaceOrder | ChangeOrder | ValueOf<typeof cancelAllOrders>
