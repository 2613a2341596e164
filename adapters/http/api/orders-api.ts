import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { OrderView, RecordFate } from "../../../engine/service/ports/driven/order-views.ts"
import { BookView } from "../../../engine/service/ports/driving/order-entry.ts"
import { BadRequest, NotFound, TooManyRequests, Unavailable } from "./problems.ts"
import { SchemaErrors } from "./schema-errors.ts"

/** Most prices of one side of a book in an answer. */
const MOST_LEVELS = 100

/** Base64 of an envelope of at most 64 KiB, with some room, so that a larger one is named by its size. */
const SignedEnvelope = Schema.Struct({ envelope: Schema.String.pipe(Schema.check(Schema.isMaxLength(131_072), Schema.isBase64())) })

/** The envelope was handed to the log. Its fate is an event's: see `follow`. */
const HandedOver = Schema.Struct({ record: Schema.String, follow: Schema.String }).pipe(HttpApiSchema.status(202))

const number = (minimum: number, maximum: number) => Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum, maximum })))
const errors = [BadRequest, TooManyRequests, Unavailable] as const
const found = [BadRequest, NotFound, Unavailable] as const

/** Members' signed orders and preferences, and what became of them. */
export class OrdersGroup extends HttpApiGroup.make("orders")
  .add(
    HttpApiEndpoint.post("placeOrders", "/orders", { payload: SignedEnvelope, success: HandedOver, error: errors }).annotate(
      OpenApi.Description,
      "Hands a signed envelope with orders (PlaceOrder, CancelOrder, CancelAllOrders, ReduceOrder, MoveOrder) to the log, as base64 of its canonical bytes. 202 says that the log has it, not what became of it. The same bytes may be sent again. 429: the wallet sends more commands than it may; the header Retry-After says when the same bytes are taken."
    ),
    HttpApiEndpoint.post("setPreferences", "/preferences", { payload: SignedEnvelope, success: HandedOver, error: errors }).annotate(
      OpenApi.Description,
      "Hands a signed envelope with preferences (SetPreference) to the log; otherwise as /orders."
    ),
    HttpApiEndpoint.get("record", "/records/:record", {
      params: { record: Schema.String.pipe(Schema.check(Schema.isPattern(/^[0-9a-f]{64}$/))) },
      success: RecordFate,
      error: found
    }).annotate(OpenApi.Description, "What became of an envelope, by the SHA-256 of its bytes: 404 until it is journaled."),
    HttpApiEndpoint.get("order", "/orders/:orderId", { params: { orderId: number(1, Number.MAX_SAFE_INTEGER) }, success: OrderView, error: found }),
    HttpApiEndpoint.get("books", "/periods/:period/book", {
      params: { period: number(0, Number.MAX_SAFE_INTEGER) },
      query: { levels: Schema.optional(number(1, MOST_LEVELS)) },
      success: Schema.Array(BookView),
      error: [BadRequest]
    }).annotate(OpenApi.Description, "The open books of a delivery period, one for each community: best prices and depth. Directed orders, and those collected for a call, are not shown.")
  )
  .middleware(SchemaErrors)
  .prefix("/api") {}
