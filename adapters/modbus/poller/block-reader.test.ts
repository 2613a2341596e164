import { describe, expect, it } from "vitest"
import { AnswerTimeout, BackingOff, DeviceException } from "../client/errors.ts"
import type { UnitReader } from "../client/modbus-connection.ts"
import { checkProfile } from "../profiles/check-profile.ts"
import { loadProfile } from "../profiles/load-profile.ts"
import type { Span } from "../profiles/raw-block.ts"
import { memoryOf, memoryUnit } from "../test-support/memory-unit.ts"
import { BlockReader } from "./block-reader.ts"
import { planBlocks } from "./plan-blocks.ts"
import { ProfileReader } from "./profile-reader.ts"
import { readMeter } from "./read-meter.ts"

const span = (address: number): Span => ({ functionCode: 3, address, words: 2 })
const plan = planBlocks([span(0), span(2), span(10), span(20)], { maxGap: 16, maxWords: 125 })

/** A unit that refuses what `refuses` says, with this exception. */
const unitThat = (refuses: (address: number, words: number) => boolean, code = 2): UnitReader & { readonly asked: string[] } => {
  const asked: string[] = []
  return {
    asked,
    read: async (_, address, words) => {
      asked.push(`${address}+${words}`)
      if (refuses(address, words)) throw new DeviceException(code)
      return Array.from({ length: words }, (_, index) => address + index)
    }
  }
}

describe("a block reader", () => {
  it("splits what the device refuses, at the widest gap first, and remembers it", async () => {
    const unit = unitThat((_, words) => words > 4)
    const reader = new BlockReader(unit, plan)
    const blocks = [{ address: 0, words: [0, 1, 2, 3] }, { address: 10, words: [10, 11] }, { address: 20, words: [20, 21] }]
    expect(await reader.read()).toMatchObject(blocks)
    expect(unit.asked).toEqual(["0+22", "0+12", "20+2", "0+4", "10+2"])
    unit.asked.length = 0
    expect(await reader.read()).toMatchObject(blocks)
    expect(unit.asked).toEqual(["0+4", "10+2", "20+2"])
  })

  it("splits on the exceptions that its profile names, and on no other", async () => {
    const settings = { splitOn: [3, 4] }
    expect(await new BlockReader(unitThat((_, words) => words > 4, 4), plan, settings).read()).toHaveLength(3)
    await expect(new BlockReader(unitThat((_, words) => words > 4, 2), plan, settings).read()).rejects.toMatchObject({ code: 2 })
  })

  it("fails on a single register that is refused, or leaves it out where it may", async () => {
    const refuses = (address: number, words: number): boolean => address <= 10 && address + words > 10
    await expect(new BlockReader(unitThat(refuses), plan).read()).rejects.toMatchObject({ name: "DeviceException", code: 2 })
    const unit = unitThat(refuses)
    const reader = new BlockReader(unit, plan, { isTolerant: true })
    expect((await reader.read()).map(({ address }) => address)).toEqual([0, 20])
    unit.asked.length = 0
    await reader.read()
    expect(unit.asked).toEqual(["0+4", "20+2"])
  })

  it("tells the first block's error, not its echo in the ones behind", async () => {
    const blocks = planBlocks([span(0), span(100)], { maxGap: 0, maxWords: 125 })
    const unit: UnitReader = { read: async (_, address) => {
      if (address === 100) throw new BackingOff("next try in 40 ms")
      await new Promise((resolve) => setImmediate(resolve))
      throw new AnswerTimeout("no answer")
    } }
    await expect(new BlockReader(unit, blocks).read()).rejects.toMatchObject({ name: "AnswerTimeout" })
  })

  it("names the registers that the device does not have", async () => {
    const profile = loadProfile("eastron-sdm630")
    const unit = unitThat((address, words) => address + words > 80) // an older edition without the higher registers
    const values = await new ProfileReader(unit, profile, { isTolerant: true }).readValues()
    expect(values.find(({ name }) => name === "Sum")).toMatchObject({ value: null, status: "not read" })
    expect(values.find(({ name }) => name === "Import")?.status).toBe("ok")
  })
})

describe("a meter behind transformers", () => {
  const profile = checkProfile(JSON.stringify({
    id: "own", description: "x", source: "x", positive: "import", maxGap: 16, maxWords: 125, registerStepWh: 10,
    registers: [
      { name: "Ratio", address: 0, type: "uint16" },
      { name: "Import", role: "importEnergy", address: 10, type: "uint32", scale: 0.01, unit: "kWh", multiplyBy: ["Ratio"] },
      { name: "Power", role: "power", address: 20, type: "int16", unit: "W", multiplyBy: ["Ratio"] }
    ]
  }), "own.json")

  it("is settled with its ratio, which is read along", async () => {
    const words = Array.from({ length: 21 }, () => 0)
    words[0] = 40
    words[11] = 1_234
    words[20] = 65_533 // -3
    const reading = await readMeter(memoryUnit(memoryOf({ 0: words })), profile, "withdrawal")
    expect(reading).toMatchObject({ registerWh: 493_600, powerW: -120, registerStepWh: 400 })
  })
})
