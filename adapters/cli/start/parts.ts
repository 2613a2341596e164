import { join } from "node:path"
import { Effect } from "effect"
import { startEmbeddedPostgres } from "../../../infra/local/embedded-postgres.ts"
import { startKafka } from "../../../infra/local/kafka.ts"
import type { RunningPart } from "../../../infra/local/part.ts"
import { startTimescale } from "../../../infra/local/timescale.ts"
import { UserError } from "../user-error.ts"
import type { StartOptions } from "./options.ts"
import { say, sayProgress } from "./terminal.ts"

/** Where the started parts are reached. */
export interface Parts {
  readonly databaseUrl: string
  /** Brokers of Kafka; undefined where the embedded log serves. */
  readonly brokers: ReadonlyArray<string> | undefined
}

const progress = ({ part, text, fraction }: { readonly part: string; readonly text: string; readonly fraction?: number }) => sayProgress(part, text, fraction)

/** Starts a part and stops it when the scope closes, or leaves it as a visitor found it; a part that cannot run is an error for people. */
export const acquirePart = <P extends RunningPart>(start: () => Promise<P>, isVisitor = false) =>
  Effect.acquireRelease(
    Effect.tryPromise({
      try: start,
      catch: (cause) =>
        cause instanceof Error && "mend" in cause
          ? new UserError(`${(cause as { part?: string }).part ?? "a part"}: ${String(cause.cause)}`, String(cause.mend))
          : new UserError(`a part did not start (${String(cause)})`, "see the lines above")
    }),
    (part) =>
      Effect.promise(async () => {
        if (isVisitor && part.adopted) return
        say(`  stopping ${part.name}`)
        await part.stop().catch((error: unknown) => say(`  ${part.name} did not stop: ${String(error)}`))
      })
  )

/** Which parts are wanted. */
export interface WantedParts {
  readonly log: boolean
  /** True for a program that only looks: what ran before it runs on after it. */
  readonly isVisitor: boolean
}

/** Starts the database, and Kafka in the full profile. Both are stopped in the reverse order. */
export const startParts = Effect.fn("startParts")(function* (
  profile: StartOptions["profile"],
  data: string,
  { log, isVisitor }: WantedParts = { log: true, isVisitor: false }
) {
  const options = (name: string) => ({ dataDir: join(data, name), progress })
  if (profile === "embedded") {
    const postgres = yield* acquirePart(() => startEmbeddedPostgres(options("postgres")), isVisitor)
    return { databaseUrl: postgres.url, brokers: undefined } satisfies Parts
  }
  const kafka = log ? acquirePart(() => startKafka(options("kafka")), isVisitor) : Effect.succeed(undefined)
  const [postgres, broker] = yield* Effect.all([acquirePart(() => startTimescale(options("timescale")), isVisitor), kafka], { concurrency: 2 })
  return { databaseUrl: postgres.url, brokers: broker?.brokers } satisfies Parts
})
