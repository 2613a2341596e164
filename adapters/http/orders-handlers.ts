import { Effect } from "effect"
import { HttpEffect, HttpServerResponse } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { fromHex, toHex } from "../../engine/core/quantity/bytes.ts"
import { OrderEntry, type EntryKind } from "../../engine/service/ports/driving/order-entry.ts"
import { Api } from "./api/api.ts"
import { BadRequest, NotFound, TooManyRequests, Unavailable } from "./api/problems.ts"
import { orUnavailable } from "./or-unavailable.ts"

/** Prices of a book's side where the question names no number. */
const DEFAULT_LEVELS = 10

/** Says in the answer's header when to ask again, in seconds. */
const retryAfter = (seconds: number) => HttpEffect.appendPreResponseHandler((_, response) => Effect.succeed(HttpServerResponse.setHeader(response, "retry-after", String(seconds))))

/** Answers for orders: what is sent goes to the log as it came, what is asked comes from what is journaled. */
export const ordersHandlersLayer = HttpApiBuilder.group(
  Api,
  "orders",
  Effect.fnUntraced(function* (handlers) {
    const entry = yield* OrderEntry

    const handOver = (kind: EntryKind) =>
      Effect.fnUntraced(function* ({ payload }: { readonly payload: { readonly envelope: string } }) {
        const hash = yield* entry.submit(new Uint8Array(Buffer.from(payload.envelope, "base64")), kind).pipe(
          Effect.catchTag("EnvelopeRefused", ({ reason, mend }) => Effect.fail(new BadRequest({ cause: `the envelope is refused: ${reason}`, mend }))),
          Effect.catchTag("TooManyOrders", (error) =>
            Effect.andThen(
              retryAfter(error.retryAfter),
              new TooManyRequests({ cause: `this wallet sends more than ${error.perSecond} commands a second`, mend: `send the same bytes again in ${error.retryAfter} s` })
            )
          ),
          Effect.catchTag("EntryUnavailable", (error) =>
            Effect.andThen(Effect.logWarning("the log takes no envelope", error), new Unavailable({ cause: "the market takes no envelopes now", mend: "send the same bytes again in a moment" }))
          )
        )
        const record = toHex(hash)
        return { record, follow: `/api/records/${record}` }
      })

    return handlers.handleAll({
      placeOrders: handOver("orders"),
      setPreferences: handOver("preferences"),
      record: Effect.fnUntraced(function* ({ params }) {
        const fate = yield* entry.recordFate(fromHex(params.record)).pipe(orUnavailable)
        return fate ?? (yield* new NotFound({ cause: "no such envelope is journaled", mend: "ask again in a moment, or send it again" }))
      }),
      order: Effect.fnUntraced(function* ({ params }) {
        const order = yield* entry.order(params.orderId).pipe(orUnavailable)
        return order ?? (yield* new NotFound({ cause: `there is no order ${params.orderId}`, mend: "the number of an order stands in the OrderPlaced event of its envelope" }))
      }),
      books: ({ params, query: { levels = DEFAULT_LEVELS } }) => entry.books(params.period, levels)
    })
  })
)
