import { createPrivateKey, generateKeyPairSync } from "node:crypto"
import { Agent, request } from "node:https"
import { connect } from "node:tls"
import { Context, Effect, Layer, ManagedRuntime } from "effect"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { RECEIPT_DOMAIN, type UplinkAnswer } from "../../../engine/core/receipt.ts"
import { BatchRefused, LARGEST_BATCH, ReadingIntake } from "../../../engine/service/ports/driving/reading-intake.ts"
import { makeAuthority, openAuthority, type Authority } from "./certificates.ts"
import { gatewayServer, GatewayServer } from "./gateway-server.ts"
import { httpsUplink } from "./https-uplink.ts"

const secret = new Uint8Array(32).fill(5)
const batch = Uint8Array.of(1, 2, 3)
const answer: UplinkAnswer = {
  receipt: { receipt: { domain: RECEIPT_DOMAIN, area: "a1", position: 7, recordHash: new Uint8Array(32), verdict: "Accepted", refused: 0 }, signature: new Uint8Array(64) },
  refill: [{ reading: 0, from: 3, to: 4 }],
  engineTime: 1
}
/** What the intake was handed, and what it answers. */
const taken: Array<{ readonly batch: Uint8Array; readonly presenter: Uint8Array | undefined }> = []
let refusal: BatchRefused | undefined
const intake = ReadingIntake.of({
  submit: (bytes, presenter) =>
    Effect.suspend(() => {
      taken.push({ batch: bytes, presenter })
      return refusal === undefined ? Effect.succeed(answer) : Effect.fail(refusal)
    }),
  marketTime: Effect.succeed(900)
})

let authority: Authority
let home: { readonly certificate: string; readonly key: string }
let url = ""
let runtime: ManagedRuntime.ManagedRuntime<GatewayServer, unknown>

beforeAll(async () => {
  authority = await openAuthority(await makeAuthority("a1"))
  home = await authority.forGateway(secret, "home")
  runtime = ManagedRuntime.make(gatewayServer({ port: 0, authority: authority.certificate, ...(await authority.forEngine(["127.0.0.1"])) }).pipe(Layer.provide(Layer.succeed(ReadingIntake, intake))))
  url = `https://127.0.0.1:${Context.get(await runtime.context(), GatewayServer).port}`
})
afterAll(() => runtime.dispose())

interface Sent {
  readonly method?: string
  readonly path?: string
  readonly headers?: Record<string, string | number>
  readonly body?: Uint8Array
  /** Bytes after which the connection is cut. */
  readonly cut?: boolean
}
const send = ({ method = "POST", path = "/gateway/batches", headers = { "content-type": "application/octet-stream" }, body = batch, cut = false }: Sent, identity = home): Promise<{ readonly status: number; readonly tag: string }> =>
  new Promise((resolve, reject) => {
    const agent = new Agent({ ca: authority.certificate, cert: identity.certificate, key: identity.key })
    const outgoing = request(new URL(path, url), { agent, method, headers }, (incoming) => {
      let text = ""
      incoming.setEncoding("latin1").on("data", (part: string) => (text += part)).on("end", () => resolve({ status: incoming.statusCode!, tag: incoming.headers["content-type"] === "application/json" ? String((JSON.parse(text) as { _tag?: string })._tag) : "" }))
    })
    outgoing.on("error", reject)
    if (cut) outgoing.write(body, () => outgoing.destroy())
    else outgoing.end(body)
  })
const uplinkOf = (identity: { readonly certificate: string; readonly key: string }, ca = authority.certificate) => httpsUplink({ url, authority: ca, ...identity, patience: 5_000 })
const submit = (identity = home, ca = authority.certificate) => {
  const { uplink, close } = uplinkOf(identity, ca)
  return Effect.runPromise(Effect.result(uplink.submit(batch))).finally(close)
}

