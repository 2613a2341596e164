import { join } from "node:path"
import { Effect, Layer } from "effect"
import type pg from "pg"
import { stateHash } from "../../../engine/core/state.ts"
import { Anchoring } from "../../../engine/service/anchoring/anchoring.ts"
import { Approver } from "../../../engine/service/anchoring/approver.ts"
import { isFaultOn } from "../../../engine/service/faults.ts"
import { Engine } from "../../../engine/service/intake/engine.ts"
import { orderEntry } from "../../../engine/service/intake/order-entry.ts"
import { OrderViews } from "../../../engine/service/ports/driven/order-views.ts"
import { engineFeed } from "../../../engine/service/intake/engine-feed.ts"
import { readingIntake } from "../../../engine/service/intake/reading-intake.ts"
import { Chain } from "../../../engine/service/ports/driven/chain.ts"
import { Views } from "../../../engine/service/ports/driven/views.ts"
import { MarketStatus } from "../../../engine/service/ports/driving/market-status.ts"
import { SettlementRuns } from "../../../engine/service/runs/settlement-runs.ts"
import { repositoryFolder } from "../../../infra/local/cache.ts"
import { adr036Signatures } from "../../cosmos/adr036.ts"
import { chainService } from "../../cosmos/chain-service.ts"
import { httpLayer } from "../../http/http-layer.ts"
import { kafkaLogLayer } from "../../kafka/kafka-log.ts"
import { embeddedLogLayer } from "../../timescale/embedded-log/embedded-log.ts"
import { journalLayer } from "../../timescale/journal/journal-layer.ts"
import { migrate } from "../../timescale/migrate.ts"
import { makePool } from "../../timescale/pool.ts"
import { vaultLayer } from "../../timescale/vault-layer.ts"
import { makeOrderViews } from "../../timescale/views/orders.ts"
import { makeViews } from "../../timescale/views/make-views.ts"
import { UserError } from "../user-error.ts"
import type { DemoKeys } from "../world/demo-keys.ts"
import type { World } from "../world/world.ts"
import type { LateChain } from "./late-chain.ts"
import type { StartOptions } from "./options.ts"
import type { Parts } from "./parts.ts"
import { sayProgress } from "./terminal.ts"

/** Milliseconds that the engine waits for a log that went away, before it ends with an explanation. */
const LOG_PATIENCE = 25_000

/** The database with an up-to-date schema. */
export const openDatabase = Effect.fn("openDatabase")(function* (databaseUrl: string) {
  const pool = yield* Effect.acquireRelease(Effect.sync(() => makePool(databaseUrl)), (one) => Effect.promise(() => one.end()))
  const partitioning = yield* Effect.tryPromise({
    try: () => migrate(pool),
    catch: (cause) => new UserError(`the database schema cannot be brought up to date (${String(cause)})`, "look into the database's log in the data folder")
  })
  return { pool, partitioning }
})

/** The engine and everything that stands around it, over a database and a log. */
export const engineLayer = (pool: pg.Pool, parts: Parts, world: World, keys: DemoKeys, chain: LateChain) => {
  const vault = vaultLayer(pool, keys.vaultSecret)
  const log = parts.brokers === undefined ? embeddedLogLayer({ connectionString: parts.databaseUrl, readerPatience: LOG_PATIENCE }) : kafkaLogLayer({ brokers: parts.brokers })
  const journal = journalLayer(pool, { checkOffset: !isFaultOn("skip-offset-check") }).pipe(Layer.provideMerge(vault))
  const engine = Engine.layer({
    area: world.area,
    operatorKey: keys.operator,
    onReplay: (position, of) => sayProgress("engine", `replaying the journal, record ${position} of ${of}`, position / of)
  }).pipe(Layer.provideMerge(Layer.mergeAll(journal, log, adr036Signatures)))
  return Layer.mergeAll(SettlementRuns.layer, Anchoring.layer, readingIntake(), engineFeed).pipe(
    Layer.provideMerge(Approver.layer(keys.approver)),
    Layer.provideMerge(engine),
    Layer.provideMerge(Layer.succeed(Chain, chainService(chain.client)))
  )
}

/** The console and API over the views, until the scope closes. */
export const openConsole = (pool: pg.Pool, options: StartOptions, world: World, speed: number | "max", chain: LateChain) => {
  const status = Layer.effect(
    MarketStatus,
    Effect.map(Engine, ({ state }) =>
      MarketStatus.of({
        get: Effect.sync(() => ({
          area: world.area,
          community: world.community,
          profile: options.profile,
          speed,
          marketTime: state.grid.marketTime,
          timeZone: world.timeZone,
          stateHash: stateHash(state),
          chain: chain.status()
        }))
      })
    )
  )
  const orders = orderEntry.pipe(Layer.provide(Layer.mergeAll(Layer.succeed(OrderViews, makeOrderViews(pool)), adr036Signatures)))
  return httpLayer({ port: options.port, consoleFolder: join(repositoryFolder, "dist", "console") }).pipe(
    Layer.provide(Layer.mergeAll(status, Layer.succeed(Views, makeViews(pool)), orders))
  )
}
