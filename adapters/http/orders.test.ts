import { createHash } from "node:crypto"
import { request } from "node:http"
import fc from "fast-check"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { memoryViews } from "./memory-views.ts"
import { startTestServer, type TestServer, testStatus } from "./test-server.ts"

let server: TestServer

beforeAll(async () => {
  server = await startTestServer(memoryViews([]), testStatus)
})
beforeEach(() => {
  Object.assign(server.entry, { refuse: undefined, away: false })
  server.entry.taken.length = 0
})
afterAll(() => server?.stop())

interface Answer {
  readonly _tag?: string
  readonly cause?: string
  readonly mend?: string
  readonly record?: string
  readonly follow?: string
}

const post = async (path: string, body: string, type = "application/json"): Promise<readonly [number, Answer]> => {
  const answer = await fetch(server.url + path, { method: "POST", headers: { "content-type": type }, body })
  return [answer.status, (await answer.json()) as Answer]
}
const get = async (path: string) => {
  const answer = await fetch(server.url + path)
  return [answer.status, await answer.json()] as const
}
const envelope = Buffer.from("an envelope's bytes")
const sent = JSON.stringify({ envelope: envelope.toString("base64") })

describe("handing over", () => {
  it.each([["/api/orders", "orders"], ["/api/preferences", "preferences"]])("%s takes the bytes as they are and says where their fate is found", async (path, kind) => {
    const record = createHash("sha256").update(envelope).digest("hex")
    expect(await post(path, sent)).toEqual([202, { record, follow: `/api/records/${record}` }])
    expect(server.entry.taken).toEqual([{ envelope: new Uint8Array(envelope), kind }])
    expect(await get(`/api/records/${record}`)).toEqual([200, { record, position: 0, verdict: "Accepted", refused: 0, outcomes: [] }])
  })

  it("names the reason of a refusal, and what to do", async () => {
    server.entry.refuse = "NonceUsed"
    expect(await post("/api/orders", sent)).toEqual([400, { _tag: "BadRequest", cause: "the envelope is refused: NonceUsed", mend: "sign anew" }])
  })

  it("says that the market takes nothing now, and nothing of its inside", async () => {
    server.entry.away = true
    expect(await post("/api/orders", sent)).toEqual([503, expect.objectContaining({ _tag: "Unavailable", cause: "the market takes no envelopes now" })])
    expect((await get("/api/orders/1"))[0]).toBe(503)
  })

  it.each([
    ["no JSON", "{", "application/json"],
    ["no object", "[]", "application/json"],
    ["no envelope", "{}", "application/json"],
    ["no text", '{"envelope":7}', "application/json"],
    ["no base64", '{"envelope":"****"}', "application/json"],
    ["half a base64", '{"envelope":"abc"}', "application/json"],
    ["a text longer than any envelope", JSON.stringify({ envelope: "A".repeat(131_076) }), "application/json"],
    ["nothing", "", "application/json"]
  ])("refuses %s", async (_, body, type) => {
    const [status, { mend }] = await post("/api/orders", body, type)
    expect([status, server.entry.taken]).toEqual([400, []])
    expect(mend).not.toBe("")
  })

  it("never takes what is not the base64 of something, whatever the body", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json(), fc.record({ envelope: fc.oneof(fc.string(), fc.jsonValue()) }).map((value) => JSON.stringify(value))), async (body) => {
        const [status] = await post("/api/orders", body)
        expect(status === 202 || status === 400).toBe(true)
      }),
      { numRuns: 100 }
    )
    for (const { envelope: bytes } of server.entry.taken) expect(bytes).toBeInstanceOf(Uint8Array)
  })

  it("does not read a body without end", async () => {
    const status = await new Promise<number | string>((resolve) => {
      const outgoing = request({ port: server.port, host: "127.0.0.1", path: "/api/orders", method: "POST", headers: { "content-type": "application/json", "content-length": String(64 * 1_024 * 1_024) } }, (answer) => {
        resolve(answer.resume().statusCode ?? 0)
        outgoing.destroy()
      })
      outgoing.on("error", (error) => resolve((error as NodeJS.ErrnoException).code ?? "error"))
      const chunk = Buffer.alloc(65_536, "A")
      const more = (): void => {
        while (!outgoing.destroyed && outgoing.write(chunk));
        if (!outgoing.destroyed) outgoing.once("drain", more)
      }
      more()
    })
    expect([400, 413, "ECONNRESET", "EPIPE"]).toContain(status)
    expect(server.entry.taken).toEqual([])
  })
})

describe("asking", () => {
  it("an order, with 64 bits of id as digits", async () => {
    expect(await get("/api/orders/1")).toEqual([200, expect.objectContaining({ orderId: 1, clientOrderId: "18446744073709551615", tradedWh: 2, closed: null })])
  })

  it("the books of a period, best prices and as many levels as asked for", async () => {
    expect(await get("/api/periods/900/book?levels=1")).toEqual([200, [{ period: 900, community: "sunny-lane", collects: false, bestBid: 3, bestAsk: null, bids: [{ price: 3, quantity: 7 }], asks: [] }]])
  })

  it.each([
    ["/api/orders/2", 404],
    ["/api/orders/0", 400],
    ["/api/orders/x", 400],
    ["/api/orders/1e400", 400],
    [`/api/records/${"0".repeat(64)}`, 404],
    ["/api/records/xyz", 400],
    ["/api/periods/x/book", 400],
    ["/api/periods/900/book?levels=0", 400],
    ["/api/periods/900/book?levels=101", 400],
    ["/api/periods/-1/book", 400]
  ])("%s is answered with %d and what to do", async (path, expected) => {
    const [status, body] = await get(path)
    expect(status).toBe(expected)
    expect((body as Answer).mend).not.toBe("")
    expect((body as Answer).cause).toBeDefined()
  })

  it("stands in the description of the API", async () => {
    const [, described] = await get("/openapi.json")
    expect(Object.keys((described as { paths: Record<string, unknown> }).paths)).toEqual(expect.arrayContaining(["/api/orders", "/api/preferences", "/api/records/{record}", "/api/orders/{orderId}", "/api/periods/{period}/book"]))
  })
})
