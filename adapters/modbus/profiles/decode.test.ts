/** Register images written by hand, byte by byte, from the makers' number formats. */
import { describe, expect, it } from "vitest"
import { answerWith, scriptedDevice, refuseWith } from "../test-support/scripted-device.ts"
import { signSwapped, wordOrderSwapped } from "../test-support/wrong-profiles.ts"
import { ModbusConnection } from "../client/modbus-connection.ts"
import { readMeter, type MeterReading } from "../poller/read-meter.ts"
import { loadProfile } from "./load-profile.ts"
import type { DeviceProfile, Direction } from "./profile.ts"

type Image = Readonly<Record<number, string>>

/** Reads a device whose registers are these hexadecimal words; anything unwritten is 0. */
const readImage = async (profile: DeviceProfile, direction: Direction, image: Image): Promise<MeterReading> => {
  const words = new Map<number, number>()
  for (const [address, text] of Object.entries(image)) {
    text.split(" ").forEach((word, index) => words.set(Number(address) + index, Number.parseInt(word, 16)))
  }
  const device = await scriptedDevice((asked) => asked.socket.write(
    profile.registers.some(({ functionCode }) => functionCode === asked.functionCode)
      ? answerWith(asked, Array.from({ length: asked.words }, (_, index) => words.get(asked.address + index) ?? 0))
      : refuseWith(asked, 1)))
  const connection = new ModbusConnection({ host: "127.0.0.1", port: device.port })
  try {
    return await readMeter(connection.forUnit(1), profile, direction)
  } finally {
    connection.close()
    await device.close()
  }
}

// float32: 1 sign bit, 8 exponent bits (+127), 23 bits of fraction.
const sdm630: Image = {
  // 1500 = 1.46484375 x 2^10: exponent 137 = 10001001, fraction .46484375 = 0111011100...: 0x44BB8000
  52: "44bb 8000",
  // 12345.67 kWh = 1.5070... x 2^13: exponent 140; nearest float 12345.669921875: 0x4640E6AE
  72: "4640 e6ae",
  // 100.25 kWh = 1.56640625 x 2^6: exponent 133, fraction .56640625 = 1001000100...: 0x42C88000
  74: "42c8 8000"
}
// int32, low word first.
const em24: Image = {
  // -12345 tenths of a W = -1234.5 W: two's complement FFFF CFC7, so CFC7 FFFF
  40: "cfc7 ffff",
  // 1,234,567 tenths of a kWh = 0x0012D687, so D687 0012
  66: "d687 0012",
  // 70,000 tenths of a kWh = 0x00011170, so 1170 0001
  92: "1170 0001"
}
const huawei: Image = {
  // Feeding in 3,000 W: +3000 = 0x00000BB8
  37113: "0000 0bb8",
  // Fed in 5,432.10 kWh = 543,210 hundredths = 0x000849EA
  37119: "0008 49ea",
  // Taken 120,000.05 kWh = 12,000,005 hundredths = 0x00B71B05
  37121: "00b7 1b05"
}
const iem3000: Image = {
  // 2.5 kW = 1.25 x 2^1: exponent 128, fraction .25 = 01: 0x40200000
  3059: "4020 0000",
  // 9,007,199,254,740,991 Wh, the largest that fits: 0x001FFFFFFFFFFFFF
  3203: "001f ffff ffff ffff",
  // 4,295,967,297 Wh = 2^32 + 1,000,001 = 0x00000001000F4241
  3207: "0000 0001 000f 4241"
}
const deye: Image = {
  // 70,000 tenths of a kWh = 0x00011170: the low word at 78, the high one at 80, something else between
  78: "1170 dead 0001",
  // 123,456 tenths of a kWh = 0x0001E240, low word first
  81: "e240 0001",
  // -500 W
  169: "fe0c"
}
// float32, low word first: 1,500 W, 12,345.67 Wh and 100.25 Wh as in the SDM630 above
const shelly: Image = { 1013: "8000 44bb", 1162: "e6ae 4640", 1164: "8000 42c8" }
const tq: Image = {
  // 15,000 tenths of a W taken, none given
  0: "0000 3a98 0000 0000",
  // 123,456,789 tenths of a Wh = 0x075BCD15
  512: "0000 0000 075b cd15", 516: "0000 0000 0000 000a"
}
// "SunS", model 1 of 2 words, a vendor's model 64,110 (0xFA6E) of 3 words, whose content looks like model 103 but
// must be skipped by its length, then model 103 (0x67) of 50 words at 40011.
const sunspec: Image = {
  40000: "5375 6e53 0001 0002 0000 0000 fa6e 0003 0067 0032 ffff 0067 0032",
  // W = 12,345 with W_SF = -1 (0xFFFF): 1,234.5 W
  40025: "3039 ffff",
  // WH = 345,678 = 0x0005464E with WH_SF = 1: 3,456,780 Wh
  40035: "0005 464e 0001",
  40063: "ffff 0000"
}

