import { fileURLToPath } from "node:url"
import type { Browser } from "playwright-core"
import { afterAll, beforeAll, expect, it } from "vitest"
import { answerWith, scriptedDevice, type Asked } from "../../adapters/modbus/test-support/scripted-device.ts"
import { localDayOf, offsetAt } from "../../engine/core/calendar/local-day.ts"
import type { DataQuality } from "../../engine/service/ports/driven/views.ts"
import { launchBrowser } from "./harness/browser.ts"
import { emptyFolder, spawnCommonwatt, type MarketProcess } from "./harness/market-process.ts"
import { endGateways, outsideHome } from "./harness/outside-home.ts"
import { writeDaysFrom } from "./harness/two-months.ts"
import { removeVillages, village, watch, type Village } from "./harness/village.ts"

/** Clocks that are wrong, from a meter's registers or a gateway's machine to what the operator of a running market sees. */
const ZONE = "Europe/Vienna"
const PERIOD = 900

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await endGateways()
  await removeVillages()
})

/** A market that runs so many periods at once and then stands still, open to everybody. */
const openMarket = async (one: Village, from: string, periods: number) => {
  const market: MarketProcess = watch(spawnCommonwatt(["start", "--world", one.worldFile, "--data", one.data, "--from", from, "--speed", "max", "--periods", String(periods), "--no-chain", "--port", "0"]))
  const consoleUrl = /http:\S+\d/.exec(await market.says(/console: http:\/\/127\.0\.0\.1:\d+/))![0]
  const doorUrl = /https:\S+\d/.exec(await market.says(/gateways: https:\/\/127\.0\.0\.1:\d+/))![0]
  return {
    consoleUrl,
    doorUrl,
    standsStill: () => market.says("delivery periods are done"),
    quality: async (day: string, meteringPoint: string): Promise<DataQuality> => {
      const answer = await fetch(`${consoleUrl}/api/data-quality?day=${day}`)
      return ((await answer.json()) as ReadonlyArray<DataQuality>).find((point) => point.meteringPoint === meteringPoint)!
    },
    stop: async () => {
      market.child.kill("SIGTERM")
      await market.ended
    }
  }
}

/** Words of a device's registers, by address; what stands nowhere is 0. */
const answering = (registers: () => ReadonlyMap<number, number>) => (asked: Asked): void => {
  const known = registers()
  asked.socket.write(answerWith(asked, Array.from({ length: asked.words }, (_, index) => known.get(asked.address + index) ?? 0)))
}
const at = (address: number, words: ReadonlyArray<number>) => words.map((word, index) => [address + index, word] as const)
const float32 = (value: number): ReadonlyArray<number> => {
  const view = new DataView(new ArrayBuffer(4))
  view.setFloat32(0, value)
  return [view.getUint16(0), view.getUint16(2)]
}

