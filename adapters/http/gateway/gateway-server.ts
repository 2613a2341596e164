import { createServer } from "node:https"
import type { IncomingMessage, ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import type { TLSSocket } from "node:tls"
import { Context, Effect, Exit, Layer, Schema } from "effect"
import { encode } from "../../../engine/core/quantity/codec.ts"
import { uplinkAnswer } from "../../../engine/core/receipt.ts"
import { LARGEST_BATCH, ReadingIntake, type BatchRefusal } from "../../../engine/service/ports/driving/reading-intake.ts"
import { readBody } from "./read-body.ts"
import { presenterOf } from "./presenter.ts"

/** Where gateways reach the engine, and how it proves who it is. */
export interface GatewayServerOptions {
  readonly host?: string
  /** 0 takes a free port. */
  readonly port: number
  /** PEM of the area's authority: only gateways with a certificate of it get through the handshake. */
  readonly authority: string
  readonly certificate: string
  readonly key: string
}

/** The port cannot be listened on. */
export class GatewayPortUnavailable extends Schema.TaggedError<GatewayPortUnavailable>()("GatewayPortUnavailable", { port: Schema.Number, message: Schema.String }) {}

/** Where the engine listens for gateways. */
export class GatewayServer extends Context.Service<GatewayServer, { readonly port: number }>()("adapters/http/GatewayServer") {}

/** Type of a reading batch and of its answer: canonical bytes. */
export const BATCH_TYPE = "application/octet-stream"

const statusOf: Readonly<Record<BatchRefusal, number>> = {
  Malformed: 400, NotReadings: 400, WrongDomain: 400, BadSignature: 403, ForeignKey: 403, UnknownGateway: 403, AheadOfMarket: 409, TooLarge: 413, TooFast: 429, Busy: 503, EngineAway: 503
}

/** Slow senders are cut off: a header within ten seconds, a whole request within twenty. */
const HEADER_PATIENCE = 10_000
const REQUEST_PATIENCE = 20_000
/** Idle connections are kept longer than any poll interval that a gateway has in practice. */
const KEEP_ALIVE = 120_000
const MOST_CONNECTIONS = 10_000

type Intake = ReadingIntake["Service"]

/** `POST /gateway/batches` and `GET /gateway/time` over TLS 1.3 with certificates on both sides. */
export const gatewayServer = (options: GatewayServerOptions): Layer.Layer<GatewayServer, GatewayPortUnavailable, ReadingIntake> =>
  Layer.effect(
    GatewayServer,
    Effect.gen(function* () {
      const intake = yield* ReadingIntake
      const { host = "127.0.0.1", port, authority, certificate, key } = options
      const server = createServer({
        ca: authority, cert: certificate, key, requestCert: true, rejectUnauthorized: true, minVersion: "TLSv1.3",
        headersTimeout: HEADER_PATIENCE, requestTimeout: REQUEST_PATIENCE, keepAliveTimeout: KEEP_ALIVE, maxHeaderSize: 8_192, noDelay: true
      })
      server.maxConnections = MOST_CONNECTIONS
      server.on("request", (request: IncomingMessage, response: ServerResponse) => void answer(intake, request, response))
      // A handshake that fails is the client's affair; without listeners Node would end the process at some of them.
      server.on("tlsClientError", () => undefined)
      server.on("clientError", (_, socket) => socket.destroy())
      yield* Effect.acquireRelease(
        Effect.tryPromise({
          try: () => new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, host, () => resolve())),
          catch: (cause) => new GatewayPortUnavailable({ port, message: `gateways cannot be listened for on port ${port} of ${host} (${String(cause)})` })
        }),
        () => Effect.promise(() => new Promise<void>((resolve) => {
          server.close(() => resolve())
          server.closeAllConnections()
        }))
      )
      return GatewayServer.of({ port: (server.address() as AddressInfo).port })
    })
  )

const problem = (response: ServerResponse, status: number, tag: string, cause: string, mend: string, headers: Readonly<Record<string, string | number>> = {}, places?: ReadonlyArray<number>): void => {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify({ _tag: tag, cause, mend, places }))
}

const answer = async (intake: Intake, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  try {
    const path = request.url?.split("?")[0]
    if (path === "/gateway/time") return await answerTime(intake, request, response)
    if (path === "/gateway/batches") return await answerBatch(intake, request, response)
    problem(response, 404, "NotFound", `there is nothing at ${path}`, "post reading batches to /gateway/batches")
  } catch (cause) {
    if (!response.headersSent) problem(response, 500, "Failed", "the answer could not be made", "the gateway keeps the batch and tries again")
    request.socket.destroySoon()
    await Effect.runPromise(Effect.logError("a gateway got no answer", cause))
  }
}

const answerTime = async (intake: Intake, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  if (request.method !== "GET") return problem(response, 405, "WrongMethod", "time is asked for by GET", "send GET", { allow: "GET" })
  const marketTime = await Effect.runPromise(intake.marketTime)
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ marketTime, time: Math.floor(Date.now() / 1_000) }))
}

const answerBatch = async (intake: Intake, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  if (request.method !== "POST") return problem(response, 405, "WrongMethod", "batches are handed over by POST", "send POST", { allow: "POST" })
  const type = request.headers["content-type"]
  if (type !== BATCH_TYPE) return problem(response, 415, "WrongContentType", `a batch is ${BATCH_TYPE}, not ${type ?? "without a type"}`, "set the header content-type", { connection: "close" })
  const presenter = presenterOf(request.socket as TLSSocket)
  if (presenter === undefined) return problem(response, 403, "ForeignKey", "the certificate is not over an Ed25519 gateway key", "ask the operator for a certificate over the gateway's key", { connection: "close" })
  const body = await readBody(request, LARGEST_BATCH)
  if (body === "truncated") return void request.socket.destroy()
  if (body === "too large") return problem(response, 413, "TooLarge", `a reading batch has at most ${LARGEST_BATCH} bytes`, "put fewer readings into one batch", { connection: "close" })
  const exit = await Effect.runPromiseExit(Effect.result(intake.submit(body, presenter)))
  if (!Exit.isSuccess(exit)) throw new Error("the intake failed", { cause: exit.cause })
  if (exit.value._tag === "Success") {
    response.writeHead(200, { "content-type": BATCH_TYPE }).end(encode(uplinkAnswer, exit.value.success))
    return
  }
  const { name, reason, mend, retryAfter, places } = exit.value.failure
  problem(response, statusOf[name], name, reason, mend, retryAfter === undefined ? {} : { "retry-after": retryAfter }, places)
}
