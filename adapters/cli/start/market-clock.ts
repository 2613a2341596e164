import { Effect, Layer } from "effect"
import { ClockStopped, MarketClock } from "../../../engine/service/ports/driven/market-clock.ts"
import type { Simulator } from "../../modbus/simulator/start-simulator.ts"

/** Market time of the demo: kept here, and shown by the simulator's registers once `moveTo` returns. */
export const demoClock = (simulator: Simulator, start: number): Layer.Layer<MarketClock> =>
  Layer.sync(MarketClock, () => {
    let now = start
    return MarketClock.of({
      now: Effect.sync(() => now),
      moveTo: (time) =>
        Effect.tryPromise({
          try: async () => {
            await simulator.setTime(time)
            now = time
          },
          catch: (cause) => new ClockStopped({ cause })
        })
    })
  })
