import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { localDayNamed, localDayOf, type LocalDay } from "../../engine/core/calendar/local-day.ts"
import { Views } from "../../engine/service/ports/driven/views.ts"
import { EventFeed } from "../../engine/service/ports/driving/event-feed.ts"
import { MarketStatus, type Status } from "../../engine/service/ports/driving/market-status.ts"
import { Api } from "./api/api.ts"
import { BadRequest, NotFound } from "./api/problems.ts"
import { liveEvents } from "./live.ts"
import { orUnavailable } from "./or-unavailable.ts"

/** Rows of an answer where the question names no limit. */
const DEFAULT_ROWS = 50

/** Answers the API from the views. The area is the one that this engine runs. */
export const handlersLayer = HttpApiBuilder.group(
  Api,
  "market",
  Effect.fnUntraced(function* (handlers) {
    const views = yield* Views
    const status = yield* MarketStatus
    const feed = yield* EventFeed
    return handlers.handleAll({
      status: () => status.get,
      overview: () => Effect.flatMap(status.get, (now) => views.overview(now.area, today(now))).pipe(orUnavailable),
      trades: ({ query: { after, limit = DEFAULT_ROWS } }) =>
        Effect.flatMap(status.get, ({ area }) => (after === undefined ? views.latestTrades(area, limit) : views.tradesAfter(area, after, limit))).pipe(orUnavailable),
      members: () => Effect.flatMap(status.get, ({ area }) => views.members(area)).pipe(orUnavailable),
      intervals: Effect.fnUntraced(function* ({ params, query }) {
        const now = yield* status.get
        const found = yield* views.intervals(now.area, params.member, yield* dayOf(now, query.day)).pipe(orUnavailable)
        return found ?? (yield* unknownMember(params.member))
      }),
      statement: Effect.fnUntraced(function* ({ params, query }) {
        const now = yield* status.get
        const day = yield* dayOf(now, query.day)
        const found = yield* views.statement(now.area, params.member, day.name).pipe(orUnavailable)
        return found ?? (yield* noStatement(params.member, day.name))
      }),
      dataQuality: Effect.fnUntraced(function* ({ query }) {
        const now = yield* status.get
        return yield* views.dataQuality(now.area, yield* dayOf(now, query.day), now.marketTime).pipe(orUnavailable)
      }),
      intervalVersions: Effect.fnUntraced(function* ({ params, query }) {
        const now = yield* status.get
        const found = yield* views.intervalVersions(now.area, params.meteringPoint, yield* dayOf(now, query.day)).pipe(orUnavailable)
        return found ?? (yield* new NotFound({ cause: `there is no metering point "${params.meteringPoint}"`, mend: "see /api/data-quality for those that there are" }))
      }),
      periods: Effect.fnUntraced(function* ({ query }) {
        const now = yield* status.get
        return yield* views.deliveryPeriods(now.area, yield* dayOf(now, query.day)).pipe(orUnavailable)
      }),
      batches: ({ query: { limit = DEFAULT_ROWS } }) => Effect.flatMap(status.get, ({ area }) => views.batches(area, limit)).pipe(orUnavailable),
      batch: Effect.fnUntraced(function* ({ params }) {
        const { area } = yield* status.get
        const found = yield* views.batch(area, params).pipe(orUnavailable)
        return found ?? (yield* new NotFound({ cause: "there is no such batch", mend: "see /api/batches for those that there are" }))
      }),
      changes: Effect.fnUntraced(function* ({ params }) {
        const { area } = yield* status.get
        const found = yield* views.runChanges(area, params).pipe(orUnavailable)
        return found ?? (yield* new NotFound({ cause: "there is no such correction", mend: "see /api/batches for the versions that there are; a first version corrects nothing" }))
      }),
      events: ({ headers, query }) =>
        liveEvents(headers["last-event-id"] ?? query.after).pipe(
          Effect.provideService(Views, views),
          Effect.provideService(EventFeed, feed),
          Effect.provideService(MarketStatus, status),
          orUnavailable
        )
    })
  })
)

const today = ({ timeZone, marketTime }: Status): LocalDay => localDayOf(timeZone, marketTime)

const dayOf = (status: Status, name: string | undefined): Effect.Effect<LocalDay, BadRequest> => {
  const day = name === undefined ? today(status) : localDayNamed(status.timeZone, name)
  return day === undefined
    ? Effect.fail(new BadRequest({ cause: `"${name}" is not a day`, mend: "write the day as 2016-06-15" }))
    : Effect.succeed(day)
}

const unknownMember = (member: string) => Effect.fail(new NotFound({ cause: `there is no member "${member}"`, mend: "see /api/members for those that there are" }))

const noStatement = (member: string, day: string) =>
  Effect.fail(new NotFound({ cause: `no settlement run of ${day} is recorded for "${member}"`, mend: "a run is recorded after the day's last delivery period is closed; see /api/batches" }))