describe("a gateway with its certificate", () => {
  test("hands over a batch under the key of its certificate, and gets the answer", async () => {
    expect(await submit()).toMatchObject({ _tag: "Success", success: answer })
    const key = createPrivateKey(home.key)
    const { presenter, batch: handed } = taken.at(-1)!
    expect(handed).toEqual(Buffer.from(batch))
    const raw = Buffer.from(key.export({ format: "jwk" }).x!, "base64url")
    expect(presenter).toEqual(new Uint8Array(raw))
  })

  test("asks for market time and for the clock of the engine's machine", async () => {
    const { time, close } = uplinkOf(home)
    const found = await Effect.runPromise(time).finally(close)
    expect(found.marketTime).toBe(900)
    expect(Math.abs(found.time - Date.now() / 1_000)).toBeLessThan(60)
  })

  test("hears which of its readings are meant", async () => {
    refusal = new BatchRefused({ name: "UnknownGateway", reason: "because", mend: "thus", places: [0, 3] })
    try {
      expect(await submit()).toMatchObject({ _tag: "Failure", failure: { _tag: "UplinkRefused", name: "UnknownGateway", places: [0, 3] } })
    } finally {
      refusal = undefined
    }
  })

  test.each([
    ["AheadOfMarket", 409, "UplinkRefused"],
    ["ForeignKey", 403, "UplinkRefused"],
    ["Malformed", 400, "UplinkRefused"],
    ["TooFast", 429, "UplinkUnavailable"],
    ["EngineAway", 503, "UplinkUnavailable"]
  ] as const)("hears %s by name, and whether it passes", async (name, status, tag) => {
    refusal = new BatchRefused({ name, reason: "because", mend: "thus", retryAfter: 3 })
    try {
      expect(await send({})).toEqual({ status, tag: name })
      const result = await submit()
      expect(result).toMatchObject({ _tag: "Failure", failure: { _tag: tag } })
      if (tag === "UplinkUnavailable") expect(result).toMatchObject({ failure: { retryAfter: 3 } })
    } finally {
      refusal = undefined
    }
  })
})

describe("hostile bytes get a named answer and reach nobody", () => {
  test.each([
    ["another content type", { headers: { "content-type": "application/json" } }, 415, "WrongContentType"],
    ["another method", { method: "PUT" }, 405, "WrongMethod"],
    ["another path", { path: "/gateway/commands" }, 404, "NotFound"],
    ["a path out of the room", { path: "/../../etc/passwd" }, 404, "NotFound"],
    ["too much, announced", { headers: { "content-type": "application/octet-stream", "content-length": LARGEST_BATCH + 1 }, body: new Uint8Array(LARGEST_BATCH + 1) }, 413, "TooLarge"],
    ["too much, in pieces", { headers: { "content-type": "application/octet-stream", "transfer-encoding": "chunked" }, body: new Uint8Array(LARGEST_BATCH + 70_000) }, 413, "TooLarge"]
  ] as const)("%s", async (_, sent, status, tag) => {
    const before = taken.length
    // A client that is still writing when the answer comes may see the connection break instead.
    const seen = await send(sent).catch((error: NodeJS.ErrnoException) => ({ status: 413, tag: ["EPIPE", "ECONNRESET"].includes(error.code ?? "") ? "TooLarge" : String(error) }))
    expect(seen).toEqual({ status, tag })
    expect(taken.length).toBe(before)
  })

  test("a body that breaks off", async () => {
    const before = taken.length
    await expect(send({ headers: { "content-type": "application/octet-stream", "content-length": 100 }, cut: true })).rejects.toThrow()
    expect((await send({})).status).toBe(200)
    expect(taken.length).toBe(before + 1)
  })

  test("bytes that are no TLS, and TLS that is no HTTP, end the connection; the server goes on", async () => {
    const port = Number(new URL(url).port)
    const { connect: plain } = await import("node:net")
    await new Promise<void>((resolve) => plain(port, "127.0.0.1").on("error", () => undefined).on("close", () => resolve()).end("GET / HTTP/1.1\r\n\r\n"))
    await new Promise<void>((resolve) => {
      const socket = connect({ port, host: "127.0.0.1", ca: authority.certificate, cert: home.certificate, key: home.key }, () => socket.write("\u0000\u0001 no request\r\n\r\n"))
      socket.on("error", () => undefined).on("close", () => resolve()).resume()
    })
    expect((await send({})).status).toBe(200)
  })
})

describe("nobody gets in without a certificate of the area", () => {
  test("no certificate, another authority's, another key's", async () => {
    const count = taken.length
    const stranger = await (await openAuthority(await makeAuthority("a1"))).forGateway(secret, "home")
    for (const identity of [{ certificate: "", key: "" }, stranger]) expect(await submit(identity)).toMatchObject({ _tag: "Failure", failure: { _tag: "UplinkUnavailable" } })
    expect(taken.length).toBe(count)
  })

  test("a certificate over a key of another kind is no gateway's", async () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
    await expect(authority.forRequest(String(privateKey.export({ format: "pem", type: "pkcs8" })))).rejects.toThrow()
  })

  test("and a gateway speaks to no engine of another authority", async () => {
    const other = await openAuthority(await makeAuthority("a1"))
    expect(await submit(home, other.certificate)).toMatchObject({ _tag: "Failure", failure: { _tag: "UplinkUnavailable" } })
  })
})
