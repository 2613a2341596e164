import { Effect, Queue, Schedule } from "effect"
import { fromHex } from "../../../engine/core/quantity/bytes.ts"
import { receiptBytes } from "../../../engine/core/receipt.ts"
import { verifyEd25519 } from "../../../engine/service/keys/ed25519.ts"
import { httpsUplink, type HttpsUplink } from "../../http/gateway/https-uplink.ts"
import { GatewayStore } from "../../modbus/gateway/gateway-store.ts"
import { makeGateway, type Gateway } from "../../modbus/gateway/gateway.ts"
import type { FlushError } from "../../modbus/gateway/hand-over.ts"
import { OwnClock } from "../../modbus/gateway/own-clock.ts"
import { StoreError } from "../../modbus/gateway/store-error.ts"
import { MeterPoller } from "../../modbus/poller/meter-poller.ts"
import type { ConnectFailed } from "../../modbus/client/errors.ts"
import { loadSerialPort } from "../../modbus/transport/serial-line.ts"
import { addressOf } from "../../modbus/transport/transport.ts"
import { say } from "../start/terminal.ts"
import { UserError } from "../user-error.ts"
import type { GatewayConfig } from "./config.ts"
import { clockReaders } from "./clock-readers.ts"
import { pollForever, type PollRounds } from "./poll-forever.ts"
import { explainFlush, Reporter } from "./report.ts"
import { watchTimeServer } from "./watch-time-server.ts"

const PRUNE_EVERY = "1 hour"
const STATUS_EVERY = "60 seconds"
/** How long a shutdown hands over before it leaves the rest to the next start. */
const LAST_FLUSH = "10 seconds"
const SLOWEST_RETRY = 60
const REFUSED_RETRY = 60
/** How long the engine's clock is waited for. */
const ENGINE_PATIENCE = "3 seconds"

const openStore = ({ store: file, storeMegabytes }: GatewayConfig) =>
  Effect.acquireRelease(
    Effect.try({
      try: () => new GatewayStore(file, { mostBytes: storeMegabytes === undefined ? undefined : storeMegabytes * 1_000_000 }),
      catch: (cause) => (cause instanceof StoreError ? new UserError(cause.message, cause.mend) : new UserError(`the store ${file} cannot be opened (${String(cause)})`, "see that its folder exists"))
    }),
    (store) => Effect.sync(() => store.close())
  )

const openPoller = ({ meters, answerTimeoutMs }: GatewayConfig, report: Reporter) =>
  Effect.acquireRelease(
    Effect.try({
      try: () => MeterPoller.create(
        meters.map(({ meteringPoint, profile, line, unit, direction }) => ({ ...line, meteringPoint, profile, unit, direction })),
        { ...(answerTimeoutMs === undefined ? {} : { answerTimeoutMs }), onSplit: (split) => report.split(split) }
      ),
      catch: (cause) => new UserError((cause as Error).message, "correct the meter in the configuration; `commonwatt meter profiles` lists the devices")
    }),
    (poller) => Effect.promise(() => poller.close())
  )

/** The metering point of the other direction behind the same device, by which swapped directions are seen. */
const oppositeOf = (meters: GatewayConfig["meters"], one: GatewayConfig["meters"][number]): string | undefined =>
  meters.find(({ line, unit, direction }) => addressOf(line) === addressOf(one.line) && unit === one.unit && direction !== one.direction)?.meteringPoint

/** A serial line needs a native package; without it the gateway says so at once instead of at every poll. */
const checkSerialPorts = ({ meters }: GatewayConfig) =>
  meters.some(({ line }) => line.transport === "rtu")
    ? Effect.tryPromise({
        try: loadSerialPort,
        catch: (cause) => new UserError(`the configuration names a serial port, and ${(cause as ConnectFailed).code}`, "in a clone run npm ci; beside the bundle run npm install @serialport/bindings-cpp@13.0.0 in the folder of commonwatt-gateway.mjs. Without it every other transport works, such as rtu-over-tcp through a serial server")
      })
    : Effect.void

/** Each member is a site; so is whoever stood in an earlier configuration and has readings in the store. */
const sitesOf = ({ meters, signer }: GatewayConfig, { uplink }: HttpsUplink, former: ReadonlyArray<string>) => {
  const members = Map.groupBy(meters, ({ member }) => member)
  return [...new Set([...members.keys(), ...former])].map((name) => ({
    name,
    signer,
    uplink,
    points: (members.get(name) ?? []).map((meter) => ({ meteringPoint: meter.meteringPoint, ratedWatts: meter.ratedWatts, opposite: oppositeOf(meters, meter) }))
  }))
}

