import { Effect } from "effect"
import type { ViewsUnavailable } from "../../engine/service/ports/driven/views.ts"
import { Unavailable } from "./api/problems.ts"

/** Answers with {@link Unavailable} where the views do not answer, and says so in the engine's output. */
export const orUnavailable = <A, E, R>(answer: Effect.Effect<A, E | ViewsUnavailable, R>) =>
  Effect.catchIf(
    answer,
    (error): error is ViewsUnavailable & (E | ViewsUnavailable) => (error as { readonly _tag?: string })._tag === "ViewsUnavailable",
    (error) =>
      Effect.andThen(
        Effect.logWarning("the views do not answer", error),
        new Unavailable({ cause: "the database does not answer", mend: "try again in a moment; the engine's output says more" })
      )
  )
