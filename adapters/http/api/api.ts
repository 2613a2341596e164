import { Schema } from "effect"
import { HttpApi, HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { BatchDetail, BatchView, DataQuality, DeliveryPeriod, Interval, IntervalVersion, Member, Overview, RunChanges, Statement, Trade } from "../../../engine/service/ports/driven/views.ts"
import { LiveEvent } from "./live-event.ts"
import { OrdersGroup } from "./orders-api.ts"
import { BadRequest, NotFound, Unavailable } from "./problems.ts"
import { SchemaErrors } from "./schema-errors.ts"
import { StatusView } from "./status-view.ts"

/** Most rows of one answer. */
export const MOST_ROWS = 500

const limit = Schema.optional(Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 1, maximum: MOST_ROWS }))))
const tradeId = Schema.Int.pipe(Schema.check(Schema.isGreaterThanOrEqualTo(0)))
/** A local day such as 2016-06-15; the day of the market time where it is left out. */
const ofDay = { day: Schema.optional(Schema.String) }
const ofMember = { member: Schema.String }
const ofPoint = { meteringPoint: Schema.String }
const ofBatch = { community: Schema.String, settlementPeriod: Schema.String, version: Schema.Int }

/** Read-only questions about the market. */
export class MarketGroup extends HttpApiGroup.make("market")
  .add(
    HttpApiEndpoint.get("status", "/status", { success: StatusView }),
    HttpApiEndpoint.get("overview", "/overview", { success: Overview, error: Unavailable }),
    HttpApiEndpoint.get("trades", "/trades", { query: { after: Schema.optional(tradeId), limit }, success: Schema.Array(Trade), error: Unavailable }),
    HttpApiEndpoint.get("members", "/members", { success: Schema.Array(Member), error: Unavailable }),
    HttpApiEndpoint.get("intervals", "/members/:member/intervals", { params: ofMember, query: ofDay, success: Schema.Array(Interval), error: [BadRequest, NotFound, Unavailable] }),
    HttpApiEndpoint.get("statement", "/members/:member/statement", { params: ofMember, query: ofDay, success: Statement, error: [BadRequest, NotFound, Unavailable] }),
    HttpApiEndpoint.get("dataQuality", "/data-quality", { query: ofDay, success: Schema.Array(DataQuality), error: [BadRequest, Unavailable] }),
    HttpApiEndpoint.get("intervalVersions", "/metering-points/:meteringPoint/versions", {
      params: ofPoint,
      query: ofDay,
      success: Schema.Array(IntervalVersion),
      error: [BadRequest, NotFound, Unavailable]
    }),
    HttpApiEndpoint.get("periods", "/periods", { query: ofDay, success: Schema.Array(DeliveryPeriod), error: [BadRequest, Unavailable] }),
    HttpApiEndpoint.get("batches", "/batches", { query: { limit }, success: Schema.Array(BatchView), error: Unavailable }),
    HttpApiEndpoint.get("batch", "/batches/:community/:settlementPeriod/:version", { params: ofBatch, success: BatchDetail, error: [NotFound, Unavailable] }),
    HttpApiEndpoint.get("changes", "/batches/:community/:settlementPeriod/:version/changes", { params: ofBatch, success: RunChanges, error: [NotFound, Unavailable] }).annotate(
      OpenApi.Description,
      "Why a later version of a run was made: which interval values changed, by whom and why, and what moved for whom. A first version has none."
    ),
    HttpApiEndpoint.get("events", "/events", {
      query: { after: Schema.optional(tradeId) },
      headers: { "last-event-id": Schema.optional(tradeId) },
      success: HttpApiSchema.StreamSse({ events: LiveEvent }),
      error: Unavailable
    }).annotate(OpenApi.Description, "Trades as they happen. Resume with the header Last-Event-ID, or ?after=, the id of the last trade seen; without either the stream begins now.")
  )
  .middleware(SchemaErrors)
  .prefix("/api") {}

/** The API of one grid area. */
export class Api extends HttpApi.make("commonwatt")
  .add(MarketGroup)
  .add(OrdersGroup)
  .annotateMerge(
    OpenApi.annotations({
      title: "Commonwatt",
      version: "1",
      description: "Settlement of a local energy market. Times are seconds since 1970, energy is Wh, prices are micro-units of currency per kWh, sums of money are nano-units in decimal digits, hashes are hexadecimal."
    })
  ) {}
