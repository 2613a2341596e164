/** SunSpec maps, written by hand: found, walked, and given up on. */
import { describe, expect, it } from "vitest"
import { AnswerTimeout, Closed, DeviceException } from "../client/errors.ts"
import type { UnitReader } from "../client/modbus-connection.ts"
import { checkProfile } from "../profiles/check-profile.ts"
import { loadProfile } from "../profiles/load-profile.ts"
import { memoryOf, memoryUnit } from "../test-support/memory-unit.ts"
import { MeterReader } from "./read-meter.ts"
import { ProfileReader } from "./profile-reader.ts"
import { discoverModels, placeRegisters } from "./sunspec.ts"

const marker = [0x5375, 0x6e53]
const end = [0xffff, 0]
const model = (number: number, length: number, points: Readonly<Record<number, number>> = {}): number[] => {
  const words = [number, length, ...Array.from({ length }, () => 0xffff)]
  for (const [offset, word] of Object.entries(points)) words[Number(offset)] = word
  return words
}
const map = (...models: readonly (readonly number[])[]) => memoryUnit(memoryOf({ 40_000: [...marker, ...models.flat(), ...end] }))

describe("the walk", () => {
  it("looks at 40000, 0 and 50000, and passes over a vendor's models by their length", async () => {
    for (const base of [40_000, 0, 50_000]) {
      const unit = memoryUnit(memoryOf({ [base]: [...marker, ...model(1, 66), ...model(64_110, 7), ...model(103, 50), ...end] }))
      expect(await discoverModels(unit)).toEqual([
        { model: 1, address: base + 2, length: 66 }, { model: 64_110, address: base + 70, length: 7 }, { model: 103, address: base + 79, length: 50 }
      ])
    }
  })

  it("goes on to the next place when a device keeps silent about the first", async () => {
    const inner = memoryUnit(memoryOf({ 50_000: [...marker, ...model(103, 50), ...end] }))
    const unit: UnitReader = { read: async (functionCode, address, words) => {
      if (address < 50_000) throw new AnswerTimeout("no answer")
      return inner.read(functionCode, address, words)
    } }
    expect(await discoverModels(unit)).toHaveLength(1)
    await expect(discoverModels({ read: async () => { throw new AnswerTimeout("no answer") } })).rejects.toMatchObject({ name: "AnswerTimeout" })
  })

  it("takes a refusal after the last model for its end", async () => {
    expect(await discoverModels(memoryUnit(memoryOf({ 40_000: [...marker, ...model(103, 50)] })))).toHaveLength(1)
  })

  const failing = (inner: UnitReader, isBeyond: (address: number) => boolean, error: () => Error): UnitReader => ({ read: async (functionCode, address, words) => {
    if (isBeyond(address)) throw error()
    return inner.read(functionCode, address, words)
  } })

  it.each([
    ["refuses as an illegal value", () => new DeviceException(3)], ["fails", () => new DeviceException(4)],
    ["keeps silent", () => new AnswerTimeout("no answer")], ["hangs up", () => new Closed("the device hung up")]
  ])("ends where the device %s behind its last model", async (_, error) => {
    const unit = failing(map(model(1, 66), model(103, 50)), (address) => address >= 40_122, error)
    expect((await discoverModels(unit)).map(({ model }) => model)).toEqual([1, 103])
    // A device that fails before it has shown anything but its name is no short one, but a broken one.
    await expect(discoverModels(failing(map(model(1, 66)), (address) => address >= 40_070, error))).rejects.toMatchObject({ name: error().name })
  })

  it("asks once more when a line fails in the middle", async () => {
    let failures = 1
    const unit = failing(map(model(1, 66), model(103, 50), model(203, 105)), (address) => address === 40_122 && failures-- > 0, () => new Closed("the device hung up"))
    expect(await discoverModels(unit)).toHaveLength(3)
  })

  it.each([
    ["two zeros for an end mark", [...model(103, 50), 0, 0]], ["an end mark without its length", [...model(103, 50), 0xffff]],
    ["a length beyond the last address", [103, 65_000, ...Array.from({ length: 50 }, () => 0)]]
  ])("bears %s", async (_, words) => {
    expect((await discoverModels(memoryUnit(memoryOf({ 40_000: [...marker, ...model(1, 66), ...words] })))).map(({ model }) => model)).toEqual([1, 103])
  })

  const pad = (word: number, ...models: readonly (readonly number[])[]) => map(model(1, 66), [word], ...models)
  it.each([
    ["0x8000", () => pad(0x8000, model(103, 50))], ["0", () => pad(0, model(103, 50))], ["all ones", () => pad(0xffff, model(103, 50))],
    ["none, where the length counts one", () => map(model(1, 66).slice(0, -1), model(103, 50))]
  ])("finds the next model behind a padding word that no length counts: %s", async (_, unit) => {
    expect((await discoverModels(unit())).map(({ model }) => model)).toEqual([1, 103])
  })

  it.each([39_999, 40_001, 1, 49_999, 50_001])("finds a map that begins at %i", async (base) => {
    expect(await discoverModels(memoryUnit(memoryOf({ [base]: [...marker, ...model(103, 50), ...end] })))).toEqual([{ model: 103, address: base + 2, length: 50 }])
  })

  it("looks where a profile says", async () => {
    const unit = memoryUnit(memoryOf({ 30_000: [...marker, ...model(103, 50), ...end] }))
    expect(await discoverModels(unit, [30_000])).toHaveLength(1)
  })

  it.each([
    ["a model without length", () => map(model(1, 66), [103, 0]), "ModelChainBroken", /model 103 has no length/],
    ["zeros for ever", () => memoryUnit(memoryOf({ 40_000: [...marker, ...Array.from({ length: 9_000 }, () => 0)] })), "ModelChainBroken", /0 is no model/],
    ["models without end", () => map(...Array.from({ length: 300 }, () => model(64_000, 1))), "ModelChainBroken", /no end: 200 of them/],
    ["no marker", () => memoryUnit(memoryOf({ 40_000: [1, 2] })), "ModelNotFound", /no SunSpec marker/]
  ])("gives up on %s", async (_, unit, name, message) => {
    const error = await discoverModels(unit()).then(() => null, (reason: Error) => reason)
    expect(error).toMatchObject({ name })
    expect(error?.message).toMatch(message)
  })

  it("says that a device is busy, or behind a gateway that cannot reach it, instead of finding nothing there", async () => {
    await expect(discoverModels({ read: async () => { throw new DeviceException(6) } })).rejects.toMatchObject({ name: "DeviceException", code: 6 })
    await expect(discoverModels({ read: async () => { throw new DeviceException(2) } })).rejects.toMatchObject({ name: "ModelNotFound" })
  })

  it("passes a device's other refusals on", async () => {
    const inner = map(model(1, 66))
    const unit: UnitReader = { read: async (functionCode, address, words) => {
      if (address > 40_002) throw new DeviceException(4)
      return inner.read(functionCode, address, words)
    } }
    await expect(discoverModels(unit)).rejects.toMatchObject({ name: "DeviceException", code: 4 })
  })
})

