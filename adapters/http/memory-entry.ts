import { createHash } from "node:crypto"
import { Effect } from "effect"
import { ViewsUnavailable } from "../../engine/service/ports/driven/views.ts"
import { EntryUnavailable, EnvelopeRefused, type OrderEntry } from "../../engine/service/ports/driving/order-entry.ts"

/** What a test lets the door for orders say. */
export interface MemoryEntry {
  /** Envelopes that were handed over. */
  readonly taken: Array<{ readonly envelope: Uint8Array; readonly kind: string }>
  /** Refuses the next envelopes for this reason. */
  refuse: string | undefined
  away: boolean
}

export const memoryEntry = (): MemoryEntry => ({ taken: [], refuse: undefined, away: false })

/** A door for orders that remembers what came, knows the fate of what it took, and order 1. */
export const entryOf = (memory: MemoryEntry): OrderEntry["Service"] => {
  const answer = <A>(value: () => A) => Effect.suspend(() => (memory.away ? Effect.fail(new ViewsUnavailable({ question: "test", cause: "pulled" })) : Effect.succeed(value())))
  const hashOf = (envelope: Uint8Array): Uint8Array => new Uint8Array(createHash("sha256").update(envelope).digest())
  return {
    submit: Effect.fnUntraced(function* (envelope, kind) {
      if (memory.refuse !== undefined) return yield* new EnvelopeRefused({ reason: memory.refuse, mend: "sign anew" })
      if (memory.away) return yield* new EntryUnavailable({ cause: "pulled" })
      memory.taken.push({ envelope, kind })
      return hashOf(envelope)
    }),
    recordFate: (hash) =>
      answer(() => {
        const position = memory.taken.findIndex(({ envelope }) => Buffer.from(hashOf(envelope)).equals(Buffer.from(hash)))
        return position === -1 ? undefined : { record: Buffer.from(hash).toString("hex"), position, verdict: "Accepted", refused: 0, outcomes: [] }
      }),
    order: (orderId) =>
      answer(() =>
        orderId === 1
          ? { orderId, clientOrderId: "18446744073709551615", period: 900, meteringPoint: "I-1", member: "m-1", side: "sell" as const, orderKind: "limit", goodTill: 0, price: 1, quantity: 5, tradedWh: 2, remaining: null, closed: null }
          : undefined
      ),
    books: (period, levels) => Effect.succeed([{ period, community: "sunny-lane", collects: false, bestBid: 3, bestAsk: null, bids: [{ price: 3, quantity: 7 }].slice(0, levels), asks: [] }])
  }
}
