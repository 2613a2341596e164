import { chmodSync, mkdirSync, writeFileSync } from "node:fs"
import { rm } from "node:fs/promises"
import { createHash } from "node:crypto"
import { join } from "node:path"
import { Effect, Exit, Layer, ManagedRuntime, Scope, Stream } from "effect"
import { engineLayer, openDatabase } from "../../../adapters/cli/start/compose.ts"
import { ensureAuthority } from "../../../adapters/cli/start/gateway-authority.ts"
import { noChain } from "../../../adapters/cli/start/late-chain.ts"
import { demoKeys } from "../../../adapters/cli/world/demo-keys.ts"
import { foundingRecords } from "../../../adapters/cli/world/found-world.ts"
import { loadWorld } from "../../../adapters/cli/world/world.ts"
import { gatewayServer, GatewayServer } from "../../../adapters/http/gateway/gateway-server.ts"
import { startSimulator } from "../../../adapters/modbus/simulator/start-simulator.ts"
import type { Event } from "../../../engine/core/event.ts"
import { toHex } from "../../../engine/core/quantity/bytes.ts"
import { Engine } from "../../../engine/service/intake/engine.ts"
import { keyPairOf } from "../../../engine/service/keys/ed25519.ts"
import { startEmbeddedPostgres } from "../../../infra/local/embedded-postgres.ts"
import { removeDataFolder } from "./data-folder.ts"
import { emptyFolder } from "./market-process.ts"
import { startRelay, type RelayFault } from "./faulty-relay.ts"
import { deriveWorld, from, worldAndTimes } from "./worlds.ts"

const DEVICES = ["eastron-sdm630", "schneider-iem3000", "carlo-gavazzi-em24"]
const MEMBERS_OF = 20
const LOADS = 58

export interface LabOptions {
  readonly meters: number
  readonly fault: () => RelayFault
  readonly pollSeconds?: number
  readonly clock?: "market" | "system"
  readonly batch?: { readonly readings: number; readonly seconds: number }
}

/** A real engine with its gateways' door, simulated meters behind faulty wires, and a configuration for `commonwatt gateway`. */
export const openLab = async ({ meters, fault, pollSeconds = 1, clock = "market", batch = { readings: 96, seconds: 0 } }: LabOptions) => {
  const folder = emptyFolder("gateway-lab")
  chmodSync(folder, 0o755)
  const worldFile = deriveWorld(folder, (world) => {
    world.members = Array.from({ length: Math.ceil(meters / MEMBERS_OF) }, (_, member) => ({
      member: `member-${member}`,
      depositCents: 100,
      meteringPoints: Array.from({ length: Math.min(MEMBERS_OF, meters - member * MEMBERS_OF) }, (__, index) => {
        const place = member * MEMBERS_OF + index
        return { meteringPoint: `p-${place}`, column: `load${place % LOADS}`, direction: "withdrawal", device: DEVICES[place % DEVICES.length]!, initialWh: 1_000_000 + place * 1_000, capacityWh: 27_500, limitPrice: 266_000 }
      })
    }))
  })
  const { world, start } = worldAndTimes(worldFile, from)
  const secret = new Uint8Array(createHash("sha256").update("the lab's gateway").digest())
  const derived = demoKeys(world.seed)
  const keys = { ...derived, gatewayOf: () => ({ ...keyPairOf(secret), algorithm: "ed25519" as const }) }
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, "postgres") })

  const authority = await ensureAuthority(folder, { area: world.area, publicKey: toHex(keys.operator.publicKey) })
  const identity = await authority.forEngine(["127.0.0.1"])
  const scope = await Effect.runPromise(Scope.make())
  const { pool } = await Effect.runPromise(openDatabase(postgres.url).pipe(Scope.provide(scope)))
  const engineLayers = engineLayer(pool, { databaseUrl: postgres.url, brokers: undefined }, loadWorld(worldFile), keys, noChain("none in the lab"))
  const door = gatewayServer({ port: 0, authority: authority.certificate, ...identity })
  const runtime = ManagedRuntime.make(door.pipe(Layer.provideMerge(engineLayers)))
  const engine = await runtime.runPromise(Effect.gen(function* () { return yield* Engine }))
  const { port } = await runtime.runPromise(Effect.gen(function* () { return yield* GatewayServer }))

  /** Every event about readings, after its commit. */
  const events: Array<Event> = []
  const listeners = new Set<() => void>()
  runtime.runFork(Stream.runForEach(engine.committed, (records) => Effect.sync(() => {
    for (const record of records) events.push(...record.events)
    for (const listener of listeners) listener()
  })))
  const founding = foundingRecords(world, keys).slice(0, 1 + world.members.length)
  await runtime.runPromise(engine.submit(founding))

  const simulator = await startSimulator({ feederCsv: world.feederFile, startUtc: start, meters: world.members.flatMap(({ meteringPoints }) => meteringPoints) })
  const relays = await Promise.all(simulator.endpoints.map(({ port: target }) => startRelay(target, fault)))
  const home = join(folder, "home")
  mkdirSync(home)
  const own = await authority.forGateway(secret, "lab")
  writeFileSync(join(home, "gateway.pem"), own.certificate)
  writeFileSync(join(home, "gateway.key"), own.key, { mode: 0o600 })
  writeFileSync(join(home, "authority.pem"), authority.certificate)
  const config = join(home, "gateway.json")
  writeFileSync(config, JSON.stringify({
    area: world.area,
    engine: { url: `https://127.0.0.1:${port}`, authority: "authority.pem", publicKey: toHex(keys.operator.publicKey) },
    certificate: "gateway.pem", key: "gateway.key", store: "gateway.sqlite", pollSeconds, batch, clock,
    // Devices of the lab answer in milliseconds: an answer that the wire swallowed need not be waited for as long as a slow meter's.
    answerTimeoutMs: 300,
    meters: world.members.flatMap(({ member, meteringPoints }) => meteringPoints.map(({ meteringPoint, device, direction, capacityWh }) => {
      const place = simulator.endpoints.findIndex((one) => one.meteringPoint === meteringPoint)
      return { meteringPoint, member, direction, profile: device, host: "127.0.0.1", port: relays[place]!.port, unit: simulator.endpoints[place]!.unit, ratedWatts: capacityWh * 4 }
    }))
  }, null, 2))

  return {
    folder, home, config, start, engine, events, url: `https://127.0.0.1:${port}`, authority, simulator,
    /** Market time moves: every meter shows it, the engine has the tick. */
    moveTo: async (time: number) => {
      await simulator.setTime(time)
      const { receipt } = await runtime.runPromise(engine.issue([{ kind: "Tick", area: world.area, time }]))
      if (receipt.refused > 0) throw new Error(`the tick to ${time} was refused`)
    },
    /** Resolves once `met` holds, looking after every commit; rejects after `seconds`. */
    until: (met: () => boolean, seconds: number) =>
      new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => end(reject)(new Error(`nothing for ${seconds} s; ${events.length} events`)), seconds * 1_000)
        const end = <A extends Array<unknown>>(done: (...values: A) => void) => (...values: A): void => {
          clearTimeout(timer)
          listeners.delete(look)
          done(...values)
        }
        const look = (): void => {
          if (met()) end(resolve)()
        }
        listeners.add(look)
        look()
      }),
    close: async () => {
      for (const { stop } of relays) stop()
      await simulator.stop()
      await runtime.dispose()
      await Effect.runPromise(Scope.close(scope, Exit.void))
      await postgres.stop()
      await removeDataFolder(folder)
      await rm(folder, { recursive: true, force: true })
    }
  }
}
export type Lab = Awaited<ReturnType<typeof openLab>>
