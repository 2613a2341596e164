import { Effect, Layer } from "effect"
import { Uplink, UplinkUnavailable } from "../ports/driven/uplink.ts"
import { Engine } from "./engine.ts"

/** The uplink of a gateway that lives in the engine's own process: the same records, the same receipts, no network. */
export const localUplink: Layer.Layer<Uplink, never, Engine> = Layer.effect(
  Uplink,
  Effect.map(Engine, (engine) =>
    Uplink.of({ submit: (batches) => Effect.mapError(engine.submit(batches), (cause) => new UplinkUnavailable({ cause })) })
  )
)
