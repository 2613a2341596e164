import { mkdtemp, rm } from "node:fs/promises"
import { type AddressInfo, connect, createServer, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type pg from "pg"
import type { Browser, Page } from "playwright-core"
import { build } from "vite"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { startTestServer, type TestServer, testStatus } from "../../adapters/http/test-server.ts"
import { migrate } from "../../adapters/timescale/migrate.ts"
import { makePool } from "../../adapters/timescale/pool.ts"
import { fillCorrection, fillFixture, hash, insertTrade, P0, P2 } from "../../adapters/timescale/views/fixture.ts"
import { makeViews } from "../../adapters/timescale/views/make-views.ts"
import type { Event } from "../../engine/core/event.ts"
import { startEmbeddedPostgres } from "../../infra/local/embedded-postgres.ts"
import { launchBrowser } from "./harness/browser.ts"

/** The console in a real Chromium, over the real HTTP layer and a real database. */
let folder: string
let database: Awaited<ReturnType<typeof startEmbeddedPostgres>>
let pool: pg.Pool
let server: TestServer
let browser: Browser
let page: Page
let problems: Array<string>
let trades = 3
/** Where the page may ask. */
const hosts = new Set<string>()

const startServer = (port = 0): Promise<TestServer> =>
  startTestServer(makeViews(pool), testStatus, { port, consoleFolder: join(folder, "console") })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "commonwatt-browser-"))
  const configFile = fileURLToPath(new URL("../../adapters/console/vite.config.ts", import.meta.url))
  await build({ configFile, logLevel: "error", build: { outDir: join(folder, "console") } })
  database = await startEmbeddedPostgres({ dataDir: join(folder, "postgres") })
  pool = makePool(database.url, 4)
  pool.on("connect", (client) => client.on("error", () => {}))
  await migrate(pool)
  await fillFixture(pool)
  server = await startServer()
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
  await pool?.end()
  await database?.stop()
  await rm(folder, { recursive: true, force: true })
})

beforeEach(async () => {
  problems = []
  hosts.add(`127.0.0.1:${server.port}`)
  page = await browser.newPage()
  page.on("pageerror", (error) => problems.push(error.message))
  page.on("request", (request) => {
    if (!hosts.has(new URL(request.url()).host)) problems.push(`asked elsewhere: ${request.url()}`)
  })
  await page.goto(server.url)
  await page.locator('[data-testid="stream-status"][data-state="live"]').waitFor()
  // A reload would forget this.
  await page.evaluate("window.seen = true")
})

afterEach(async () => {
  expect(await page.evaluate("window.seen")).toBe(true)
  expect(problems).toEqual([])
  await page.close()
})

const newTrade = async (): Promise<number> => {
  const id = ++trades
  await insertTrade(pool, { id, period: P2, buyer: "m-3", quantity: 40, price: 121_500 })
  return id
}
const trade = { tradeId: 0, period: 0, community: "", buyOrder: 0, sellOrder: 0, buyPoint: "", sellPoint: "", buyer: "", seller: "", price: 0, quantity: 0 }
const made: ReadonlyArray<Event> = [{ kind: "TradeMade", trade }]
const row = (id: number) => page.locator(`[data-testid="trade-row"][data-trade-id="${id}"]`)
const tradeIds = (): Promise<Array<number>> => page.locator('[data-testid="trade-row"]').evaluateAll((rows) => rows.map((one) => Number(one.getAttribute("data-trade-id"))))
const newestFirst = (count: number): Array<number> => Array.from({ length: count }, (_, index) => count - index)

