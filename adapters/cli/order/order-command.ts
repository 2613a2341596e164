import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import type { RecordFate } from "../../../engine/service/ports/driven/order-views.ts"
import { UserError } from "../user-error.ts"
import { REFUSALS } from "./refusals.ts"
import { nextOpenPeriod, sendSigned, type MarketAddress } from "./send-order.ts"

const address = {
  url: Flag.String("url").pipe(Flag.withDescription("Address of the market"), Flag.withDefault("http://127.0.0.1:8080")),
  world: Flag.String("world").pipe(Flag.withDescription("World file whose demo wallets sign; the demo feeder if left out"), Flag.optional)
}
const point = Flag.String("point").pipe(Flag.withDescription("Metering point: what injects sells, what withdraws buys"))
const id = Flag.String("id").pipe(Flag.withDescription("Your number for the order, 64 bits, new at this metering point"))

const addressOf = ({ url, world }: { readonly url: string; readonly world: Option.Option<string> }): MarketAddress => ({ url: url.replace(/\/$/, ""), world: Option.getOrUndefined(world) })

const readId = (text: string): Effect.Effect<bigint, UserError> =>
  /^\d{1,20}$/.test(text) && BigInt(text) < 1n << 64n ? Effect.succeed(BigInt(text)) : Effect.fail(new UserError(`--id ${text} is no number of 64 bits`, "take a whole number from 0 to 18446744073709551615"))

/** What is said of the first refusal: orders' own are explained, a command's names what is not the wallet's. */
const explain = ({ outcomes }: RecordFate): UserError => {
  const status = outcomes.find((outcome) => outcome.status !== null)?.status
  const known = Object.entries(REFUSALS).find(([name]) => name === status)?.[1]
  return known === undefined
    ? new UserError(`the market refused it${status === undefined ? "" : `: ${status}`}`, "see docs/guides/orders.md")
    : new UserError(`the market refused it: ${known.cause}`, known.mend)
}

/** Prints what became of the commands; a refusal ends with an error. */
const print = (fate: RecordFate): Effect.Effect<void, UserError> =>
  Effect.andThen(
    Effect.sync(() => process.stdout.write(`${JSON.stringify(fate, null, 2)}\n`)),
    fate.refused === 0 ? Effect.void : Effect.fail(explain(fate))
  )

const place = Command.make(
  "place",
  {
    ...address,
    point,
    id,
    price: Flag.Int("price").pipe(Flag.withDescription("Micro-units of currency per kWh: 150000 is 15 cents")),
    wh: Flag.Int("wh").pipe(Flag.withDescription("Quantity in Wh")),
    period: Flag.Int("period").pipe(Flag.withDescription("Start of the delivery period, seconds since 1970; the one after the next if left out"), Flag.optional),
    kind: Flag.Literals("kind", ["limit", "market", "immediate-or-cancel", "fill-or-kill", "post-only"]).pipe(Flag.withDescription("What happens to what does not trade at once"), Flag.withDefault("limit" as const))
  },
  Effect.fnUntraced(function* (flags) {
    if (flags.wh < 0 || Option.getOrElse(flags.period, () => 0) < 0) return yield* Effect.fail(new UserError("--wh and --period are not negative", "an injecting metering point sells, a withdrawing one buys"))
    const to = addressOf(flags)
    const clientOrderId = yield* readId(flags.id)
    const period = Option.getOrUndefined(flags.period) ?? (yield* nextOpenPeriod(to.url))
    const order = { meteringPoint: flags.point, clientOrderId, period, orderKind: flags.kind, price: flags.price, quantity: flags.wh, goodTill: 0, named: [], selfTrade: "cancel-newest" as const }
    yield* print(yield* sendSigned(to, flags.point, [{ kind: "PlaceOrder", ...order }]))
  })
).pipe(Command.withDescription("Place an order for one delivery period"))

const cancel = Command.make(
  "cancel",
  { ...address, point, id },
  Effect.fnUntraced(function* (flags) {
    const clientOrderId = yield* readId(flags.id)
    yield* print(yield* sendSigned(addressOf(flags), flags.point, [{ kind: "CancelOrder", meteringPoint: flags.point, clientOrderId }]))
  })
).pipe(Command.withDescription("Take an order out of its book"))

const cancelAll = Command.make(
  "cancel-all",
  { ...address, point },
  Effect.fnUntraced(function* (flags) {
    yield* print(yield* sendSigned(addressOf(flags), flags.point, [{ kind: "CancelAllOrders" }]))
  })
).pipe(Command.withDescription("Take every order of the metering point's member out of its book"))

/** `commonwatt order ...`: orders of demo members, through the API of a running market. */
export const orderCommand = Command.make("order").pipe(
  Command.withDescription("Trade as a member of the demo, through the API of a running market"),
  Command.withSubcommands([place, cancel, cancelAll])
)