// Model 203: W at 18 with W_SF at 22, exported Wh at 38, imported Wh at 46, TotWh_SF at 54 (sunspec/models).
const meter = (watts: number, importedWh: number, exportedWh: number) =>
  model(203, 105, { 18: watts, 22: 0, 38: exportedWh >> 16, 39: exportedWh, 46: importedWh >> 16, 47: importedWh, 54: 0 })

describe("devices in one map", () => {
  const chain = () => map(model(1, 66), model(103, 50), model(1, 65), meter(500, 70_000, 9), model(1, 65), meter(-40, 80_001, 12))

  it("are told apart by their common models: the second meter is another one", async () => {
    const profile = loadProfile("sunspec-meter")
    expect(await new MeterReader(chain(), profile, "withdrawal").read()).toMatchObject({ registerWh: 70_000, powerW: 500 })
    expect(await new MeterReader(chain(), profile, "withdrawal", { occurrence: 2 }).read()).toMatchObject({ registerWh: 80_001, powerW: -40 })
    expect(await new MeterReader(chain(), profile, "injection", { occurrence: 2 }).read()).toMatchObject({ registerWh: 12, powerW: 40 })
    await expect(new MeterReader(chain(), profile, "withdrawal", { occurrence: 3 }).read()).rejects.toThrow(/2 of sunspec-meter, not 3/)
  })

  it("are told apart without common models too", async () => {
    const places = await discoverModels(map(model(1, 66), meter(1, 10, 0), meter(2, 20, 0)))
    const placed = [1, 2].map((occurrence) => placeRegisters(loadProfile("sunspec-meter"), places, occurrence).models.at(-1)?.address)
    expect(placed).toEqual([40_070, 40_177])
  })

  it("have SolarEdge's sign where the profile says so", async () => {
    expect(await new MeterReader(chain(), loadProfile("solaredge-sunspec-meter"), "withdrawal").read()).toMatchObject({ registerWh: 70_000, powerW: -500 })
  })

  it("are read with a point and its scale factor in one request", async () => {
    const unit = map(model(1, 66), meter(500, 70_000, 9))
    await new MeterReader(unit, loadProfile("sunspec-meter"), "withdrawal").read()
    const last = unit.asked.at(-1)
    expect(last).toBe("3:40070+55") // from the model's id to TotWh_SF
  })

  it("settle a quantity that stands in two models by the first of them", async () => {
    // Model 103: W 14, W_SF 15, WH 24, WH_SF 26. Model 113: W 22, WH 32 (floats): 2000 W and 9 kWh.
    const unit = map(model(1, 66), model(103, 50, { 14: 1_500, 15: 0, 24: 0, 25: 7_000, 26: 0 }), model(113, 60, { 22: 0x44fa, 23: 0, 32: 0x460c, 33: 0xa000 }))
    expect(await new MeterReader(unit, loadProfile("sunspec-inverter"), "injection").read()).toMatchObject({ registerWh: 7_000, powerW: 1_500 })
    const values = await new ProfileReader(unit, loadProfile("sunspec-inverter")).readValues()
    expect(values.filter(({ name }) => name === "WH").map(({ model, value }) => [model, value])).toEqual([[103, 7_000], [113, 9_000]])
  })

  it("lose only the points that a shorter edition of a model does not have", async () => {
    const values = await new ProfileReader(map(model(1, 66), model(802, 40, { 22: 3 })), loadProfile("sunspec-battery")).readValues()
    expect(values.find(({ name }) => name === "State")).toMatchObject({ model: 802, value: "CONNECTED" })
    expect(values.some(({ name }) => name === "W" || name === "SoC")).toBe(false) // their scale factors lie behind the end
  })
})

describe("a profile of one's own for a SunSpec device", () => {
  it("may name registers of a vendor's model", async () => {
    const profile = checkProfile(JSON.stringify({
      id: "own", description: "x", source: "x", addressing: "sunspec", positive: "export", maxGap: 16, maxWords: 125,
      registers: [{ name: "Yield", role: "exportEnergy", model: 64_110, address: 2, type: "uint32", unit: "Wh" }]
    }), "own.json")
    const unit = map(model(1, 66), model(64_110, 7, { 2: 1, 3: 2 }))
    expect(await new MeterReader(unit, profile, "injection").read()).toMatchObject({ registerWh: 65_538, powerW: 0 })
  })
})