it("a meter's clock that is off is seen with its size, and its values are provisional; a meter without one is not doubted", async () => {
  const from = "2016-03-26"
  const [midnight, before] = [Date.UTC(2016, 2, 25, 23) / 1_000, 4]
  let [time, ahead] = [midnight + before * PERIOD, 40]
  const wattHours = (): number => 7_000_000 + ((time - midnight) / PERIOD) * 120
  // Schneider iEM3000, from the maker's manual: Wh from register 3204 (counted from 1) on, date and time from 1845 on.
  const schneider = await scriptedDevice(answering(() => {
    const shown = new Date((time + ahead + offsetAt(ZONE, time)) * 1_000)
    const clock = [shown.getUTCFullYear() - 2_000, (shown.getUTCMonth() + 1) * 256 + shown.getUTCDate(), shown.getUTCHours() * 256 + shown.getUTCMinutes(), shown.getUTCSeconds() * 1_000]
    return new Map([...at(3_205, [wattHours() >>> 16, wattHours() & 0xffff]), ...at(1_844, clock)])
  }))
  const eastron = await scriptedDevice(answering(() => new Map(at(72, float32(wattHours() / 1_000)))))
  const meters = [
    { meteringPoint: "AT00001", member: "member-00", profile: "schneider-iem3000", port: schneider.port },
    { meteringPoint: "AT00002", member: "member-01", profile: "eastron-sdm630", port: eastron.port }
  ]
  const home = outsideHome("home-drift")
  const one = village("drift", { change: (world) => Object.assign(world, { outsideGateways: [home.inWorld(meters)] }) })

  let market = await openMarket(one, from, before)
  await market.standsStill()
  const facts = await home.certify(one.data)
  home.configure(facts, market.doorUrl, "market", meters)
  let gateway = home.start()
  await expect.poll(async () => (await market.quality(from, "AT00001")).clockOffset, { timeout: 120_000 }).toEqual({ time, seconds: 40 })
  expect((await market.quality(from, "AT00002")).clockOffset).toBeNull()
  expect(gateway.said()).toContain("clock of AT00001: 40 s ahead")
  expect(await gateway.stop(), gateway.said()).toBe(0)
  await market.stop()

  time += PERIOD
  ahead = 55
  market = await openMarket(one, from, before + 1)
  home.configure(facts, market.doorUrl, "market", meters)
  await market.standsStill()
  gateway = home.start()
  try {
    await expect.poll(async () => (await market.quality(from, "AT00001")).clockOffset, { timeout: 120_000 }).toEqual({ time, seconds: 55 })
    await expect.poll(async () => (await market.quality(from, "AT00002")).periods.measured, { timeout: 120_000 }).toBe(1)
    const [drifting, right] = [await market.quality(from, "AT00001"), await market.quality(from, "AT00002")]
    expect(drifting.periods).toMatchObject({ provisional: 1, measured: 0 })
    expect(drifting.issues).toContainEqual(expect.objectContaining({ category: "flag", reason: "ClockDrift", count: 1 }))
    expect(right.issues.filter(({ reason }) => reason === "ClockDrift")).toEqual([])
    expect([...drifting.issues, ...right.issues].filter(({ category }) => category === "refused" || category === "clock")).toEqual([])

    const page = await browser.newPage()
    await page.goto(market.consoleUrl)
    const row = (point: string) => page.locator(`[data-testid="quality-row"][data-metering-point="${point}"]`)
    await row("AT00001").getByText("55 s ahead").waitFor({ timeout: 30_000 })
    expect(await row("AT00001").innerText()).toContain("value flagged: ClockDrift")
    expect(await row("AT00002").innerText()).not.toMatch(/ahead|behind|ClockDrift/)
    await page.close()
  } finally {
    expect(await gateway.stop(), gateway.said()).toBe(0)
    await market.stop()
    await schneider.close()
    await eastron.close()
  }
})

it("a gateway whose own clock runs away is seen while it does, with its size, and every reading that it dates is counted", async () => {
  const now = Date.now() / 1_000
  const today = localDayOf(ZONE, now)
  // A period more than has begun: what comes from a clock that is ahead lies within a period of market time.
  const periods = Math.ceil((now - today.start) / PERIOD) + 1
  const eastron = await scriptedDevice(answering(() => new Map(at(72, float32(7_000)))))
  const meters = [{ meteringPoint: "AT00001", member: "member-00", profile: "eastron-sdm630", port: eastron.port }]
  const home = outsideHome("home-ahead")
  const data = emptyFolder("ahead")
  const feeder = writeDaysFrom(data, "today.csv", today.start * 1_000)
  const one = village("ahead", { data, change: (world) => Object.assign(world, { outsideGateways: [home.inWorld(meters)], feeder }) })
  const market = await openMarket(one, today.name, periods)
  await market.standsStill()
  home.configure(await home.certify(one.data), market.doorUrl, "system", meters)
  const [ahead, gain] = [6, 0.5]
  const began = Date.now()
  const gateway = home.start([`--import=${fileURLToPath(new URL("harness/fast-clock.ts", import.meta.url))}`], { COMMONWATT_CLOCK_AHEAD: String(ahead), COMMONWATT_CLOCK_GAIN: String(gain) })
  const seen = async (): Promise<number> => (await market.quality(today.name, "AT00001")).clockOffset?.seconds ?? 0
  /** The most that the clock can be ahead by now; a second for what is rounded. */
  const most = (): number => ahead + ((Date.now() - began) / 1_000) * gain + 1
  try {
    await expect.poll(seen, { timeout: 120_000 }).toBeGreaterThanOrEqual(ahead)
    const first = await seen()
    expect(first).toBeLessThanOrEqual(most())
    await expect.poll(seen, { timeout: 120_000 }).toBeGreaterThanOrEqual(first + 4)
    expect(await seen()).toBeLessThanOrEqual(most())
    const { issues } = await market.quality(today.name, "AT00001")
    const doubted = issues.find(({ category }) => category === "clock")
    expect(doubted).toMatchObject({ category: "clock", reason: "unsynchronised" })
    expect(doubted!.count).toBeGreaterThan(1)
    expect(issues.filter(({ category }) => category === "refused")).toEqual([])
    expect(gateway.said()).toMatch(/clock: Doubted: this machine's clock is \d+ s ahead of the engine's/)
  } finally {
    expect(await gateway.stop(), gateway.said()).toBe(0)
    await market.stop()
    await eastron.close()
  }
  expect(gateway.said()).toMatch(/clock unsynchronised \(time server \w+, \d+ s from the engine's\)/)
})
