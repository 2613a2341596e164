import { createServer } from "node:http"
import { NodeHttpServer } from "@effect/platform-node"
import { Effect, Layer, Schema } from "effect"
import { HttpMiddleware, HttpRouter, type HttpServer } from "effect/http"
import { HttpApiBuilder, HttpApiScalar } from "effect/http-api"
import type { Views } from "../../engine/service/ports/driven/views.ts"
import type { EventFeed } from "../../engine/service/ports/driving/event-feed.ts"
import type { OrderEntry } from "../../engine/service/ports/driving/order-entry.ts"
import type { MarketStatus } from "../../engine/service/ports/driving/market-status.ts"
import { Api } from "./api/api.ts"
import { schemaErrorsLayer } from "./api/schema-errors.ts"
import { consoleLayer } from "./console-files.ts"
import { guardLayer } from "./guard.ts"
import { handlersLayer } from "./handlers.ts"
import { ordersHandlersLayer } from "./orders-handlers.ts"

/** Where to listen and what to serve. Port 0 takes a free one; the host is this machine only unless told otherwise. */
export interface HttpOptions {
  readonly port: number
  readonly host?: string | undefined
  /** The built console, `dist/console`. */
  readonly consoleFolder: string
}

/** The port cannot be listened on. */
export class PortUnavailable extends Schema.TaggedError<PortUnavailable>()("PortUnavailable", {
  port: Schema.Number,
  host: Schema.String,
  message: Schema.String
}) {}

/** API, documentation and console on one port. */
export const httpLayer = ({ port, host = "127.0.0.1", consoleFolder }: HttpOptions): Layer.Layer<HttpServer.HttpServer, PortUnavailable, Views | EventFeed | MarketStatus | OrderEntry> => {
  const routes = Layer.mergeAll(
    HttpApiBuilder.layer(Api, { openapiPath: "/openapi.json" }).pipe(Layer.provide(Layer.mergeAll(handlersLayer, ordersHandlersLayer)), Layer.provide(schemaErrorsLayer)),
    HttpApiScalar.layer(Api, { path: "/docs", scalar: { withDefaultFonts: false } }),
    consoleLayer(consoleFolder),
    guardLayer(host)
  )
  // Live streams never end by themselves: a stop does not wait for them.
  const server = NodeHttpServer.layer(createServer, { port, host, gracefulShutdownTimeout: "200 millis" })
  return HttpRouter.serve(routes, { disableLogger: true, disableListenLog: true, middleware: compressed }).pipe(
    // What is left in the type are files that cannot be looked at: a fault of the machine, not of whoever asks.
    Layer.orDie,
    Layer.provideMerge(Layer.catchTag(server, "ServeError", ({ cause }) => Layer.effectContext<Layer.Success<typeof server>, PortUnavailable, never>(Effect.fail(portUnavailable(port, host, cause)))))
  )
}

// A live stream is left as it is: a compressor would hold events back.
const compressed = HttpMiddleware.compression({
  algorithms: ["br", "gzip"],
  compressible: (contentType) => /^(text\/(html|css|javascript)|application\/json|image\/svg\+xml)/.test(contentType)
})

const portUnavailable = (port: number, host: string, cause: unknown): PortUnavailable => {
  const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : ""
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: "is taken by another program",
    EACCES: "needs rights that this user does not have",
    EADDRNOTAVAIL: "is on an address that this machine does not have"
  }
  return new PortUnavailable({ port, host, message: `port ${port} of ${host} ${reasons[code] ?? `cannot be listened on (${String(cause)})`}; choose another one with --port` })
}
