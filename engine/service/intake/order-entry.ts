import { Effect, Layer } from "effect"
import { compareText } from "../../core/quantity/bytes.ts"
import type { AreaState } from "../../core/state.ts"
import { OrderViews } from "../ports/driven/order-views.ts"
import { WalletSignature } from "../ports/driven/wallet-signature.ts"
import { EntryUnavailable, EnvelopeRefused, OrderEntry, type BookView, type EntryKind } from "../ports/driving/order-entry.ts"
import { checkBytes, checkEntry, mendOf } from "./check-entry.ts"
import { checkRecord, recordHash } from "./check-record.ts"
import { Engine } from "./engine.ts"

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

/** The door for orders and preferences, over the engine of this process. */
export const orderEntry: Layer.Layer<OrderEntry, never, Engine | OrderViews | WalletSignature> = Layer.effect(
  OrderEntry,
  Effect.gen(function* () {
    const engine = yield* Engine
    const views = yield* OrderViews
    const wallets = yield* WalletSignature
    const { area } = engine

    const submit = Effect.fn("OrderEntry.submit")(function* (bytes: Uint8Array, kind: EntryKind) {
      const form = checkBytes(bytes)
      if (form !== "Accepted") return yield* refused(form)
      const hash = recordHash(bytes)
      const isJournaled = yield* engine.isJournaled(hash).pipe(Effect.mapError((cause) => new EntryUnavailable({ cause })))
      if (isJournaled) return hash
      const record = yield* Effect.promise(() => checkRecord(0, bytes, { area, now: Math.floor(Date.now() / 1000), wallets }))
      const status = yield* engine.whenSettled((state) => checkEntry(record, kind, state))
      if (status !== "Accepted") return yield* refused(status)
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
