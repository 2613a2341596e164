import { Context, Schema, type Effect } from "effect"

/** Somebody who needs market time is not there any more: the demo's meters, for one. */
export class ClockStopped extends Schema.TaggedError<ClockStopped>()("ClockStopped", { cause: Schema.Defect() }) {}

/** Market time for simulator, gateway and ticker alike (design, decision 3). */
export class MarketClock extends Context.Service<
  MarketClock,
  {
    /** Market time in seconds. */
    readonly now: Effect.Effect<number>
    /** Moves it for everybody; returns when everybody has it. */
    readonly moveTo: (time: number) => Effect.Effect<void, ClockStopped>
  }
>()("engine/service/MarketClock") {}
