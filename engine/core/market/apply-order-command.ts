import type { MeteringState } from "../metering/metering-point.ts"
import { cancelAllOf, changeOrder } from "./change-order.ts"
import type { MarketContext } from "./market-context.ts"
import type { OrderCommand, PlaceOrder } from "./order-commands.ts"
import { takeOrder } from "./take-order.ts"

const KINDS: ReadonlySet<string> = new Set<OrderCommand["kind"]>(["PlaceOrder", "CancelOrder", "CancelAllOrders", "ReduceOrder", "MoveOrder"])

/** Whether a command is about orders. */
export const isOrderCommand = <C extends { readonly kind: string }>(command: C): command is Extract<C, OrderCommand> => KINDS.has(command.kind)

const isClientOrderId = (id: bigint): boolean => id >= 0n && id < 1n << 64n

const place = (context: MarketContext, { member, direction }: { readonly member: string; readonly direction: "withdrawal" | "injection" }, command: PlaceOrder): void => {
  const { kind: _, ...wish } = command
  const { community } = context.accounts.members.get(member)!
  takeOrder(context, { ...wish, member, community, side: direction === "injection" ? "sell" : "buy", preference: new Uint8Array() })
}

/**
 * Applies a command about orders that the wallet of `member` signed. Whose order it is, and that its id has 64 bits, is asked
 * here; everything else is the market's to refuse, by an event.
 */
export const applyOrderCommand = (
  context: MarketContext,
  metering: MeteringState,
  member: string | undefined,
  command: OrderCommand
): "Accepted" | "UnknownMeteringPoint" | "NotAuthorized" | "OutOfBounds" => {
  if (command.kind === "CancelAllOrders") {
    if (member === undefined) return "NotAuthorized"
    cancelAllOf(context, member)
    return "Accepted"
  }
  const point = metering.points.get(command.meteringPoint)
  if (point === undefined) return "UnknownMeteringPoint"
  if (point.member !== member) return "NotAuthorized"
  if (!isClientOrderId(command.clientOrderId)) return "OutOfBounds"
  if (command.kind === "PlaceOrder") place(context, point, command)
  else changeOrder(context, command)
  return "Accepted"
}
