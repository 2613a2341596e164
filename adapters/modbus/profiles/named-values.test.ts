/** Values by name, from words worked out by hand. */
import { describe, expect, it } from "vitest"
import { checkProfile } from "./check-profile.ts"
import { loadProfile } from "./load-profile.ts"
import { decodeAll, type NamedValue } from "./named-values.ts"

const profileOf = (...registers: readonly object[]) => checkProfile(JSON.stringify({
  id: "own", description: "A device of one's own", source: "this test", positive: "import", maxGap: 0, maxWords: 125, registers
}), "own.json")

/** One register at address 0, decoded from these hexadecimal words. */
const decode = (register: object, words: string): NamedValue | undefined =>
  decodeAll(profileOf({ name: "x", address: 0, ...register }).registers, [
    { functionCode: 3, address: 0, words: words.split(" ").map((word) => Number.parseInt(word, 16)) }
  ])[0]

describe("a value by name", () => {
  it.each([
    ["int16 below zero", { type: "int16", scale: 0.1, unit: "°C" }, "fff6", -1],
    ["uint16", { type: "uint16", scale: 0.01, unit: "Hz" }, "1388", 50],
    ["an offset in counts", { type: "uint16", offset: -1000, scale: 0.1, unit: "°C" }, "04b0", 20], // (1200 - 1000) / 10
    ["float32 as the decimal that it stands for", { type: "float32", unit: "V" }, "4366 199a", 230.1],
    ["float64", { type: "float64", scale: 0.001, unit: "kWh" }, "4132 d687 0000 0000", 1234.567], // 1,234,567 = 0x12D687
    ["float32, low word first", { type: "float32", wordOrder: "little", unit: "V" }, "199a 4366", 230.1],
    ["float32, low byte first", { type: "float32", byteOrder: "little", unit: "V" }, "6643 9a19", 230.1],
    ["float32, all turned round", { type: "float32", wordOrder: "little", byteOrder: "little", unit: "V" }, "9a19 6643", 230.1],
    ["uint48", { type: "uint48", unit: "Wh" }, "0001 0000 0002", 4_294_967_298],
    ["int48 below zero", { type: "int48", unit: "W" }, "ffff ffff fffe", -2],
    ["decimal digits in each half byte", { type: "bcd", words: 2, scale: 0.01, unit: "kWh" }, "0012 3456", 1234.56],
    ["ten thousands in each word", { type: "mod10000", words: 3, unit: "Wh" }, "0001 0929 270f", 123_459_999], // 1, 2345, 9999
    ["a fraction that has no decimal", { type: "uint16", scale: { numerator: 1, denominator: 3600 }, unit: "kWh" }, "0e10", 1],
    ["a float that is garbage, as garbage", { type: "float32" }, "0000 0001", 1e-45],
    ["a signed counter whose sign has no meaning", { type: "int32", absolute: true, unit: "Wh" }, "ffff fb2e", 1_234],
    ["kWh and the Wh beside them", { address: undefined, unit: "Wh", parts: [{ address: 0, type: "uint32", scale: 1_000 }, { address: 2, type: "uint16" }] }, "0001 0000 03e7", 65_536_999],
    ["MWh behind their kWh, and a word between", { address: undefined, unit: "kWh", parts: [{ address: 0, type: "uint16", scale: 0.1 }, { address: 2, type: "uint16", scale: 1_000 }] }, "270f 1234 0002", 2_999.9],
    ["a word that is not beside its neighbour", { address: undefined, unit: "Wh", parts: [{ address: 0, type: "uint16", scale: 65_536 }, { address: 3, type: "uint16" }] }, "0001 dead beef fffe", 131_070]
  ] as const)("%s", (_, register, words, value) => {
    expect(decode(register, words)).toMatchObject({ value, status: "ok" })
  })

  it.each([
    ["SMA at night", { type: "int32", notImplemented: ["0x80000000"] }, "8000 0000", "not implemented"],
    ["NaN", { type: "float32" }, "7fc0 0000", "not implemented"],
    ["NaN with its sign, as SolarEdge sends it", { type: "float32" }, "ffc0 0000", "not implemented"],
    ["infinity", { type: "float32" }, "ff80 0000", "not a number"],
    ["a dead bus", { type: "uint64", unit: "Wh" }, "ffff ffff ffff ffff", "not implemented"],
    ["half bytes above nine", { type: "bcd", words: 1 }, "12a4", "not a number"],
    ["more than 9999 in a word", { type: "mod10000", words: 1 }, "2710", "not a number"],
    ["an empty text", { type: "text", words: 2 }, "0000 0000", "not implemented"],
    ["spaces", { type: "text", words: 1 }, "2020", "not implemented"],
    ["a scale factor that is none", { type: "int16", scaleFactorAddress: 1 }, "0001 8000", "not implemented"],
    ["a scale factor beyond its range", { type: "int16", scaleFactorAddress: 1 }, "0001 000b", "bad scale factor"],
    ["a negative number in an unsigned counter", { type: "uint32", refusedFrom: "0xc0000000", unit: "Wh" }, "ffff fb2e", "negative"],
    ["parts of which one is all ones", { address: undefined, unit: "Wh", parts: [{ address: 0, type: "uint32", scale: 1_000 }, { address: 2, type: "uint16" }] }, "0001 0000 ffff", "not implemented"],
    ["a lower part that is a whole count of the upper", { address: undefined, unit: "Wh", parts: [{ address: 0, type: "uint32", scale: 1_000 }, { address: 2, type: "uint16" }] }, "0001 0000 03e8", "not a number"],
    ["a register that no block holds", { type: "uint32" }, "0001", "not read"]
  ])("is none for %s", (_, register, words, status) => {
    expect(decode(register, words)).toMatchObject({ value: null, status })
  })

  it("is a text, without what would move a terminal's cursor", () => {
    expect(decode({ type: "text", words: 4 }, "5375 6e31 1b5b 0041")?.value).toBe("Sun1\uFFFD[")
    expect(decode({ type: "text", words: 2, byteOrder: "little" }, "7553 316e")?.value).toBe("Sun1")
  })

  it("is the name of a state, or its number where it has none", () => {
    const state = { type: "uint16", enumeration: { 4: "MPPT" } }
    expect(decode(state, "0004")?.value).toBe("MPPT")
    expect(decode(state, "0063")?.value).toBe("99")
    const alarms = { type: "uint32", flags: { 0: "GROUND_FAULT", 17: "DOOR" } }
    expect(decode(alarms, "0002 0003")?.value).toBe("GROUND_FAULT, bit 1, DOOR")
    expect(decode(alarms, "0000 0000")?.value).toBe("")
  })

  it("follows a scale factor in either direction", () => {
    expect(decode({ type: "int16", scaleFactorAddress: 1, unit: "W" }, "3039 ffff")?.value).toBe(1234.5)
    expect(decode({ type: "int16", address: 1, scaleFactorAddress: 0, unit: "W" }, "0002 fff4")?.value).toBe(-1200)
  })

  it("is multiplied by the ratios of transformers, exactly", () => {
    const { registers } = profileOf(
      { name: "CurrentRatio", address: 0, type: "uint16" }, { name: "VoltageRatio", address: 1, type: "uint16", scale: 0.1 },
      { name: "Import", address: 2, type: "uint32", scale: 0.01, unit: "kWh", multiplyBy: ["CurrentRatio", "VoltageRatio"] },
      { name: "Power", address: 4, type: "float32", unit: "W", multiplyBy: ["CurrentRatio"] }
    )
    // 40 and 1.5; 12,345 hundredths of a kWh; 100.1 W.
    const words = [40, 15, 0, 12_345, 0x42c8, 0x3333]
    const values = (changed: readonly number[]) => decodeAll(registers, [{ functionCode: 3, address: 0, words: changed }])
    expect(values(words)[2]).toMatchObject({ value: 7_407, wattHours: 7_407_000 })
    expect(values(words)[3]).toMatchObject({ value: 4_004 })
    expect(values(words.with(0, 0))[2]).toMatchObject({ value: null, status: "bad scale factor" })
    expect(decodeAll(registers, [{ functionCode: 3, address: 2, words: words.slice(2) }])[2]).toMatchObject({ status: "bad scale factor" })
  })

  it("keeps every count of a counter beyond what a double holds", () => {
    // 2^63 - 1 counts of 0.001 kWh.
    const counter = decode({ type: "int64", scale: 0.001, unit: "kWh" }, "7fff ffff ffff ffff")
    expect(counter?.exact).toBe("9223372036854775.807")
    expect(decode({ type: "int64", scale: 0.001, unit: "kWh" }, "001f ffff ffff ffff")).toMatchObject({ exact: "9007199254740.991", wattHours: 9_007_199_254_740_991 })
  })

  it("has the sign of the profile: Huawei's positive is export", () => {
    const words = Array.from({ length: 37 }, () => 0)
    words[37_114 - 37_101] = 3_000
    words[37_120 - 37_101] = 10
    const values = decodeAll(loadProfile("huawei-sun2000-grid").registers, [{ functionCode: 3, address: 37_101, words }])
    expect(values.find(({ name }) => name === "Power")).toMatchObject({ value: -3_000, unit: "W", role: "power" })
    expect(values.find(({ name }) => name === "Export")).toMatchObject({ value: 0.1, wattHours: 100, role: "exportEnergy" })
  })
})
