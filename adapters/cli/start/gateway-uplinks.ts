import { Context, Effect, Layer } from "effect"
import { toHex } from "../../../engine/core/quantity/bytes.ts"
import { gatewayServer, GatewayServer } from "../../http/gateway/gateway-server.ts"
import { httpsUplink } from "../../http/gateway/https-uplink.ts"
import type { DemoKeys } from "../world/demo-keys.ts"
import type { World } from "../world/world.ts"
import { UserError } from "../user-error.ts"
import { ensureAuthority } from "./gateway-authority.ts"
import { say } from "./terminal.ts"

/** Names under which gateways of this machine reach the engine. */
const HOSTS = ["127.0.0.1", "localhost"]

/** Opens the gateways' door on loopback, and gives each home of the world its own certified way through it. */
export const openGatewayDoor = Effect.fn("openGatewayDoor")(function* (data: string, world: World, keys: DemoKeys, port: number) {
  const authority = yield* Effect.tryPromise({ try: () => ensureAuthority(data, { area: world.area, publicKey: toHex(keys.operator.publicKey) }), catch: (cause) => asUserError(cause) })
  const engine = yield* Effect.promise(() => authority.forEngine(HOSTS))
  const context = yield* Layer.build(gatewayServer({ port, authority: authority.certificate, ...engine })).pipe(
    Effect.mapError(({ message }) => new UserError(message, "choose another one with --gateway-port"))
  )
  const url = `https://127.0.0.1:${Context.get(context, GatewayServer).port}`
  say(`  gateways: ${url}`)
  const homes = yield* Effect.acquireRelease(
    Effect.promise(() =>
      Promise.all(world.members.map(async ({ member }) => {
        const identity = await authority.forGateway(keys.gatewaySecretOf(member), member)
        return [member, httpsUplink({ url, authority: authority.certificate, ...identity })] as const
      }))
    ),
    (all) => Effect.sync(() => all.forEach(([, { close }]) => close()))
  )
  const uplinks = new Map(homes)
  return { url, uplinkOf: (member: string) => uplinks.get(member)!.uplink }
})

const asUserError = (cause: unknown): UserError =>
  cause instanceof UserError ? cause : new UserError(`the gateways' authority cannot be made (${String(cause)})`, "see that the data folder is writable")
