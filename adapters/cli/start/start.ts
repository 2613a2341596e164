import { join } from "node:path"
import { Effect, Layer, Schedule } from "effect"
import { PERIOD_SECONDS, timeToText } from "../../../engine/core/calendar/period.ts"
import { stateHash } from "../../../engine/core/state.ts"
import { Anchoring } from "../../../engine/service/anchoring/anchoring.ts"
import { Approver } from "../../../engine/service/anchoring/approver.ts"
import { Engine } from "../../../engine/service/intake/engine.ts"
import { engineFeed } from "../../../engine/service/intake/engine-feed.ts"
import { localUplink } from "../../../engine/service/intake/local-uplink.ts"
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
import { projectReadings } from "../../timescale/reading-projector.ts"
import { vaultLayer } from "../../timescale/vault-layer.ts"
import { makeViews } from "../../timescale/views/make-views.ts"
import { gatherFigures } from "../report/figures.ts"
import { UserError } from "../user-error.ts"
import { demoKeys, type DemoKeys } from "../world/demo-keys.ts"
import { foundingRecords } from "../world/found-world.ts"
import { loadWorld, type World } from "../world/world.ts"
import { claimDataFolder, dataFolder, openDataFolder } from "./data-folder.ts"
import { drain } from "./drain.ts"
import { live, lockstep, type Drive } from "./drive.ts"
import { startHomes } from "./homes.ts"
import { noChain, startLateChain, type LateChain } from "./late-chain.ts"
import { demoClock } from "./market-clock.ts"
import type { StartOptions } from "./options.ts"
import { startParts, type Parts } from "./parts.ts"
import { liveFrom, startTime } from "./start-time.ts"
import { say, sayProgress } from "./terminal.ts"

const demoWorld = join(repositoryFolder, "infra", "demo", "semiurb4.world.json")

/** `max` is lockstep; a number is market seconds per second. */
const readSpeed = (text: string): number | "max" => {
  if (text === "max") return text
  const speed = Number(text)
  if (speed > 0 && speed <= 3_600) return speed
  throw new UserError(`--speed ${text} is neither "max" nor a number up to 3600`, "60 lets a market minute pass in a second")
}

/** Everything that one start of the market is made of, before anything runs. */
const prepare = (options: StartOptions) =>
  Effect.try({
    try: () => {
      const world = loadWorld(options.world ?? demoWorld)
      const from = options.from ?? world.from
      const start = startTime(world, from)
      const speed = readSpeed(options.speed)
      if (options.exit && options.periods === undefined) throw new UserError("--exit needs to know when", "add --periods N")
      const data = dataFolder(options.data, options.profile, world, from)
      openDataFolder(data, { profile: options.profile, world: world.name, worldHash: world.hash, from })
      return { world, from, start, speed, data, keys: demoKeys(world.seed) }
    },
    catch: (cause) => (cause instanceof UserError ? cause : new UserError(String(cause), "this is a defect of ours: please report it"))
  })

/** Claims the folder for as long as the scope lives. */
const claim = (data: string) =>
  Effect.acquireRelease(
    Effect.try({ try: () => claimDataFolder(data), catch: (cause) => cause as UserError }),
    (release) => Effect.sync(release)
  )

/** The database with an up-to-date schema. */
const openDatabase = Effect.fn("openDatabase")(function* (databaseUrl: string) {
  const pool = yield* Effect.acquireRelease(Effect.sync(() => makePool(databaseUrl)), (one) => Effect.promise(() => one.end()))
  const partitioning = yield* Effect.tryPromise({
    try: () => migrate(pool),
    catch: (cause) => new UserError(`the database schema cannot be brought up to date (${String(cause)})`, "look into the database's log in the data folder")
  })
  return { pool, partitioning }
})

/** The engine and everything that stands around it, over a database and a log. */
const engineLayer = (pool: ReturnType<typeof makePool>, parts: Parts, world: World, keys: DemoKeys, chain: LateChain) => {
  const vault = vaultLayer(pool, keys.vaultSecret)
  const log = parts.brokers === undefined ? embeddedLogLayer({ connectionString: parts.databaseUrl }) : kafkaLogLayer({ brokers: parts.brokers })
  const journal = journalLayer(pool).pipe(Layer.provideMerge(vault))
  const engine = Engine.layer({
    area: world.area,
    operatorKey: keys.operator,
    onReplay: (position, of) => sayProgress("engine", `replaying the journal, record ${position} of ${of}`, position / of)
  }).pipe(Layer.provideMerge(Layer.mergeAll(journal, log, adr036Signatures)))
  return Layer.mergeAll(SettlementRuns.layer, Anchoring.layer, localUplink, engineFeed).pipe(
    Layer.provideMerge(Approver.layer(keys.approver)),
    Layer.provideMerge(engine),
    Layer.provideMerge(Layer.succeed(Chain, chainService(chain.client)))
  )
}

/** The console and API over the views, until the scope closes. */
const openConsole = (pool: ReturnType<typeof makePool>, options: StartOptions, world: World, speed: number | "max", chain: LateChain) => {
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
  return httpLayer({ port: options.port, consoleFolder: join(repositoryFolder, "dist", "console") }).pipe(
    Layer.provide(Layer.mergeAll(status, Layer.succeed(Views, makeViews(pool))))
  )
}

