import { join } from "node:path"
import { Context, Effect, Layer } from "effect"
import { HttpServer } from "effect/http"
import type pg from "pg"
import { PERIOD_SECONDS, timeToText } from "../../../engine/core/calendar/period.ts"
import { Engine } from "../../../engine/service/intake/engine.ts"
import { SettlementRuns } from "../../../engine/service/runs/settlement-runs.ts"
import { repositoryFolder } from "../../../infra/local/cache.ts"
import { gatherFigures } from "../report/figures.ts"
import { UserError } from "../user-error.ts"
import { demoKeys, type DemoKeys } from "../world/demo-keys.ts"
import { foundingRecords } from "../world/found-world.ts"
import { loadWorld, type World } from "../world/world.ts"
import { engineLayer, openConsole, openDatabase } from "./compose.ts"
import { claimDataFolder, dataFolder, openDataFolder } from "./data-folder.ts"
import { drain } from "./drain.ts"
import { live, lockstep, type Drive } from "./drive.ts"
import { awaitAnchors, followChain, followEvents, followReadings } from "./follow.ts"
import { startHomes } from "./homes.ts"
import { noChain, startLateChain, type LateChain } from "./late-chain.ts"
import { demoClock } from "./market-clock.ts"
import type { StartOptions } from "./options.ts"
import { startParts } from "./parts.ts"
import { liveFrom, startTime } from "./start-time.ts"
import { say } from "./terminal.ts"

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
      const console = yield* Layer.build(openConsole(pool, options, world, speed, chain))
      const { address } = Context.get(console, HttpServer.HttpServer)
      say(`  console: http://127.0.0.1:${"port" in address ? address.port : options.port}`)
    }
    const { simulator, gateway } = yield* startHomes(data, world, keys, startUtc, options.gatewayPort)
    const clock = yield* Layer.build(demoClock(simulator, Math.max(engine.state.grid.marketTime, startUtc)))
    const drive: Drive = { gateway, start: startUtc }
    yield* Effect.addFinalizer(() => drain(drive, chain))
    yield* Effect.forkScoped(followReadings(pool, world.area))
    if (parts.brokers !== undefined) yield* Effect.forkScoped(followEvents(pool, world.area, parts.brokers))
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

const figures = (pool: pg.Pool, world: World, chain: LateChain, from: number, until: number) =>
  Effect.tryPromise({
    try: () => gatherFigures(pool, world, chain.status().state, from, until),
    catch: (cause) => new UserError(`the figures cannot be gathered (${String(cause)})`, "see whether the database runs, and start again")
  })