describe("register images", () => {
  it.each([
    ["eastron-sdm630", "withdrawal", sdm630, 12_345_670, 1_500],
    ["eastron-sdm630", "injection", sdm630, 100_250, -1_500],
    ["carlo-gavazzi-em24", "withdrawal", em24, 123_456_700, -1_235],
    ["carlo-gavazzi-em24", "injection", em24, 7_000_000, 1_235],
    ["huawei-sun2000-grid", "withdrawal", huawei, 120_000_050, -3_000],
    ["huawei-sun2000-grid", "injection", huawei, 5_432_100, 3_000],
    ["schneider-iem3000", "withdrawal", iem3000, 9_007_199_254_740_991, 2_500],
    ["schneider-iem3000", "injection", iem3000, 4_295_967_297, -2_500],
    ["deye-hybrid-grid", "withdrawal", deye, 7_000_000, -500],
    ["deye-hybrid-grid", "injection", deye, 12_345_600, 500],
    ["shelly-pro-3em", "withdrawal", shelly, 12_346, 1_500],
    ["shelly-pro-3em", "injection", shelly, 100, -1_500],
    ["tq-em300", "withdrawal", tq, 12_345_678, 1_500],
    ["tq-em300", "injection", tq, 1, -1_500],
    ["sunspec-inverter-three-phase", "injection", sunspec, 3_456_780, 1_235]
  ] as const)("%s, %s", async (id, direction, image, registerWh, powerW) => {
    const profile = { ...loadProfile(id), silenceAfterConnectMs: 0 }
    expect(await readImage(profile, direction, image)).toMatchObject({ registerWh, powerW })
  })

  it.each([
    ["eastron-sdm630", sdm630, { 72: "7fc0 0000" }, "not implemented"], // float NaN
    ["eastron-sdm630", sdm630, { 72: "ffff ffff" }, "not implemented"], // a dead bus: all ones, a NaN too
    ["eastron-sdm630", sdm630, { 72: "7f80 0000" }, "not a number"], // infinity
    ["eastron-sdm630", sdm630, { 72: "c640 e6ae" }, "negative"],
    ["carlo-gavazzi-em24", em24, { 66: "ffff 7fff" }, "not implemented"], // EEE on the display
    ["carlo-gavazzi-em24", em24, { 66: "ffff ffff" }, "negative"], // all ones is -1
    ["huawei-sun2000-grid", huawei, { 37121: "ffff ffff" }, "not implemented"],
    ["huawei-sun2000-grid", huawei, { 37113: "7fff ffff" }, "not implemented"],
    ["schneider-iem3000", iem3000, { 3203: "8000 0000 0000 0000" }, "not implemented"],
    ["schneider-iem3000", iem3000, { 3203: "0020 0000 0000 0000" }, "too large"]
  ] as const)("%s refuses %#: what is no value", async (id, image, wrong, reason) => {
    expect(await readImage(loadProfile(id), "withdrawal", { ...image, ...wrong }).catch((error: unknown) => error))
      .toMatchObject({ name: "ValueRefused", reason })
  })

  it("SunSpec inverters without power are asleep, and their counter still stands", async () => {
    expect(await readImage(loadProfile("sunspec-inverter-three-phase"), "injection", { ...sunspec, 40025: "8000 ffff" }))
      .toMatchObject({ registerWh: 3_456_780, powerW: 0 })
  })

  it.each([
    [{ 40035: "0000 0000 0001" }, "ValueRefused"], // accumulators of 0 are not implemented
    [{ 40035: "0005 464e 8000" }, "ValueRefused"], // no scale factor
    [{ 40011: "0066 0032" }, "ModelNotFound"], // an inverter of another kind
    [{ 40000: "0000 0000" }, "ModelNotFound"] // no marker anywhere
  ])("SunSpec refuses %#", async (wrong, name) => {
    expect(await readImage(loadProfile("sunspec-inverter-three-phase"), "injection", { ...sunspec, ...wrong })
      .catch((error: unknown) => error)).toMatchObject({ name })
  })
})

const energyOf = (profile: DeviceProfile, image: Image): Promise<number | string> =>
  readImage({ ...profile, silenceAfterConnectMs: 0 }, "injection", image)
    .then(({ registerWh }) => registerWh, (error: Error) => error.name)

describe("a profile with one wrong fact", () => {
  it.each([
    ["eastron-sdm630", sdm630], ["carlo-gavazzi-em24", em24], ["huawei-sun2000-grid", huawei],
    ["schneider-iem3000", iem3000], ["sunspec-inverter-three-phase", sunspec]
  ])("%s: swapped word order never gives the right energy", async (id, image) => {
    expect(await energyOf(wordOrderSwapped(loadProfile(id)), image)).not.toBe(await energyOf(loadProfile(id), image))
  })

  it.each([
    ["eastron-sdm630", sdm630, 12_345_670], ["carlo-gavazzi-em24", em24, 123_456_700],
    ["huawei-sun2000-grid", huawei, 120_000_050]
  ])("%s: a swapped sign gives the other counter", async (id, image, other) => {
    expect(await energyOf(signSwapped(loadProfile(id)), image)).toBe(other)
  })

  it("says so when an inverter has no counter for the swapped sign", async () => {
    expect(await energyOf(signSwapped(loadProfile("sunspec-inverter-three-phase")), sunspec)).toBe("MissingCounter")
  })

  it("gives wrong energy for a swapped word order that still looks like energy", async () => {
    // 0x1170 0001 read high word first is 292,552,705 tenths of a kWh instead of 70,000.
    expect(await energyOf(wordOrderSwapped(loadProfile("carlo-gavazzi-em24")), em24)).toBe(29_255_270_500)
  })
})
