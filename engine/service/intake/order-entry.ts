import { Effect, Layer } from "effect"
import { compareText, toHex } from "../../core/quantity/bytes.ts"
import type { AreaState } from "../../core/state.ts"
import { OrderViews } from "../ports/driven/order-views.ts"
import { WalletSignature } from "../ports/driven/wallet-signature.ts"
import { EntryUnavailable, EnvelopeRefused, OrderEntry, TooManyOrders, type BookView, type EntryKind } from "../ports/driving/order-entry.ts"
import { checkBytes, checkEntry, mendOf } from "./check-entry.ts"
import { checkRecord, recordHash } from "./check-record.ts"
import { Engine } from "./engine.ts"
import { RateLimit, type Rate } from "./rate-limit.ts"

/** The books of a period as everybody may see them, by community. */
export const booksOf = ({ market, grid }: AreaState, period: number, levels: number): Array<BookView> => {
  const open = market.books
  if (open === undefined) return []
  return [...open.traders.homes].sort(compareText).flatMap((community) => {
    const place = open.placeOf(period, community)
    if (place === -1) return []
    const [bids, asks] = [open.books.depth(place, 0, levels), open.books.depth(place, 1, levels)]
    const best = (side: number): number | null => open.books.best(place, side) ?? null
    return [{ period, community, collects: open.isCollecting(period, grid.marketTime), bestBid: best(0), bestAsk: best(1), bids, asks }]
  })
}

const refused = (reason: string) => Effect.fail(new EnvelopeRefused({ reason, mend: mendOf(reason) }))

/** Commands that one wallet may send. A member trades in some 200 open periods: all of them are ordered anew in four seconds. */
const ORDERS: Rate = { perSecond: 50, burst: 50 }

/** As `orderEntry`, by a clock of the caller's own, in seconds. */
export const orderEntryBy = (seconds: () => number): Layer.Layer<OrderEntry, never, Engine | OrderViews | WalletSignature> => Layer.effect(
  OrderEntry,
  Effect.gen(function* () {
    const engine = yield* Engine
    const views = yield* OrderViews
    const wallets = yield* WalletSignature
    const { area } = engine
    const limit = new RateLimit(ORDERS)

    const submit = Effect.fn("OrderEntry.submit")(function* (bytes: Uint8Array, kind: EntryKind) {
      const form = checkBytes(bytes)
      if (form !== "Accepted") return yield* refused(form)
      const hash = recordHash(bytes)
      const isJournaled = yield* engine.isJournaled(hash).pipe(Effect.mapError((cause) => new EntryUnavailable({ cause })))
      if (isJournaled) return hash
      const record = yield* Effect.promise(() => checkRecord(0, bytes, { area, now: Math.floor(seconds()), wallets }))
      const status = yield* engine.whenSettled((state) => checkEntry(record, kind, state))
      if (status !== "Accepted") return yield* refused(status)
      // Only here: the signature holds, so nobody uses up what is another's.
      const pause = limit.take(toHex(record.signer), seconds(), record.commands.length)
      if (pause > 0) return yield* new TooManyOrders({ perSecond: ORDERS.perSecond, retryAfter: Math.ceil(pause) })
      if (yield* engine.hasStopped) return yield* new EntryUnavailable({ cause: "the engine has stopped" })
      yield* engine.append(bytes).pipe(Effect.mapError((cause) => new EntryUnavailable({ cause })))
      return hash
    })

    return OrderEntry.of({
      submit,
      recordFate: (hash) => views.recordFate(area, hash),
      order: (orderId) => views.order(area, orderId),
      books: (period, levels) => engine.whenSettled((state) => booksOf(state, period, levels))
    })
  })
)

/** The door for orders and preferences, over the engine of this process. */
export const orderEntry = orderEntryBy(() => Date.now() / 1000)
