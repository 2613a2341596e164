import type { Command } from "../../engine/core/command.ts"
import type { Event } from "../../engine/core/event.ts"
import type { MarketRules } from "../../engine/core/market/market-rules.ts"
import type { PlaceOrder } from "../../engine/core/market/order-commands.ts"
import { eventsOf, open, send, type Play } from "./play.ts"
import { fromOperator, walletKey } from "./record.ts"
import { openRules, smallWorld, type World } from "./world.ts"

export const PERIOD = 900
const base = smallWorld()
const points = [...base.points, { meteringPoint: "ben-roof", member: "ben", direction: "injection" as const }, { meteringPoint: "cleo-roof", member: "cleo", direction: "injection" as const }]

/** Ada, Ben and Cleo after the first tick; `gate` is the period that starts in half an hour. */
export const smallMarket = (rules: Partial<MarketRules> = {}, changes: Partial<World> = {}) => {
  const world = smallWorld({ points, rules: { ...openRules, ...rules }, ...changes })
  const play = open(world)
  const nonces = new Map<string, number>()
  const tick = (minutes: number) => send(play, fromOperator({ kind: "Tick", area: "area", time: world.start + minutes * 60 }))
  tick(0)
  const gate = world.start + 2 * PERIOD
  const by = (member: string, ...commands: ReadonlyArray<Command>): ReadonlyArray<Event> => {
    nonces.set(member, (nonces.get(member) ?? 0) + 1)
    return send(play, { signer: walletKey(member), nonce: nonces.get(member)!, commands })
  }
  const order = (meteringPoint: string, clientOrderId: number, price: number, quantity: number, changes: Partial<PlaceOrder> = {}): Command => ({
    kind: "PlaceOrder", meteringPoint, clientOrderId: BigInt(clientOrderId), period: gate, orderKind: "limit", price: price * 1_000, quantity, goodTill: 0, named: [], selfTrade: "cancel-newest", ...changes
  })
  return { play, tick, by, order, gate }
}

export const trades = (events: ReadonlyArray<Event>): Array<string> => eventsOf(events, "TradeMade").map(({ trade }) => `${trade.seller} > ${trade.buyer} ${trade.quantity} @ ${trade.price / 1_000}`)
export const statuses = (events: ReadonlyArray<Event>): Array<string> => events.flatMap((one) => (one.kind === "OrderRefused" || one.kind === "OrderChangeRefused" || one.kind === "CommandRefused" ? [one.status] : []))
export const closed = (events: ReadonlyArray<Event>): Array<string> => eventsOf(events, "OrderClosed").map(({ orderId, remaining, reason }) => `${orderId} ${remaining} ${reason}`)
export const held = ({ state }: Play, member: string): bigint => state.accounts.members.get(member)!.held
