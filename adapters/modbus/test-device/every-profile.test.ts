/** Every profile over a real socket: served by the test device, read by the gateway. */
import { describe, expect, it } from "vitest"
import { ModbusConnection } from "../client/modbus-connection.ts"
import { MeterReader, MissingCounter } from "../poller/read-meter.ts"
import { ProfileReader } from "../poller/profile-reader.ts"
import { listProfiles, loadProfile } from "../profiles/load-profile.ts"
import type { NamedValue } from "../profiles/named-values.ts"
import { startDevices } from "./start-devices.ts"

const hour = 3_600_000

/** Serves a profile at a time that the test sets, or strictly and in real time. */
const served = async <Result>(id: string, isStrict: boolean, use: (connection: ModbusConnection, at: (ms: number) => void) => Promise<Result>): Promise<Result> => {
  let time = 0
  const profile = loadProfile(id)
  const devices = await startDevices({ shows: { profile }, isStrict, now: isStrict ? Date.now : () => time })
  const connection = new ModbusConnection({
    host: devices.host, port: devices.ports[0]!, depth: profile.depth, silenceAfterConnectMs: isStrict ? profile.silenceAfterConnectMs : 0
  })
  try {
    return await use(connection, (ms) => { time = ms })
  } finally {
    connection.close()
    await devices.stop()
  }
}

const plausible: Readonly<Record<string, readonly [number, number]>> = { V: [200, 420], Hz: [49, 51], A: [-10, 10], W: [-2_000, 2_000], kW: [-2, 2] }

const expectPlausible = ({ name, value, unit, status }: NamedValue): void => {
  expect(`${name} ${status}`).toBe(`${name} ok`)
  const [lowest, highest] = plausible[unit] ?? [-Infinity, Infinity]
  if (typeof value !== "number") return
  expect(value, name).toBeGreaterThanOrEqual(lowest)
  expect(value, name).toBeLessThanOrEqual(highest)
}

describe.each(listProfiles())("%s", (id) => {
  const profile = loadProfile(id)

  it.each([false, true])("shows a value in every register that it serves; strict: %s", (isStrict) => served(id, isStrict, async (connection) => {
    const values = await new ProfileReader(connection.forUnit(profile.unit), profile).readValues()
    expect(values.length).toBeGreaterThan(0)
    // The models that this device does not have were never placed.
    values.forEach(expectPlausible)
  }))

  it("counts the energy of its power in one direction", () => served(id, false, async (connection, at) => {
    const direction = profile.kind === "meter" ? "withdrawal" : "injection"
    const reader = (): MeterReader | null => {
      try {
        return new MeterReader(connection.forUnit(profile.unit), profile, direction)
      } catch (error) {
        if (error instanceof MissingCounter) return null
        throw error
      }
    }
    const own = reader()
    if (!own) return expect(profile.registers.every(({ role }) => role !== "importEnergy" && role !== "exportEnergy")).toBe(true)
    const before = await own.read()
    at(hour)
    const after = await own.read()
    expect(before.powerW).toBeGreaterThanOrEqual(profile.registers.some(({ role }) => role?.endsWith("ower")) ? 1_200 - 10 : 0)
    // 1,200 Wh in six whole swings, to a step of the counter.
    expect(Math.abs(after.registerWh - before.registerWh - 1_200)).toBeLessThanOrEqual(Math.max(1, after.registerStepWh))
  }))
})
