import { resolve } from "node:path"
import { Effect, Layer } from "effect"
import { journalLayer } from "../../timescale/journal/journal-layer.ts"
import { makePool } from "../../timescale/pool.ts"
import { vaultLayer } from "../../timescale/vault-layer.ts"
import type { UserError } from "../user-error.ts"
import { readBeginning } from "./data-folder.ts"
import { startParts } from "./parts.ts"

/** Opens the journal of a data folder to look at, whether its market runs or rests; what ran before runs on. A UserError names what is no data folder. */
export const visitJournal = Effect.fn("visitJournal")(function* (folder: string) {
  const data = resolve(folder)
  const { profile } = yield* Effect.try({ try: () => readBeginning(data), catch: (cause) => cause as UserError })
  const parts = yield* startParts(profile, data, { log: false, isVisitor: true })
  const pool = yield* Effect.acquireRelease(Effect.sync(() => makePool(parts.databaseUrl)), (one) => Effect.promise(() => one.end()))
  const layer = journalLayer(pool).pipe(Layer.provideMerge(vaultLayer(pool, new Uint8Array(32))))
  return { pool, layer }
})
