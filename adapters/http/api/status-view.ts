import { Schema } from "effect"
import type { Status } from "../../../engine/service/ports/driving/market-status.ts"

/** The status of the whole as JSON. */
export const StatusView = Schema.Struct({
  area: Schema.String,
  community: Schema.String,
  profile: Schema.String,
  speed: Schema.Union([Schema.Number, Schema.Literal("max")]),
  marketTime: Schema.Number,
  timeZone: Schema.String,
  stateHash: Schema.String,
  chain: Schema.Struct({ state: Schema.Literals(["running", "building", "absent"]), detail: Schema.String })
}) satisfies Schema.Codec<Status>
