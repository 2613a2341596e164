/** What is said of a device: its name where nothing else fits, and never a wrong one. */
import { describe, expect, it } from "vitest"
import { AnswerTimeout } from "../client/errors.ts"
import { listProfiles, loadProfile } from "../profiles/load-profile.ts"
import { checkProfile } from "../profiles/check-profile.ts"
import { startDevices } from "../test-device/start-devices.ts"
import { profileLayout, profileUnit } from "../test-device/profile-unit.ts"
import { memoryOf, memoryUnit } from "../test-support/memory-unit.ts"
import { ModbusConnection } from "../client/modbus-connection.ts"
import { recognise } from "./recognise.ts"
import { findUnits } from "./find-units.ts"
import { judgementOf } from "./verdict.ts"

const all = listProfiles().map(loadProfile)
const served = (id: string) => memoryUnit(profileUnit(profileLayout(loadProfile(id)), { unit: 1, seed: 1, refusesGaps: false }, 0).stretches(0))
const ids = (candidates: readonly { readonly profile: string }[]) => candidates.map(({ profile }) => profile)

describe("the verdict", () => {
  it.each([
    "eastron-sdm630", "carlo-gavazzi-em24", "schneider-iem3000", "abb-a-b-series", "tq-em300", "shelly-pro-3em", "socomec-countis-e34", "phoenix-contact-eem",
    "sunspec-inverter-three-phase", "kostal-sunspec-meter", "solaredge-sunspec-meter"
  ])("%s is recognised, or named beside what reads otherwise", async (id) => {
    const found = await recognise(served(id), all)
    const { verdict, chosen, rivals } = judgementOf(found)
    // Whoever is chosen reads the same energy and power as the device's own profile, or the doubt is said.
    const own = found.candidates.find(({ profile }) => profile === id)!
    expect(own).toBeDefined()
    if (verdict === "recognised") expect(chosen[0]!.readings).toMatchObject(Object.fromEntries(Object.entries(own.readings).filter(([role]) => role in chosen[0]!.readings)))
    else expect([verdict, ids([...chosen, ...rivals])]).toEqual(["ambiguous", expect.arrayContaining([id])])
  })

  it("finds both the inverter and the meter of one SunSpec map", async () => {
    const model = (number: number, length: number) => [number, length, ...Array.from({ length }, () => 1)]
    const unit = memoryUnit(memoryOf({ 40_000: [0x5375, 0x6e53, ...model(1, 66), ...model(103, 50), ...model(203, 105), 0xffff, 0] }))
    const { verdict, chosen } = judgementOf(await recognise(unit, all))
    expect([verdict, ids(chosen).toSorted()]).toEqual(["recognised", ["sunspec-inverter-three-phase", "sunspec-meter"]])
  })

  it("is ambiguous between profiles that read other energy out of the same device", async () => {
    const own = (id: string, address: number) => checkProfile(JSON.stringify({
      id, description: "x", source: "x", positive: "import", maxGap: 16, maxWords: 125, probes: [{ register: "V", lowest: 80, highest: 300 }],
      registers: [{ name: "V", address: 0, type: "uint16", unit: "V" }, { name: "Import", role: "importEnergy", address, type: "uint32", unit: "Wh" }]
    }), id)
    const unit = memoryUnit(memoryOf({ 0: [230, 0, 0, 7, 0, 8] }))
    const { verdict, chosen, rivals } = judgementOf(await recognise(unit, [own("one", 2), own("two", 4)]))
    expect([verdict, ids(chosen), ids(rivals)]).toEqual(["ambiguous", ["one"], ["two"]])
    expect(judgementOf(await recognise(unit, [own("one", 2), own("other", 2)])).verdict).toBe("recognised") // they say the same
  })

  it.each([["zeros", 0], ["all ones", 0xffff]])("names nothing for certain where every register shows %s", async (_, word) => {
    const unit = { read: async (__: number, ___: number, words: number) => Array.from({ length: words }, () => word) }
    expect(judgementOf(await recognise(unit, all)).verdict).not.toBe("recognised")
  })

  it("is not certain of a device that leaves questions unanswered", async () => {
    const inner = served("eastron-sdm630")
    const unit = { read: async (functionCode: 3 | 4, address: number, words: number) => {
      if (functionCode === 3) throw new AnswerTimeout("no answer")
      return inner.read(functionCode, address, words)
    } }
    const found = await recognise(unit, all)
    expect(found.isComplete).toBe(false)
    expect(judgementOf(found).verdict).not.toBe("recognised")
  })
})

describe("unit ids", () => {
  it("are those that a gateway does not refuse as absent", async () => {
    const devices = await startDevices({ shows: { image: [3, 7].map((unit) => ({ unit, functionCode: 4 as const, address: 100, words: [1] })) } })
    const connection = new ModbusConnection({ host: devices.host, port: devices.ports[0]!, patienceMs: 60_000 })
    const found = await findUnits(connection, [1, 3, 5, 7], { found: () => {}, asked: () => {} })
    connection.close()
    await devices.stop()
    expect(found).toEqual([3, 7]) // they refuse register 0 with exception 2; nobody is behind 1 and 5: exception 11
  })
})