describe("console", { timeout: 60_000 }, () => {
  it("says where and when we are and what flows", async () => {
    expect(await page.getByTestId("area").innerText()).toBe("hollow")
    expect(await page.getByTestId("market-time").innerText()).toBe("Wed, 15 Jun 2016, 12:30")
    expect(await page.getByTestId("chain-status").getAttribute("data-state")).toBe("building")
    await page.getByTestId("power-injected").getByText("4.2 kW").waitFor()
    expect(await page.getByTestId("power-withdrawn").innerText()).toBe("1.6 kW")
    server.setStatus({ marketTime: P2 + 60 })
    await page.getByTestId("market-time").getByText("12:31").waitFor()
    server.setStatus({ marketTime: P2 })
  })

  it("shows a trade as it happens, without a reload", async () => {
    expect(await tradeIds()).toEqual(newestFirst(trades))
    const id = await newTrade()
    await server.publish(made)
    await row(id).waitFor({ timeout: 15_000 })
    expect(await row(id).locator("td").allInnerTexts()).toEqual(["12:15", "m-1", "m-3", "12:30\u201312:45", "40 Wh", "12.15 ct/kWh", "0.0049 EUR"])
  })

  it("says that the stream broke, and resumes without a gap", async () => {
    const { port } = server
    await server.stop()
    await page.locator('[data-testid="stream-status"][data-state="stale"]').waitFor({ timeout: 15_000 })
    await newTrade()
    const last = await newTrade()
    server = await startServer(port)
    await row(last).waitFor({ timeout: 15_000 })
    expect(await tradeIds()).toEqual(newestFirst(last))
    await page.locator('[data-testid="stream-status"][data-state="live"]').waitFor()
  })

  it("notices a stream that goes silent without ending", async () => {
    const sockets: Array<Socket> = []
    const between = createServer((near) => {
      const far = connect(server.port, "127.0.0.1")
      for (const socket of [near, far]) sockets.push(socket.on("error", () => {}))
      near.pipe(far).pipe(near)
    })
    await new Promise<void>((ready) => between.listen(0, "127.0.0.1", ready))
    hosts.add(`127.0.0.1:${(between.address() as AddressInfo).port}`)
    await page.goto(`http://127.0.0.1:${(between.address() as AddressInfo).port}`)
    await page.evaluate("window.seen = true")
    await page.locator('[data-testid="stream-status"][data-state="live"]').waitFor()
    for (const socket of sockets) socket.unpipe().pause()
    await page.locator('[data-testid="stream-status"][data-state="stale"]').waitFor()
    const id = await newTrade()
    await row(id).waitFor({ timeout: 15_000 })
    await page.locator('[data-testid="stream-status"][data-state="live"]').waitFor()
    for (const socket of sockets) socket.destroy()
    between.close()
  })

  it("opens a batch by keyboard: hashes, transaction and public rows", async () => {
    const batch = page.locator('[data-testid="batch-row"][data-batch-id="sunny-lane/2016-06-13/1"]')
    expect(await batch.getByTestId("batch-status").innerText()).toBe("anchored")
    await batch.getByTestId("batch-toggle").press("Enter")
    expect(await page.getByTestId("transaction-hash").innerText()).toBe(hash(0xab).toString("hex"))
    await page.getByTestId("public-row").nth(1).waitFor()
    expect(await page.getByTestId("public-row").nth(0).locator("th, td").allInnerTexts()).toEqual(["12:00\u201312:15", "900 Wh", "900 Wh", "900 Wh", "0 Wh", "11.70 ct/kWh", "fewer than 5"])
    await batch.getByTestId("batch-toggle").press("Enter")
    await page.getByTestId("batch-detail").waitFor({ state: "detached" })
    await pool.query("update batch set status = 'anchored', height = 2000, transaction = $1 where settlement_period = '2016-06-14'", [hash(0xcd)])
    await server.publish([{ kind: "BatchAnchored", community: "sunny-lane", settlementPeriod: "2016-06-14", version: 1, transaction: hash(0xcd), height: 2000 }])
    await page.locator('[data-batch-id="sunny-lane/2016-06-14/1"][data-status="anchored"]').waitFor({ timeout: 15_000 })
  })

  it("shows of a correction which values changed, by whom and why, and what it moved", async () => {
    await fillCorrection(pool)
    await server.publish([{ kind: "DeliveryClosed", community: "sunny-lane", period: 0, injectedWh: 0, withdrawnWh: 0, tradedWh: 0, sharedWh: 0 }])
    const batch = page.locator('[data-testid="batch-row"][data-batch-id="sunny-lane/2016-06-13/2"]')
    await batch.getByTestId("batch-toggle").click({ timeout: 15_000 })
    await page.getByTestId("changed-value").waitFor()
    expect(await page.getByTestId("changed-value").locator("th, td").allInnerTexts()).toEqual(["W-2", "12:00\u201312:15", "300 Wh, measured", "100 Wh, substitute", "operator, erika, read at the meter"])
    expect(await page.getByTestId("moved").locator("th, td").allInnerTexts()).toEqual(["m-2", "0.04 EUR", "0.01 EUR"])
    await batch.getByTestId("batch-toggle").click()
  })

  it("shows a member's quarter hours as bars and figures", async () => {
    await page.getByTestId("member-picker").selectOption("m-2")
    const point = page.locator('[data-metering-point="W-2"]')
    await point.locator("summary").click()
    const first = point.locator(`[data-testid="interval-row"][data-period="${P0}"]`)
    expect(await first.locator("th, td").allInnerTexts()).toEqual(["12:00\u201312:15", "400 Wh", "measured", "2", "300 Wh", "300 Wh", "100 Wh", "0 Wh"])
    expect(await point.locator("svg rect.traded").evaluateAll((bars) => bars.filter((bar) => Number(bar.getAttribute("height")) > 0).length)).toBe(1)
    // A refreshed answer leaves the table open.
    await server.publish([{ kind: "DeliveryClosed", community: "sunny-lane", period: 0, injectedWh: 0, withdrawnWh: 0, tradedWh: 0, sharedWh: 0 }])
    await page.waitForResponse((answer) => answer.url().includes("/intervals"))
    await page.waitForTimeout(200)
    expect(await first.isVisible()).toBe(true)
  })

  it("fits a phone and a dark room", async () => {
    await page.setViewportSize({ width: 360, height: 800 })
    await page.emulateMedia({ colorScheme: "dark" })
    const { wide, background } = (await page.evaluate(
      "({ wide: document.documentElement.scrollWidth - innerWidth, background: getComputedStyle(document.body).backgroundColor })"
    )) as { wide: number; background: string }
    expect(wide).toBeLessThanOrEqual(0)
    expect(background).toBe("rgb(18, 22, 20)")
  })
})
