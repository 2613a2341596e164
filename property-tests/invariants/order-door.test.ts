import { Context, Effect, Layer, ManagedRuntime, Stream } from "effect"
import { HttpServer } from "effect/http"
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest"
import { adr036Signatures, adr036Wallet } from "../../adapters/cosmos/adr036.ts"
import { httpLayer } from "../../adapters/http/http-layer.ts"
import { memoryViews } from "../../adapters/http/memory-views.ts"
import { testStatus } from "../../adapters/http/test-server.ts"
import type { Command } from "../../engine/core/command.ts"
import { sealEnvelope } from "../../engine/core/seal-envelope.ts"
import { Engine } from "../../engine/service/intake/engine.ts"
import { orderEntryBy } from "../../engine/service/intake/order-entry.ts"
import { OrderViews } from "../../engine/service/ports/driven/order-views.ts"
import { Views } from "../../engine/service/ports/driven/views.ts"
import { EventFeed } from "../../engine/service/ports/driving/event-feed.ts"
import { MarketStatus } from "../../engine/service/ports/driving/market-status.ts"
import { open, send } from "../arbitraries/play.ts"
import { fromOperator } from "../arbitraries/record.ts"
import { smallWorld } from "../arbitraries/world.ts"

// The door for orders from the socket to the log: HTTP, signatures, the market's own state. Only the log and the clock are the test's.

const [dora, emil, stranger] = [1, 2, 3].map((byte) => adr036Wallet(new Uint8Array(32).fill(byte))) as unknown as [Wallet, Wallet, Wallet]
type Wallet = ReturnType<typeof adr036Wallet>
const play = open(smallWorld())
for (const [member, { publicKey }] of [["dora", dora], ["emil", emil]] as const) send(play, fromOperator({ kind: "AdmitMember", member, community: "sun", walletKey: publicKey }))

const appended: Array<Uint8Array> = []
let now = 1_000_000
let url = ""
let runtime: ManagedRuntime.ManagedRuntime<HttpServer.HttpServer, unknown>

beforeAll(async () => {
  const engine = {
    area: "area",
    isJournaled: () => Effect.succeed(false),
    whenSettled: <A>(read: (state: typeof play.state) => A) => Effect.sync(() => read(play.state)),
    hasStopped: Effect.succeed(false),
    append: (bytes: Uint8Array) => Effect.sync(() => void appended.push(bytes))
  } as unknown as Engine["Service"]
  const door = orderEntryBy(() => now).pipe(Layer.provide(Layer.mergeAll(Layer.succeed(Engine, engine), Layer.succeed(OrderViews, {} as OrderViews["Service"]), adr036Signatures)))
  const services = Layer.mergeAll(door, Layer.succeed(Views, memoryViews([])), Layer.succeed(EventFeed, { committed: Stream.never }), Layer.succeed(MarketStatus, { get: Effect.succeed(testStatus) }))
  runtime = ManagedRuntime.make(httpLayer({ port: 0, consoleFolder: "/nowhere" }).pipe(Layer.provide(services)))
  const { address } = Context.get(await runtime.context(), HttpServer.HttpServer)
  url = `http://127.0.0.1:${(address as { readonly port: number }).port}`
})
afterAll(() => runtime?.dispose())
beforeEach(() => {
  appended.length = 0
  now += 1_000
})

let nonce = 0
const seal = (wallet: Wallet, commands: number, kind: Command = { kind: "CancelAllOrders" }): Uint8Array => sealEnvelope(wallet, "area", Array.from({ length: commands }, () => kind), ++nonce)
const post = async (envelope: Uint8Array, path = "/api/orders") => {
  const answer = await fetch(url + path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ envelope: Buffer.from(envelope).toString("base64") }) })
  return { status: answer.status, retryAfter: answer.headers.get("retry-after"), body: (await answer.json()) as unknown }
}
const statuses = async (wallet: Wallet, count: number): Promise<Array<number>> => {
  const seen: Array<number> = []
  for (let sent = 0; sent < count; sent++) seen.push((await post(seal(wallet, 1))).status)
  return seen
}

it("a wallet sends 50 commands a second; the next is answered 429 with Retry-After and is not appended", async () => {
  expect(await statuses(dora, 50)).toEqual(Array.from({ length: 50 }, () => 202))
  const late = seal(dora, 1)
  expect(await post(late)).toEqual({ status: 429, retryAfter: "1", body: { _tag: "TooManyRequests", cause: "this wallet sends more than 50 commands a second", mend: "send the same bytes again in 1 s" } })
  expect(appended).toHaveLength(50)
  now += 1
  expect((await post(late)).status).toBe(202)
  expect(await statuses(dora, 50)).toEqual([...Array.from({ length: 49 }, () => 202), 429])
})

it("an envelope counts by its commands, preferences as well, and the largest one is taken from a full bucket and waited for after", async () => {
  expect((await post(seal(dora, 256))).status).toBe(202)
  const preference = seal(dora, 1, { kind: "SetPreference", meteringPoint: "ada-roof", limitPrice: 1_000, neighbours: [], keepPercent: 0 })
  // 206 are owed: 207 tokens at 50 a second are 4.14 s.
  expect(await post(preference, "/api/preferences")).toMatchObject({ status: 429, retryAfter: "5" })
  now += 4
  expect(await post(preference, "/api/preferences")).toMatchObject({ status: 429, retryAfter: "1" })
  now += 1
  expect((await post(preference, "/api/preferences")).status).toBe(202)
})

it("nobody uses up what is another's: other wallets go on, and what is refused takes nothing", async () => {
  expect((await post(seal(dora, 50))).status).toBe(202)
  expect((await post(seal(dora, 1))).status).toBe(429)
  const forged = sealEnvelope({ ...stranger, publicKey: emil.publicKey }, "area", Array.from({ length: 50 }, () => ({ kind: "CancelAllOrders" }) as const), ++nonce)
  expect((await post(forged)).status).toBe(400)
  expect((await post(seal(stranger, 50))).status).toBe(400)
  expect((await post(seal(emil, 50))).status).toBe(202)
})

it("the description of the API says that an order may be answered 429", async () => {
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as { readonly paths: Readonly<Record<string, { readonly post: { readonly responses: Readonly<Record<string, unknown>> } }>> }
  for (const path of ["/api/orders", "/api/preferences"]) expect(Object.keys(paths[path]!.post.responses)).toContain("429")
})