/** Seconds until the next try: doubling, with jitter so that a street of gateways does not come back at one moment. */
const pauseAfter = (error: FlushError, failures: number): number => {
  if (error._tag === "UplinkRefused") return REFUSED_RETRY
  const growing = Math.min(SLOWEST_RETRY, 2 ** Math.min(failures, 6) / 2)
  return Math.max(error._tag === "UplinkUnavailable" ? (error.retryAfter ?? 0) : 0, growing * (0.5 + Math.random() / 2))
}

/** Hands over again and again; what fails waits in the store. */
const flushForever = (gateway: Gateway, polled: Queue.Dequeue<void>, report: Reporter, hearEngine: Effect.Effect<void>) => {
  let failures = 0
  return gateway.flush.pipe(
    Effect.matchEffect({
      onFailure: (error) => {
        failures++
        report.trouble("engine", explainFlush(error))
        const pause = Effect.sleep(pauseAfter(error, failures) * 1_000)
        // A refusal tells no time, and a clock that is wrong may be its cause.
        return error._tag === "UplinkRefused" ? Effect.andThen(hearEngine, pause) : pause
      },
      onSuccess: (sent) => {
        failures = 0
        if (sent > 0) report.delivered(sent)
        report.well("engine")
        report.unregistered(gateway.status().unregistered)
        return Queue.take(polled).pipe(Effect.timeoutOption("1 second"))
      }
    }),
    Effect.forever
  )
}

/** Runs a gateway until it is interrupted; then seals, hands over what it can, and closes its store. */
export const runGateway = Effect.fn("runGateway")(function* (config: GatewayConfig) {
  yield* checkSerialPorts(config)
  const store = yield* openStore(config)
  const report = new Reporter(config.meters.length)
  const poller = yield* openPoller(config, report)
  const link = yield* Effect.acquireRelease(Effect.sync(() => httpsUplink({ url: config.engine.url, ...config.pem })), ({ close }) => Effect.sync(close))
  const places = new Map(config.meters.map(({ meteringPoint }, index) => [meteringPoint, index]))
  const engineKey = fromHex(config.engine.publicKey)
  const ownClock = new OwnClock()
  const timeServer = yield* watchTimeServer
  const isSystem = config.clock === "system"
  const readers = clockReaders(poller, config)
  const gateway = makeGateway({
    area: config.area,
    sites: sitesOf(config, link, store.sites()),
    store,
    read: (meteringPoint) => poller.poll(places.get(meteringPoint)!),
    readClock: (meteringPoint, time) => readers.get(meteringPoint)?.(() => (isSystem ? ownClock.now() : time)) ?? Promise.resolve(undefined),
    seal: config.batch,
    clock: () => (isSystem ? ownClock.status(timeServer()) : "synchronised"),
    heardEngine: (time) => ownClock.heard(time),
    ownOffset: () => (isSystem ? ownClock.offset : undefined),
    isFromEngine: ({ receipt, signature }) => verifyEd25519(engineKey, receiptBytes(receipt), signature)
  })
  const line = (): string => report.line(gateway.status(), isSystem ? { offset: ownClock.offset, timeServer: timeServer() } : undefined)
  say(`Commonwatt gateway, area ${config.area}: ${config.meters.length} metering points, engine ${config.engine.url}\n  store: ${config.store}`)
  yield* gateway.prune.pipe(Effect.ignore, Effect.repeat(Schedule.spaced(PRUNE_EVERY)), Effect.forkScoped)
  yield* Effect.sync(() => say(line())).pipe(Effect.delay(STATUS_EVERY), Effect.forever, Effect.forkScoped)
  const polled = yield* Queue.sliding<void>(1)
  const hearEngine = link.time.pipe(Effect.map(({ time }) => ownClock.heard(time)), Effect.timeout(ENGINE_PATIENCE), Effect.ignore)
  if (isSystem) yield* hearEngine
  yield* flushForever(gateway, polled, report, hearEngine).pipe(Effect.forkScoped)
  yield* Effect.addFinalizer(() =>
    gateway.sealAll(Number.MAX_SAFE_INTEGER).pipe(
      Effect.andThen(gateway.flush),
      Effect.timeout(LAST_FLUSH),
      Effect.catchCause(() => Effect.void),
      Effect.andThen(Effect.sync(() => say(line())))
    )
  )
  const rounds: PollRounds = { gateway, polled, report, ownClock, timeServer, hearEngine, newest: () => store.newestTime(), marketTime: Effect.map(link.time, ({ marketTime }) => marketTime) }
  return yield* pollForever(config, rounds)
})
