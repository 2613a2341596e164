import { join } from "node:path"
import { Effect } from "effect"
import { receiptBytes, type SignedReceipt } from "../../../engine/core/receipt.ts"
import { verifyEd25519 } from "../../../engine/service/keys/ed25519.ts"
import { GatewayStore } from "../../modbus/gateway/gateway-store.ts"
import { makeGateway } from "../../modbus/gateway/gateway.ts"
import { StoreError } from "../../modbus/gateway/store-error.ts"
import { MeterPoller } from "../../modbus/poller/meter-poller.ts"
import { startSimulator } from "../../modbus/simulator/start-simulator.ts"
import type { DemoKeys } from "../world/demo-keys.ts"
import type { World } from "../world/world.ts"
import { UserError } from "../user-error.ts"
import { openGatewayDoor } from "./gateway-uplinks.ts"

/** Watts that carry so many Wh in a delivery period. */
const wattsOf = (capacityWh: number): number => capacityWh * 4

const openStore = (file: string): GatewayStore => {
  try {
    return new GatewayStore(file)
  } catch (cause) {
    throw cause instanceof StoreError ? new UserError(cause.message, cause.mend) : cause
  }
}

/** Starts the demo's homes: the simulator in its own process, and the gateway that reads its meters over Modbus/TCP. */
export const startHomes = Effect.fn("startHomes")(function* (data: string, world: World, keys: DemoKeys, startUtc: number, gatewayPort: number) {
  const points = world.members.flatMap((member) => member.meteringPoints)
  const simulator = yield* Effect.acquireRelease(
    Effect.tryPromise({
      try: () => startSimulator({ feederCsv: world.feederFile, startUtc, meters: points }),
      catch: (cause) => new UserError(`the meter simulator did not start (${(cause as Error).message})`, "see that the ports of 127.0.0.1 are not used up")
    }),
    (one) => Effect.promise(() => one.stop())
  )
  const devices = new Map(points.map((point) => [point.meteringPoint, point]))
  const poller = yield* Effect.acquireRelease(
    Effect.sync(() =>
      MeterPoller.create(
        simulator.endpoints.map(({ meteringPoint, host, port, unit }) => {
          const { device, direction } = devices.get(meteringPoint)!
          return { meteringPoint, profile: device, host, port, unit, direction }
        })
      )
    ),
    (one) => Effect.promise(() => one.close())
  )
  const places = new Map(simulator.endpoints.map(({ meteringPoint }, index) => [meteringPoint, index]))
  const store = yield* Effect.acquireRelease(
    Effect.try({ try: () => openStore(join(data, "gateway.sqlite")), catch: (cause) => cause as UserError }),
    (one) => Effect.sync(() => one.close())
  )
  const { uplinkOf } = yield* openGatewayDoor(data, world, keys, gatewayPort)
  const gateway = makeGateway({
    area: world.area,
    sites: world.members.map(({ member, meteringPoints }) => ({
      name: member,
      signer: keys.gatewayOf(member),
      uplink: uplinkOf(member),
      points: meteringPoints.map(({ meteringPoint, capacityWh }) => ({ meteringPoint, ratedWatts: wattsOf(capacityWh) }))
    })),
    store,
    read: (meteringPoint) => poller.poll(places.get(meteringPoint)!),
    // Lockstep awaits every receipt, so a batch holds what one poll brought.
    seal: { readings: 1, seconds: 0 },
    // Gateway and engine of a demo share one clock, the market's.
    clock: () => "synchronised",
    isFromEngine: ({ receipt, signature }: SignedReceipt) => verifyEd25519(keys.operator.publicKey, receiptBytes(receipt), signature)
  })
  return { simulator, gateway }
})
