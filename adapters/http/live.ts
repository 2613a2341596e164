import { Effect, Option, Stream } from "effect"
import type { Event } from "../../engine/core/event.ts"
import { Views, type ViewsUnavailable } from "../../engine/service/ports/driven/views.ts"
import { EventFeed, type CommittedRecord } from "../../engine/service/ports/driving/event-feed.ts"
import { MarketStatus } from "../../engine/service/ports/driving/market-status.ts"
import type { LiveEvent } from "./api/live-event.ts"

/** Trades read at once. */
const PAGE = 256

/**
 * What `/api/events` sends to one reader. The feed only wakes it: trades are always read from the views behind the
 * last one sent, so resuming, a slow reader and a dropped wake-up are one and the same case, and none loses a trade.
 * The stream ends when the views are away; whoever reads comes back and resumes.
 */
export const liveEvents = Effect.fnUntraced(function* (after: number | undefined): Effect.fn.Return<Stream.Stream<LiveEvent>, ViewsUnavailable, Views | EventFeed | MarketStatus> {
  const views = yield* Views
  const feed = yield* EventFeed
  const status = yield* MarketStatus
  const { area } = yield* status.get
  let last = after ?? (yield* views.latestTrades(area, 1))[0]?.tradeId ?? 0

  const page = Effect.gen(function* () {
    const trades = yield* views.tradesAfter(area, last, PAGE)
    last = trades.at(-1)?.tradeId ?? last
    return [trades.map(toEvent), trades.length === PAGE ? Option.some(undefined) : Option.none()] as const
  })
  const caughtUp = Stream.paginate(undefined, () => page)

  const whenTraded = feed.committed.pipe(Stream.filter(some((event) => event.kind === "TradeMade")))
  // The clock asks as well: a record committed between the first question and the subscription wakes nobody.
  const trades = Stream.merge(Stream.tick("1 second"), whenTraded).pipe(
    Stream.buffer({ capacity: 1, strategy: "sliding" }),
    Stream.flatMap(() => caughtUp)
  )
  const changes = feed.committed.pipe(
    Stream.filter(some(({ kind }) => kind === "DeliveryClosed" || kind === "RunRecorded" || kind === "BatchAnchored")),
    Stream.buffer({ capacity: 1, strategy: "sliding" }),
    Stream.map((records): LiveEvent => ({ event: "changed", data: { position: records.at(-1)?.position ?? 0 } }))
  )
  const beats = Stream.tick("500 millis").pipe(
    Stream.mapEffect(() => status.get),
    Stream.map((data): LiveEvent => ({ event: "status", data }))
  )
  return Stream.mergeAll([beats, changes, trades], { concurrency: 3 }).pipe(
    Stream.catchTag("ViewsUnavailable", (error) => Stream.fromEffectDrain(Effect.logWarning("a live stream ended: the views are away", error.cause)))
  )
})

const toEvent = (trade: Extract<LiveEvent, { event: "trade" }>["data"]): LiveEvent => ({ event: "trade", id: String(trade.tradeId), data: trade })

const some = (matches: (event: Event) => boolean) => (records: ReadonlyArray<CommittedRecord>): boolean => records.some(({ events }) => events.some(matches))
