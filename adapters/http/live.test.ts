import { afterEach, describe, expect, it } from "vitest"
import type { Event } from "../../engine/core/event.ts"
import type { Trade } from "../../engine/service/ports/driven/views.ts"
import { memoryViews, someTrade } from "./memory-views.ts"
import { readEvents, type SseReader } from "./sse-client.ts"
import { startTestServer, type TestServer, testStatus } from "./test-server.ts"

let server: TestServer
const readers: Array<SseReader> = []

afterEach(async () => {
  for (const reader of readers.splice(0)) reader.leave()
  await server.stop()
})

const made: ReadonlyArray<Event> = [
  { kind: "TradeMade", trade: { tradeId: 0, period: 0, community: "", buyOrder: 0, sellOrder: 0, buyPoint: "", sellPoint: "", buyer: "", seller: "", price: 0, quantity: 0 } }
]
const open = async (query = "", headers: Record<string, string> = {}): Promise<SseReader> => {
  const reader = await readEvents(`${server.url}/api/events${query}`, headers)
  readers.push(reader)
  return reader
}
const until = async (holds: () => boolean): Promise<void> => {
  for (let waited = 0; !holds(); waited += 10) {
    if (waited > 5_000) throw new Error("waited five seconds in vain")
    await new Promise((later) => setTimeout(later, 10))
  }
}
const upTo = (count: number): Array<Trade> => Array.from({ length: count }, (_, index) => someTrade(index + 1))

describe("/api/events", () => {
  it("begins now, and sends a trade as it happens with its id", async () => {
    const trades = upTo(2)
    server = await startTestServer(memoryViews(trades), testStatus)
    const reader = await open("", { "accept-encoding": "br, gzip" })
    expect(reader.headers["content-encoding"]).toBeUndefined()
    expect(reader.headers["content-type"]).toContain("text/event-stream")
    await until(() => server.subscribers() === 2)
    trades.push(someTrade(3))
    await server.publish(made)
    expect(await reader.trades(1)).toEqual([3])
    expect(JSON.parse(reader.events.find(({ event }) => event === "trade")!.data!)).toEqual(someTrade(3))
  })

  it("resumes behind Last-Event-ID without a gap or a repetition", async () => {
    const trades = upTo(1_000)
    server = await startTestServer(memoryViews(trades), testStatus)
    const first = await open("?after=0")
    await first.trades(600)
    first.leave()
    trades.push(...upTo(1_010).slice(1_000))
    const second = await open("", { "last-event-id": "600" })
    await until(() => server.subscribers() === 2)
    trades.push(someTrade(1_011))
    await server.publish(made)
    const expected = Array.from({ length: 411 }, (_, index) => 601 + index)
    expect(await second.trades(411)).toEqual(expected)
    await new Promise((later) => setTimeout(later, 1_200))
    expect(await second.trades(411)).toEqual(expected)
  })

  it("sends a trade that woke nobody within a second or two", async () => {
    const trades = upTo(1)
    server = await startTestServer(memoryViews(trades), testStatus)
    const reader = await open()
    await until(() => server.subscribers() === 2)
    trades.push(someTrade(2))
    expect(await reader.trades(1)).toEqual([2])
  })

  it("beats twice a second with the status", async () => {
    server = await startTestServer(memoryViews([]), testStatus)
    const reader = await open()
    await until(() => reader.events.length > 0)
    server.setStatus({ marketTime: 1_465_990_000 })
    await until(() => reader.events.some(({ event, data }) => event === "status" && JSON.parse(data!).marketTime === 1_465_990_000))
  })

  it("says when delivery periods or batches changed", async () => {
    server = await startTestServer(memoryViews([]), testStatus)
    const reader = await open()
    await until(() => server.subscribers() === 2)
    await server.publish([{ kind: "DeliveryClosed", community: "c", period: 0, injectedWh: 0, withdrawnWh: 0, tradedWh: 0, sharedWh: 0 }])
    await until(() => reader.events.some(({ event }) => event === "changed"))
    expect(reader.events.filter(({ event }) => event === "trade")).toEqual([])
  })

  it("frees what a reader held when the reader leaves", async () => {
    server = await startTestServer(memoryViews([]), testStatus)
    const many = await Promise.all(Array.from({ length: 10 }, () => open()))
    await until(() => server.subscribers() === 20)
    for (const reader of many) reader.leave()
    await until(() => server.subscribers() === 0)
  })

  it("ends the stream when the views are away, and answers 503 until they are back", async () => {
    const state = { away: false }
    server = await startTestServer(memoryViews(upTo(1), state), testStatus)
    const reader = await open()
    await until(() => reader.events.length > 0)
    state.away = true
    await reader.ended
    expect(reader.events.some(({ event }) => event?.includes("failure"))).toBe(false)
    const refused = await open()
    expect(refused.status).toBe(503)
    await refused.ended
  })

  it("refuses an id that is no trade's", async () => {
    server = await startTestServer(memoryViews([]), testStatus)
    expect((await open("?after=-1")).status).toBe(400)
    expect((await open("", { "last-event-id": "x" })).status).toBe(400)
  })
})