/** Appends the founding records once; a restart in the middle finds them journaled or appends the rest. */
const foundWorld = Effect.fn("foundWorld")(function* (world: World, keys: DemoKeys) {
  const engine = yield* Engine
  if (engine.state.grid.marketTime !== 0) return
  const receipts = yield* engine.submit(foundingRecords(world, keys))
  const refused = receipts.filter(({ receipt }) => receipt.verdict !== "Accepted" || receipt.refused > 0)
  if (refused.length === 0) return
  const mend = "see that feed-in <= sharing <= residual supply in its tariff, and that every value lies within its bounds"
  return yield* Effect.fail(new UserError(`${refused.length} founding records of the world were refused`, mend))
})

/** Anchors what waits, again and again, for as long as the scope lives. */
const followChain = Effect.gen(function* () {
  const anchoring = yield* Anchoring
  yield* anchoring.drain.pipe(
    Effect.tapError((error) => Effect.sync(() => error._tag === "ChainUnavailable" || sayProgress("anchoring", `${error._tag}: ${"message" in error ? error.message : ""}`))),
    Effect.ignore,
    Effect.repeat(Schedule.spaced("500 millis"))
  )
})

/** Fills the readings table behind the journal. */
const followReadings = (pool: ReturnType<typeof makePool>, area: string) =>
  Effect.tryPromise(() => projectReadings(pool, area)).pipe(Effect.ignore, Effect.repeat(Schedule.spaced("500 millis")))

/** Runs the market from its start, or from where it stood, until it is interrupted or has done its periods. */
export const start = Effect.fn("start")(function* (options: StartOptions) {
  const { world, from, start: startUtc, speed, data, keys } = yield* prepare(options)
  yield* claim(data)
  say(`Commonwatt, world ${world.name} from ${from}, profile ${options.profile}\n  data: ${data}`)
  const parts = yield* startParts(options.profile, data)
  const { pool } = yield* openDatabase(parts.databaseUrl)
  const chain = options.chain ? yield* startLateChain(data, world, keys) : noChain("the start was asked to do without a chain (--no-chain)")
  const services = yield* Layer.build(engineLayer(pool, parts, world, keys, chain))
  const market = Effect.gen(function* () {
    const engine = yield* Engine
    yield* foundWorld(world, keys)
    if (!options.exit) {
      yield* Layer.build(openConsole(pool, options, world, speed, chain))
      say(`  console: http://127.0.0.1:${options.port}`)
    }
    const { simulator, gateway } = yield* startHomes(data, world, keys, startUtc)
    const clock = yield* Layer.build(demoClock(simulator, Math.max(engine.state.grid.marketTime, startUtc)))
    const drive: Drive = { gateway, start: startUtc }
    yield* Effect.addFinalizer(() => drain(drive, chain))
    yield* Effect.forkScoped(followReadings(pool, world.area))
    if (options.chain) yield* Effect.forkScoped(followChain)
    const until = options.periods === undefined ? Number.POSITIVE_INFINITY : startUtc + options.periods * PERIOD_SECONDS
    yield* Effect.provideContext(run(drive, speed, until, world, from), clock)
    if (options.chain && options.exit) yield* awaitAnchors(chain)
    if (options.json) process.stdout.write(`${JSON.stringify(yield* figures(pool, world, chain, startUtc, until))}\n`)
    if (!options.exit) {
      say(`  ${options.periods} delivery periods are done; the console stays open. Ctrl-C ends.`)
      yield* Effect.never
    }
  })
  const engineStops = Effect.flatMap(Engine, ({ failure }) => failure)
  return yield* Effect.raceFirst(market, engineStops).pipe(Effect.provideContext(services))
})

/** A first live start catches up in lockstep to a time of day at which there is something to see. */
const run = Effect.fnUntraced(function* (drive: Drive, speed: number | "max", until: number, world: World, from: string) {
  if (speed === "max") return yield* lockstep(drive, until)
  yield* Effect.flatMap(SettlementRuns, ({ follow }) => follow).pipe(Effect.forkScoped)
  yield* lockstep(drive, Math.min(liveFrom(world, from), until))
  const { state } = yield* Engine
  if (state.grid.marketTime < until) say(`  live from ${timeToText(state.grid.marketTime)}, ${speed} market seconds a second`)
  yield* live(drive, speed, until)
})

const awaitAnchors = Effect.fnUntraced(function* (chain: LateChain) {
  const anchoring = yield* Anchoring
  const { state } = yield* Engine
  const isOpen = () => [...state.settlement.runs.values()].some((one) => one.state !== "anchored")
  const came = yield* chain.client.pipe(Effect.as(true), Effect.catch(() => Effect.succeed(false)))
  while (came && isOpen()) {
    yield* anchoring.drain.pipe(Effect.ignore)
    yield* Effect.sleep("200 millis")
  }
})

const figures = (pool: ReturnType<typeof makePool>, world: World, chain: LateChain, from: number, until: number) =>
  Effect.tryPromise({
    try: () => gatherFigures(pool, world, chain.status().state, from, until),
    catch: (cause) => new UserError(`the figures cannot be gathered (${String(cause)})`, "see whether the database runs, and start again")
  })
