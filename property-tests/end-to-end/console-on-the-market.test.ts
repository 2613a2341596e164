import { readFileSync } from "node:fs"
import { mkdir } from "node:fs/promises"
import { dirname, join } from "node:path"
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, expect, test } from "vitest"
import { removeData } from "../../infra/local/remove-data.ts"
import { launchBrowser } from "./harness/browser.ts"
import { withDatabase } from "./harness/database.ts"
import { emptyFolder, repository, settle, spawnCommonwatt, type MarketProcess } from "./harness/market-process.ts"

/** The console of a whole market: real meters, journal, chain and browser. COMMONWATT_RECORD=1 takes the README's picture anew. */
const picture = join(repository, process.env["COMMONWATT_RECORD"] === "1" ? "docs/images/console.png" : "dist/console-on-the-market.png")
const data = emptyFolder("console")
let market: MarketProcess
let browser: Browser
let page: Page

beforeAll(async () => {
  // A whole day and the next morning in lockstep, so that there is an anchored batch and the sun shines when it goes live.
  const figures = await settle(data, 96 + 48, ["--from", "2016-06-06"])
  expect(figures.anchored).toBe(1)
  market = spawnCommonwatt(["start", "--data", data, "--from", "2016-06-06", "--speed", "300", "--port", "0"])
  const [, url] = /console: (http:\S+)/.exec(await market.says(/console: http:\S+/))!
  browser = await launchBrowser()
  page = await browser.newPage({ viewport: { width: 1280, height: 1320 }, deviceScaleFactor: 1 })
  await market.says("live from")
  await page.goto(url!)
})

afterAll(async () => {
  await browser?.close()
  market?.interrupt()
  await market?.ended
  await Promise.all(["postgres", "chain"].map((part) => removeData(join(data, part))))
})

const tradeIds = (): Promise<ReadonlyArray<number>> =>
  page.getByTestId("trade-row").evaluateAll((rows) => rows.map((row) => Number(row.getAttribute("data-trade-id"))))

test("a trade on the page is in the journal, and a second arrives without a reload", async () => {
  await page.getByTestId("trade-row").first().waitFor()
  await page.evaluate("window.seen = true")
  const before = Math.max(...(await tradeIds()))
  const stored = await withDatabase(data, "embedded", (pool) => pool.query("select quantity, seller, buyer from trade where trade_id = $1", [before]))
  expect(stored.rows).toHaveLength(1)
  const row = page.locator(`[data-testid="trade-row"][data-trade-id="${before}"]`)
  const text = (await row.innerText()).replaceAll(/\s+/g, " ")
  expect(text).toContain(`${stored.rows[0].quantity.toLocaleString("en")} Wh`)
  expect(text).toContain(stored.rows[0].seller)
  expect(text).toContain(stored.rows[0].buyer)
  await expect.poll(async () => Math.max(...(await tradeIds())), { timeout: 60_000 }).toBeGreaterThan(before)
  expect(await page.evaluate("window.seen")).toBe(true)
})

test("an anchored batch opens, and the node confirms its transaction", async () => {
  const batch = page.locator('[data-testid="batch-row"][data-status="anchored"]').first()
  await batch.getByTestId("batch-toggle").click()
  const transaction = await page.getByTestId("transaction-hash").innerText()
  const { ports } = JSON.parse(readFileSync(join(data, "chain", "record.json"), "utf8")) as { ports: { rpc: number } }
  const answer = (await (await fetch(`http://127.0.0.1:${ports.rpc}/tx?hash=0x${transaction}`)).json()) as { result: { hash: string; tx_result: { code: number } } }
  expect(answer.result.hash.toLowerCase()).toBe(transaction.toLowerCase())
  expect(answer.result.tx_result.code).toBe(0)
  await batch.getByTestId("batch-toggle").click()
})

test("the picture for the README", async () => {
  await mkdir(dirname(picture), { recursive: true })
  await page.evaluate("window.scrollTo(0, 0)")
  await page.screenshot({ path: picture })
})
