import { Context, type Effect } from "effect"

/** Market time for simulator, gateway and ticker alike (design, decision 3). */
export class MarketClock extends Context.Service<
  MarketClock,
  {
    /** Market time in seconds. */
    readonly now: Effect.Effect<number>
    /** Moves it for everybody; returns when everybody has it. */
    readonly moveTo: (time: number) => Effect.Effect<void>
  }
>()("engine/service/MarketClock") {}
