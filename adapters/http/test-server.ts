import { Context, Effect, Layer, ManagedRuntime, PubSub, Stream } from "effect"
import { HttpServer } from "effect/http"
import type { Event } from "../../engine/core/event.ts"
import { Views } from "../../engine/service/ports/driven/views.ts"
import { type CommittedRecord, EventFeed } from "../../engine/service/ports/driving/event-feed.ts"
import { MarketStatus, type Status } from "../../engine/service/ports/driving/market-status.ts"
import { OrderEntry } from "../../engine/service/ports/driving/order-entry.ts"
import { entryOf, memoryEntry, type MemoryEntry } from "./memory-entry.ts"
import { httpLayer, type HttpOptions } from "./http-layer.ts"

/** A running server for tests whose feed and status are in the test's hand. */
export interface TestServer {
  readonly port: number
  readonly url: string
  /** Wakes all live streams with a record of these events. */
  readonly publish: (events: ReadonlyArray<Event>) => Promise<void>
  /** The door for orders, in the test's hand. */
  readonly entry: MemoryEntry
  /** Number of readers on the feed. */
  readonly subscribers: () => number
  readonly setStatus: (change: Partial<Status>) => void
  readonly stop: () => Promise<void>
}

/** Starts API and console over the given views on a real socket. */
export const startTestServer = async (views: Views["Service"], status: Status, options: Partial<HttpOptions> = {}): Promise<TestServer> => {
  const entry = memoryEntry()
  let current = status
  let subscribers = 0
  let position = 0
  const pubsub = await Effect.runPromise(PubSub.sliding<ReadonlyArray<CommittedRecord>>(1024))
  const counted = Stream.suspend(() => {
    subscribers++
    return Stream.ensuring(Stream.fromPubSub(pubsub), Effect.sync(() => subscribers--))
  })
  const services = Layer.mergeAll(
    Layer.succeed(Views, views),
    Layer.succeed(EventFeed, { committed: counted }),
    Layer.succeed(OrderEntry, entryOf(entry)),
    Layer.succeed(MarketStatus, { get: Effect.sync(() => current) })
  )
  const runtime = ManagedRuntime.make(httpLayer({ port: 0, consoleFolder: "/nowhere", ...options }).pipe(Layer.provide(services)))
  const context = await runtime.context()
  const { address } = Context.get(context, HttpServer.HttpServer)
  if (!("port" in address)) throw new Error("the test server listens on no port")
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}`,
    publish: (events) => Effect.runPromise(PubSub.publish(pubsub, [{ position: position++, events }])).then(() => {}),
    entry,
    subscribers: () => subscribers,
    setStatus: (change) => {
      current = { ...current, ...change }
    },
    stop: () => runtime.dispose()
  }
}

/** What the status says unless a test says otherwise. */
export const testStatus: Status = {
  area: "hollow",
  community: "sunny-lane",
  profile: "embedded",
  speed: 60,
  marketTime: 1465986600,
  timeZone: "Europe/Vienna",
  stateHash: "a".repeat(32),
  chain: { state: "building", detail: "the chain is being built: 40 %" }
}
