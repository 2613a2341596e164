import { Effect, Layer } from "effect"
import { EventFeed } from "../ports/driving/event-feed.ts"
import { Engine } from "./engine.ts"

/** What the engine committed, for whoever shows it. */
export const engineFeed: Layer.Layer<EventFeed, never, Engine> = Layer.effect(
  EventFeed,
  Effect.map(Engine, (engine) => EventFeed.of({ committed: engine.committed }))
)
