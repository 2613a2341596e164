/** Every fault as the gateway meets it: what is refused, what is seen, and what cannot be seen in one frame. */
import { afterEach, describe, expect, it } from "vitest"
import { ModbusConnection } from "../client/modbus-connection.ts"
import { loadProfile } from "../profiles/load-profile.ts"
import { readMeter, type MeterReading } from "../poller/read-meter.ts"
import { parseFault } from "./fault.ts"
import { startDevices, type RunningDevices } from "./start-devices.ts"

const open: { close?(): unknown; stop?(): unknown }[] = []
afterEach(async () => { for (const one of open.splice(0).reverse()) await (one.close?.() ?? one.stop?.()) })

const start = async (faults: readonly string[], change: { readonly now?: () => number; readonly profile?: string; readonly seed?: number } = {}): Promise<RunningDevices> => {
  const { profile = "carlo-gavazzi-em24", ...rest } = change
  const devices = await startDevices({ shows: { profile: loadProfile(profile) }, faults: faults.map(parseFault), now: () => 0, ...rest })
  open.push(devices)
  return devices
}

const read = (devices: RunningDevices, profile = "carlo-gavazzi-em24"): Promise<MeterReading> => {
  const connection = new ModbusConnection({ host: devices.host, port: devices.ports[0]!, answerTimeoutMs: 150 })
  open.push(connection)
  return readMeter(connection.forUnit(1), loadProfile(profile), "withdrawal")
}
const outcome = (devices: RunningDevices, profile?: string): Promise<number | string> =>
  read(devices, profile).then(({ registerWh }) => registerWh, (error: Error & { reason?: string }) => error.reason ?? error.name)

// Seed 1,000 of quantities.ts: 12,345,678 + 1,009,000 Wh, shown in hundreds of Wh.
const right = 13_354_600

describe("a fault", () => {
  it.each([
    ["drop", "AnswerTimeout"],
    ["delay=400", "AnswerTimeout"],
    ["close", "Closed"],
    ["exception=4", "DeviceException"],
    ["stray", "WrongAnswer"],
    ["short", "WrongAnswer"],
    ["wrong-unit", "WrongAnswer"],
    ["wrong-transaction", "WrongAnswer"],
    ["nan", "not implemented"],
    ["ones", "negative"], // int32: all ones is -1
    ["zero", 0],
    ["torn", right + 65_536 * 100], // one high word too many, in tenths of a kWh
    ["swap", 2_844_600], // the export counter: 2,345,671 + 499,000 Wh
    ["delay=1", right],
    ["drop@0", right],
    ["drop-absent", right], // what is read is there
    ["close-absent", right]
  ])("%s is met as %s", async (fault, expected) => {
    expect(await outcome(await start([fault]))).toBe(expected)
  })

  it("leaves registers standing still, for as long as it says", async () => {
    let time = 0
    const devices = await start(["stale=3600"], { now: () => time, profile: "schneider-iem3000" })
    const first = await outcome(devices, "schneider-iem3000")
    time = 3_599_000
    expect(await outcome(devices, "schneider-iem3000")).toBe(first)
    const moving = await start([], { now: () => time, profile: "schneider-iem3000" })
    const before = await outcome(moving, "schneider-iem3000")
    time += 3_600_000
    expect(await outcome(moving, "schneider-iem3000")).toBe(Number(before) + 1_200) // 1.2 kW for six whole swings
  })

  it("starts the counters from 0 again, once", async () => {
    let time = 0
    const devices = await start(["reset=10"], { now: () => time, profile: "schneider-iem3000" })
    expect(await outcome(devices, "schneider-iem3000")).toBe(13_354_678)
    time = 10_000
    expect(await outcome(devices, "schneider-iem3000")).toBe(0)
    time += 3_600_000
    expect(await outcome(devices, "schneider-iem3000")).toBe(1_200)
  })

  it("waits until its time has come", async () => {
    let time = 0
    const devices = await startDevices({ shows: { profile: loadProfile("carlo-gavazzi-em24") }, faults: [parseFault("zero")], faultsAfterMs: 60_000, now: () => time })
    open.push(devices)
    expect(await outcome(devices)).toBe(right)
    time = 60_000
    expect(await outcome(devices)).toBe(0)
  })

  it("answers with the words of the request before, which no header betrays", async () => {
    const devices = await start(["crossed"])
    const connection = new ModbusConnection({ host: devices.host, port: devices.ports[0]! })
    open.push(connection)
    const reader = connection.forUnit(1)
    const [imported, crossed] = [await reader.read(4, 66, 2), await reader.read(4, 92, 2)]
    expect(crossed).toEqual(imported)
    expect(await reader.read(4, 66, 2)).not.toEqual(imported) // now the export counter's words
  })

  it("befalls the same answers with the same seed, and its share of them", async () => {
    const outcomes = async (seed: number): Promise<string> => {
      const devices = await start(["exception@30%"], { seed })
      const connection = new ModbusConnection({ host: "127.0.0.1", port: devices.ports[0]!, depth: 1 })
      open.push(connection)
      const reader = connection.forUnit(1)
      const seen: string[] = []
      for (let index = 0; index < 200; index++) seen.push(await reader.read(4, 66, 2).then(() => ".", () => "x"))
      return seen.join("")
    }
    const first = await outcomes(5)
    expect(await outcomes(5)).toBe(first)
    expect(await outcomes(6)).not.toBe(first)
    expect(first.split("x").length - 1).toBeGreaterThan(35)
    expect(first.split("x").length - 1).toBeLessThan(85)
  })

  it.each([["crash", /no fault/], ["drop@2", /more than all/], ["drop@150%", /more than all/], ["exception=0", /1 to 255/], ["delay=x", /no fault/], ["", /no fault/]])(
    "%j is refused", (text, message) => expect(() => parseFault(text)).toThrow(message))
})
