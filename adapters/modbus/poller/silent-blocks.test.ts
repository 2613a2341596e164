/** Devices that hang up, or never answer, where a question covers registers that they do not have. */
import { afterEach, describe, expect, it } from "vitest"
import { checkProfile } from "../profiles/check-profile.ts"
import { parseFault } from "../test-device/fault.ts"
import { startDevices } from "../test-device/start-devices.ts"
import { answerWith, scriptedDevice, type Asked, type ScriptedDevice } from "../test-support/scripted-device.ts"
import { MeterPoller, type PollResult } from "./meter-poller.ts"
import type { BlockSplit } from "./block-reader.ts"

const open: { close?(): unknown; stop?(): unknown }[] = []
afterEach(async () => { for (const one of open.splice(0).reverse()) await (one.close?.() ?? one.stop?.()) })

/** Import at 0 and power at 10 are one block, or with power at 100 two. */
const profileWith = (powerAt: number) => checkProfile(JSON.stringify({
  id: "own", description: "x", source: "x", positive: "import", maxGap: 16, maxWords: 125, registerStepWh: 1,
  registers: [
    { name: "Import", role: "importEnergy", address: 0, type: "uint32", unit: "Wh" },
    { name: "PowerL1", role: "importPower", address: powerAt, type: "int16", unit: "W" },
    { name: "PowerL2", role: "power", address: powerAt + 8, type: "int16", unit: "W" }
  ]
}), "own.json")

interface Home {
  readonly splits: BlockSplit[]
  /** The outcome of one poll: the counter, or the failure's name. */
  readonly poll: () => Promise<number | string>
}

const pollerOf = (port: number, powerAt: number): Home => {
  const splits: BlockSplit[] = []
  const poller = MeterPoller.create([{ meteringPoint: "m", profile: profileWith(powerAt), host: "127.0.0.1", port, unit: 1, direction: "withdrawal" }], {
    answerTimeoutMs: 60, backoff: { firstMs: 5, highestMs: 20 }, onSplit: (split) => splits.push(split)
  })
  open.push(poller)
  const outcome = (result: PollResult): number | string => (result.ok ? result.reading.registerWh : result.error.name)
  return { splits, poll: async () => outcome(await poller.poll(0)) }
}

const deviceThat = async (script: (asked: Asked) => void): Promise<ScriptedDevice> => {
  const device = await scriptedDevice(script)
  open.push(device)
  return device
}
/** Words as they stand: 70,000 Wh at 0, and 3 W everywhere else. */
const answer = (asked: Asked): void => void asked.socket.write(answerWith(asked, Array.from({ length: asked.words }, (_, index) => [1, 4_464][asked.address + index] ?? 3)))
const covers = ({ address, words }: Asked, register: number): boolean => address <= register && register < address + words
const places = ({ asked }: ScriptedDevice, from = 0): string[] => asked.slice(from).map(({ address, words }) => `${address}+${words}`)
const right = 70_000

describe("a device that gives no answer to a block with registers that it does not have", () => {
  it.each([["hangs up", "close-absent", "Closed"], ["is silent", "drop-absent", "AnswerTimeout"]])("and %s is read in parts from then on", async (_, fault, failure) => {
    const image = [{ unit: 1, functionCode: 3 as const, address: 0, words: [1, 4_464] }, { unit: 1, functionCode: 3 as const, address: 10, words: [3] }, { unit: 1, functionCode: 3 as const, address: 18, words: [3] }]
    const devices = await startDevices({ shows: { image }, faults: [parseFault(fault)] })
    open.push(devices)
    const { poll, splits } = pollerOf(devices.ports[0]!, 10)
    const outcomes: (number | string)[] = []
    while (outcomes.at(-1) !== right && outcomes.length < 20) outcomes.push(await poll())
    expect(new Set(outcomes)).toEqual(new Set([failure, right]))
    expect(splits.map(({ parts }) => parts.map(({ address, words }) => `${address}+${words}`))).toEqual([["0+2", "10+9"], ["10+1", "18+1"]])
    expect(await Promise.all([poll(), poll()])).toEqual([right, right])
    expect(splits).toHaveLength(2)
  })

  it("is asked for the parts alone, and never again for the whole", async () => {
    const device = await deviceThat((asked) => (covers(asked, 5) ? void asked.socket.destroy() : answer(asked)))
    const { poll, splits } = pollerOf(device.port, 10)
    // Two silences may be accidents; three more, each right after the answer to a part, are not.
    expect([await poll(), await poll(), await poll()]).toEqual(["Closed", "Closed", right])
    expect(splits).toMatchObject([{ meteringPoint: "m", block: { address: 0, words: 19 }, parts: [{ address: 0, words: 2 }, { address: 10, words: 9 }] }])
    const before = device.asked.length
    expect(await poll()).toBe(right)
    expect(places(device, before)).toEqual(["0+2", "10+9"])
    expect(device.connections()).toBe(6)
  })

  it("is seen by its other blocks, too, which are asked first", async () => {
    const device = await deviceThat((asked) => (covers(asked, 105) ? void asked.socket.destroy() : answer(asked)))
    const { poll, splits } = pollerOf(device.port, 100)
    const outcomes = [await poll(), await poll(), await poll()]
    expect(outcomes.at(-1)).toBe(right)
    expect(splits).toMatchObject([{ block: { address: 100, words: 9 }, parts: [{ address: 100, words: 1 }, { address: 108, words: 1 }] }])
    expect(device.connections()).toBeLessThanOrEqual(6)
  })

  it("keeps failing by its name where it does not have the register itself, without a value and without more connections", async () => {
    const device = await deviceThat((asked) => (covers(asked, 10) ? void asked.socket.destroy() : answer(asked)))
    const { poll, splits } = pollerOf(device.port, 10)
    const outcomes: (number | string)[] = []
    for (let round = 0; round < 15; round++) outcomes.push(await poll())
    expect(new Set(outcomes)).toEqual(new Set(["Closed"]))
    expect(splits.map(({ block }) => `${block.address}+${block.words}`)).toEqual(["0+19", "10+9"])
    // A poll tries twice, and each try ends with the first hang-up, or with the second where the first makes it split.
    expect(device.connections()).toBeLessThanOrEqual(2 * 15 + 2)
  })
})

describe("a device that is away", () => {
  it.each([["hangs up on everything", (asked: Asked) => void asked.socket.destroy()], ["is silent to everything", () => undefined]])("and %s is asked for whole blocks when it is back", async (_, gone) => {
    let isThere = true
    const device = await deviceThat((asked) => (isThere ? answer(asked) : gone(asked)))
    const { poll, splits } = pollerOf(device.port, 10)
    expect(await poll()).toBe(right)
    isThere = false
    for (let round = 0; round < 12; round++) expect(await poll()).not.toBe(right)
    isThere = true
    while ((await poll()) !== right) await new Promise((resolve) => setTimeout(resolve, 10))
    const before = device.asked.length
    expect(await poll()).toBe(right)
    expect(places(device, before)).toEqual(["0+19"])
    expect(splits).toEqual([])
  })

  it("every few questions is never split, for the block is answered in between", async () => {
    let count = 0
    const device = await deviceThat((asked) => (++count % 3 === 0 ? void asked.socket.destroy() : answer(asked)))
    const { poll, splits } = pollerOf(device.port, 100)
    let good = 0
    for (let round = 0; round < 60; round++) if ((await poll()) === right) good++
    expect(good).toBeGreaterThan(20)
    expect(splits).toEqual([])
  })
})
