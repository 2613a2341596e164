import { Effect } from "effect"
import { UserError } from "./user-error.ts"

/** A UserError stays a failure of the command; anything else is a defect of ours. */
export const onlyUserErrors = <A, R>(effect: Effect.Effect<A, unknown, R>): Effect.Effect<A, UserError, R> =>
  Effect.catch(effect, (cause) => (cause instanceof UserError ? Effect.fail(cause) : Effect.die(cause)))
