import { resolve } from "node:path"
import { Context, Effect, Layer, Option } from "effect"
import type { Command } from "../../../engine/core/command.ts"
import type { Event } from "../../../engine/core/event.ts"
import { sealEnvelope } from "../../../engine/core/seal-envelope.ts"
import { decodeState, encodeState, type AreaState } from "../../../engine/core/state.ts"
import { step } from "../../../engine/core/step.ts"
import { recordHash } from "../../../engine/service/intake/check-record.ts"
import { Engine } from "../../../engine/service/intake/engine.ts"
import { recoverState } from "../../../engine/service/journal/recover.ts"
import { CommandLog } from "../../../engine/service/ports/driven/command-log.ts"
import { Journal } from "../../../engine/service/ports/driven/journal.ts"
import { kafkaLogLayer } from "../../kafka/kafka-log.ts"
import { embeddedLogLayer } from "../../timescale/embedded-log/embedded-log.ts"
import { journalLayer } from "../../timescale/journal/journal-layer.ts"
import { makePool } from "../../timescale/pool.ts"
import { vaultLayer } from "../../timescale/vault-layer.ts"
import { engineLayer, openDatabase } from "../start/compose.ts"
import { claimDataFolder, readBeginning } from "../start/data-folder.ts"
import { noChain } from "../start/late-chain.ts"
import { startParts } from "../start/parts.ts"
import { say } from "../start/terminal.ts"
import { UserError } from "../user-error.ts"
import { demoKeys } from "../world/demo-keys.ts"
import { loadWorld, type World } from "../world/world.ts"

/** What the operator may do to a data folder, whether its market runs or not. */
export interface OperatorSession {
  readonly world: World
  /** The state as the journal stands: to look at only. */
  readonly state: AreaState
  /** What records would come to, on a copy of the state: nothing is written. */
  readonly rehearse: (records: ReadonlyArray<ReadonlyArray<Command>>) => ReadonlyArray<Event>
  /** Signs and submits records, and waits for the engine's receipts; returns how many commands were refused. */
  readonly submit: (records: ReadonlyArray<ReadonlyArray<Command>>) => Effect.Effect<number, UserError>
}

/** Seconds that a running engine may take for a receipt. */
const PATIENCE = 30

/** Opens a data folder for the operator. Where the market runs, commands go to its log; where it rests, this process writes them itself. */
export const openOperatorSession = Effect.fn("openOperatorSession")(function* (folder: string, worldFile: string) {
  const data = resolve(folder)
  const { profile, worldHash } = yield* attempt(() => readBeginning(data))
  const world = yield* attempt(() => loadWorld(worldFile))
  if (world.hash !== worldHash) {
    return yield* Effect.fail(new UserError(`${data} was begun with another world than ${world.file}`, "name the world file of that start by --world FILE"))
  }
  const keys = demoKeys(world.seed)
  const claim = yield* Effect.acquireRelease(Effect.option(attempt(() => claimDataFolder(data))), (held) => Effect.sync(() => Option.isSome(held) && held.value()))
  const isOwner = Option.isSome(claim)
  const parts = yield* startParts(profile, data, { log: true, isVisitor: true })
  const signer = { ...keys.operator, algorithm: "ed25519" as const }
  const sealed = (records: ReadonlyArray<ReadonlyArray<Command>>) => records.map((commands) => sealEnvelope(signer, world.area, commands))
  const rehearseOn = (state: AreaState) => (records: ReadonlyArray<ReadonlyArray<Command>>) => {
    const copy = decodeState(encodeState(state))
    return records.flatMap((commands) => {
      const hash = recordHash(sealEnvelope(signer, world.area, commands))
      return step(copy, { position: copy.nextPosition, hash, verdict: "Accepted", signer: signer.publicKey, nonce: 0, commands })
    })
  }
  if (isOwner) {
    const { pool } = yield* openDatabase(parts.databaseUrl)
    const services = yield* Layer.build(engineLayer(pool, parts, world, keys, noChain("the operator's command needs no chain"))).pipe(Effect.mapError(asUserError))
    const engine = Context.get(services, Engine)
    const submit = (records: ReadonlyArray<ReadonlyArray<Command>>) =>
      engine.submit(sealed(records)).pipe(
        Effect.map((receipts) => receipts.reduce((sum, { receipt }) => sum + receipt.refused + (receipt.verdict === "Accepted" ? 0 : 1), 0)),
        Effect.mapError(asUserError)
      )
    return { world, state: engine.state, rehearse: (records) => rehearseOn(engine.state)(records), submit } satisfies OperatorSession as OperatorSession
  }
  say("  the market is running: commands go to its log")
  const pool = yield* Effect.acquireRelease(Effect.sync(() => makePool(parts.databaseUrl)), (one) => Effect.promise(() => one.end()))
  const log = parts.brokers === undefined ? embeddedLogLayer({ connectionString: parts.databaseUrl }) : kafkaLogLayer({ brokers: parts.brokers })
  const services = yield* Layer.build(Layer.mergeAll(log, journalLayer(pool).pipe(Layer.provideMerge(vaultLayer(pool, keys.vaultSecret))))).pipe(Effect.mapError(asUserError))
  const journal = Context.get(services, Journal)
  const head = yield* journal.head(world.area).pipe(Effect.mapError(asUserError))
  const { state } = yield* recoverState(world.area, head, () => undefined).pipe(Effect.provideContext(services), Effect.mapError(asUserError))
  const submit = Effect.fnUntraced(function* (records: ReadonlyArray<ReadonlyArray<Command>>) {
    const bytes = sealed(records)
    yield* Context.get(services, CommandLog).append(world.area, bytes)
    const hashes = bytes.map(recordHash)
    for (let waited = 0; waited < PATIENCE * 5; waited++) {
      const receipts = yield* journal.receipts(world.area, hashes)
      if (receipts.length === hashes.length) return receipts.reduce((sum, { verdict, refused }) => sum + refused + (verdict === "Accepted" ? 0 : 1), 0)
      yield* Effect.sleep("200 millis")
    }
    return yield* Effect.fail(new UserError(`the running engine gave no receipt within ${PATIENCE} s; the commands are in its log`, "see its terminal; the same command again changes nothing twice"))
  }, Effect.mapError(asUserError))
  return { world, state, rehearse: rehearseOn(state), submit } satisfies OperatorSession as OperatorSession
})

const attempt = <A>(work: () => A) => Effect.try({ try: work, catch: (cause) => (cause instanceof UserError ? cause : new UserError(String(cause), "see the line above")) })

const asUserError = (error: unknown): UserError =>
  error instanceof UserError ? error : new UserError(`the data folder does not answer (${(error as { _tag?: string })._tag ?? String(error)})`, "see whether the market runs on it and its disk is not full, then give the same command again")
