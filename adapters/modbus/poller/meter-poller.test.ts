import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { afterEach, describe, expect, it } from "vitest"
import { ModbusConnection } from "../client/modbus-connection.ts"
import { loadProfile } from "../profiles/load-profile.ts"
import type { DeviceProfile } from "../profiles/profile.ts"
import { startSimulator } from "../simulator/start-simulator.ts"
import type { SimulatedMeter } from "../simulator/config.ts"
import { answerWith, refuseWith, scriptedDevice, type Asked, type ScriptedDevice } from "../test-support/scripted-device.ts"
import { signSwapped, wordOrderSwapped } from "../test-support/wrong-profiles.ts"
import { rtuAnswer, scriptedSerialBus } from "../test-support/scripted-bus.ts"
import { MeterPoller, type PolledMeter, type PollResult } from "./meter-poller.ts"
import { readMeter } from "./read-meter.ts"

const feederCsv = fileURLToPath(new URL("../../../infra/demo/feeders/semiurb4/energy_wh_15min.csv", import.meta.url))
const startUtc = Date.parse("2016-06-05T22:00Z") / 1_000
const devices = ["eastron-sdm630", "carlo-gavazzi-em24", "huawei-sun2000-grid", "schneider-iem3000"]
const stepOf: Readonly<Record<string, number>> = {
  "eastron-sdm630": 10, "carlo-gavazzi-em24": 100, "huawei-sun2000-grid": 10, "schneider-iem3000": 1,
  "sunspec-inverter-three-phase": 10
}

const open: { close?(): unknown; stop?(): unknown }[] = []
afterEach(async () => { for (const one of open.splice(0).reverse()) await (one.close?.() ?? one.stop?.()) })
const keep = <One extends { close?(): unknown; stop?(): unknown }>(one: One): One => {
  open.push(one)
  return one
}
const device = async (script: (asked: Asked) => void): Promise<ScriptedDevice> => keep(await scriptedDevice(script))
const registerOf = (result: PollResult | undefined): number | string =>
  result?.ok ? result.reading.registerWh : result?.error.name ?? "no result"
const fast = { answerTimeoutMs: 400, backoff: { firstMs: 5, highestMs: 40 } }
const sdm630 = (port: number, meteringPoint = "point"): PolledMeter =>
  ({ meteringPoint, profile: "eastron-sdm630", host: "127.0.0.1", port, unit: 1, direction: "withdrawal" })
// 4640 e6ae is 12,345.67 kWh (worked out in decode.test.ts); power 0 stands 20 words before it.
const sdm630Words = [...Array.from({ length: 20 }, () => 0), 0x4640, 0xe6ae]

/** Wh of the first periods of a column, added up from the text of the feeder data. */
const addedUp = (column: string, periods: number): number => {
  const [header = "", ...rows] = readFileSync(feederCsv, "utf8").trimEnd().split("\n")
  const first = rows.findIndex((row) => row.startsWith("2016-06-05T22:00Z"))
  const place = header.split(",").indexOf(column)
  return rows.slice(first, first + periods).reduce((sum, row) => sum + Math.abs(Number(row.split(",")[place])), 0)
}

describe("from the simulator to Wh", () => {
  const feeder: SimulatedMeter[] = [
    ...Array.from({ length: 58 }, (_, index) => ({ column: `load${index}`, device: devices[index % 4]!, direction: "withdrawal" as const })),
    ...Array.from({ length: 6 }, (_, index) => ({ column: `pv${index}`, device: "sunspec-inverter-three-phase", direction: "injection" as const })),
    ...Array.from({ length: 4 }, (_, index) => ({ column: `bat${index}`, device: devices[index]!, direction: "injection" as const }))
  ].map((meter, index) => Object.assign(meter, { meteringPoint: meter.column, initialWh: 1_000_000 + index * 12_345 }))

  it("gives every metering point of the feeder its exact register", async () => {
    const simulator = keep(await startSimulator({ feederCsv, startUtc, meters: feeder }))
    const poller = keep(MeterPoller.create(simulator.endpoints.map((endpoint, index) =>
      ({ ...endpoint, profile: feeder[index]!.device, direction: feeder[index]!.direction }))))
    await poller.pollAll() // connects, and waits for the slowest to speak
    for (const periods of [0, 48, 49, 50, 96]) {
      await simulator.setTime(startUtc + periods * 900)
      const results = await poller.pollAll()
      const expected = feeder.map(({ column, device: kind, initialWh }) => {
        const counter = initialWh + addedUp(column, periods)
        return counter - (counter % stepOf[kind]!)
      })
      expect(results.map(registerOf)).toEqual(expected)
      results.forEach((result, index) => {
        const power = 4 * (addedUp(feeder[index]!.column, periods + 1) - addedUp(feeder[index]!.column, periods))
        // An inverter above 32 kW shows tens of W.
        if (result.ok) expect(Math.abs(result.reading.powerW - power)).toBeLessThanOrEqual(power > 32_767 ? 5 : 0)
      })
    }
  })

  it("gives wrong Wh when one profile has its sign or word order swapped", async () => {
    const meters = devices.map((name, index) => ({ ...feeder[index]!, device: name, initialWh: 1_234_500 }))
    const simulator = keep(await startSimulator({ feederCsv, startUtc, meters }))
    const energies = async (change: (profile: DeviceProfile) => DeviceProfile): Promise<readonly (number | string)[]> => {
      const poller = MeterPoller.create(simulator.endpoints.map((endpoint, index) =>
        Object.assign(endpoint, { profile: change(loadProfile(devices[index]!)), direction: "withdrawal" as const })))
      const results = await poller.pollAll()
      await poller.close()
      return results.map(registerOf)
    }
    expect(await energies((profile) => profile)).toEqual([1_234_500, 1_234_500, 1_234_500, 1_234_500])
    expect(await energies(signSwapped))
      .toEqual([40_001_100, 40_002_200, 40_003_300, 40_004_400])
    const swapped = await energies(wordOrderSwapped)
    for (const energy of swapped) expect(energy).not.toBe(1_234_500)
  })

  it("answers every other meter while the simulator is gone, and comes back with it", async () => {
    const meters = [{ ...feeder[0]! }]
    const first = await startSimulator({ feederCsv, startUtc, meters })
    const port = first.endpoints[0]!.port
    const living = await device((asked) => asked.socket.write(answerWith(asked, sdm630Words)))
    const poller = keep(MeterPoller.create([sdm630(port, "dies"), sdm630(living.port, "lives")], fast))
    expect((await poller.pollAll()).map(registerOf)).toEqual([1_000_000, 12_345_670])
    await first.stop()
    expect((await poller.pollAll()).map(registerOf)).toEqual(["ConnectFailed", 12_345_670])
    keep(await startSimulator({ feederCsv, startUtc, meters: [{ ...meters[0]!, port }] }))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect((await poller.pollAll()).map(registerOf)).toEqual([1_000_000, 12_345_670])
  })
})

describe("one meter's failure", () => {
  it("is retried once over a fresh connection", async () => {
    const meter = await device((asked) => void (asked.index > 0 && asked.socket.write(answerWith(asked, sdm630Words))))
    const poller = keep(MeterPoller.create([sdm630(meter.port)], fast))
    expect((await poller.pollAll()).map(registerOf)).toEqual([12_345_670])
    expect(meter.connections()).toBe(2)
  })

  it("is a value with the name of its cause", async () => {
    const silent = await device(() => {})
    const wrongUnit = await device((asked) => asked.socket.write(refuseWith(asked, 11)))
    const noAddress = await device((asked) => asked.socket.write(refuseWith(asked, 2)))
    const notANumber = await device((asked) => asked.socket.write(answerWith(asked, sdm630Words.with(20, 0x7fc0))))
    const rubbish = await device((asked) => asked.socket.write("rubbish, rubbish, rubbish"))
    const closing = await device((asked) => asked.socket.destroy())
    const good = await device((asked) => asked.socket.write(answerWith(asked, sdm630Words)))
    const all = [silent, wrongUnit, noAddress, notANumber, rubbish, closing, good]
    const poller = keep(MeterPoller.create(all.map(({ port }) => sdm630(port)), fast))
    expect((await poller.pollAll()).map(registerOf)).toEqual([
      "AnswerTimeout", "DeviceException", "DeviceException", "ValueRefused", "WrongAnswer", "Closed", 12_345_670
    ])
    expect(wrongUnit.asked).toHaveLength(2) // a gateway may reach its device the next time
    expect(notANumber.asked).toHaveLength(1) // a refused value is an answer
  })

  it("is asked again over a fresh connection when the device is busy", async () => {
    const meter = await device((asked) => asked.socket.write(
      asked.connection === 0 ? refuseWith(asked, 6) : answerWith(asked, sdm630Words)))
    const poller = keep(MeterPoller.create([sdm630(meter.port)], fast))
    expect((await poller.pollAll()).map(registerOf)).toEqual([12_345_670])
  })
})

describe("a poller", () => {
  it("shares one connection between metering points of one device", async () => {
    const meter = await device((asked) => asked.socket.write(answerWith(asked, Array.from({ length: asked.words }, () => 0))))
    const poller = keep(MeterPoller.create(
      [sdm630(meter.port, "withdrawal"), { ...sdm630(meter.port, "injection"), direction: "injection" }], fast))
    expect((await poller.pollAll()).map(({ ok }) => ok)).toEqual([true, true])
    await poller.pollAll()
    expect(meter.connections()).toBe(1)
  })

  it("splits a block that the device refuses across a gap, and remembers it", async () => {
    const meter = await device((asked) => asked.socket.write(
      asked.words > 2 ? refuseWith(asked, 2) : answerWith(asked, asked.address === 72 ? [0x4640, 0xe6ae] : [0x4120, 0])))
    const poller = keep(MeterPoller.create([sdm630(meter.port)], fast))
    for (let poll = 0; poll < 2; poll++) {
      const [result] = await poller.pollAll()
      expect(result).toMatchObject({ ok: true, reading: { registerWh: 12_345_670, powerW: 10 } })
    }
    expect(meter.asked.map(({ address, words }) => `${address}+${words}`)).toEqual(["52+22", "52+2", "72+2", "52+2", "72+2"])
  })

  it("refuses a direction that the device cannot measure", () => {
    expect(() => MeterPoller.create([{ ...sdm630(1), profile: "sunspec-inverter-three-phase" }])).toThrow(/no counter for withdrawal/)
    expect(() => MeterPoller.create([{ ...sdm630(1), profile: "abacus" }])).toThrow(/no device profile abacus/)
  })

  it("ends its polls with Closed when it is closed", async () => {
    const silent = await device(() => {})
    const poller = MeterPoller.create([sdm630(silent.port)], { ...fast, answerTimeoutMs: 5_000 })
    const polled = poller.pollAll()
    setTimeout(() => void poller.close(), 30)
    expect((await polled).map(registerOf)).toEqual(["Closed"])
  })
})

describe("meters on one serial line", () => {
  it("share it, each with its own profile and unit, and a dead one leaves the others their polls", async () => {
    const line = keep(await scriptedSerialBus((asked) => {
      if (asked.unit === 3) return // dead
      asked.write(rtuAnswer(asked, Array.from({ length: asked.words }, (_, word) => sdm630Words[asked.address - 52 + word] ?? 0)))
    }))
    const meter = (unit: number): PolledMeter =>
      ({ meteringPoint: `point-${unit}`, profile: "eastron-sdm630", transport: "rtu", device: line.device, serial: { baud: 38_400 }, unit, direction: "withdrawal" })
    const poller = keep(MeterPoller.create([meter(1), meter(2), meter(3), meter(4)], { answerTimeoutMs: 300 }))
    for (let poll = 0; poll < 3; poll++) {
      expect((await poller.pollAll()).map(registerOf)).toEqual([12_345_670, 12_345_670, poll === 0 ? "AnswerTimeout" : expect.stringMatching(/AnswerTimeout|BackingOff/), 12_345_670])
    }
    const asked = line.asked.map(({ unit }) => unit)
    expect(asked.filter((unit) => unit === 3).length).toBeLessThan(asked.filter((unit) => unit === 1).length + 1)
  })
})

describe("meters that are followed", () => {
  it("are each polled again and again until the schedule stops", async () => {
    const meters = await Promise.all([1, 2, 3].map(() => device((asked) => asked.socket.write(answerWith(asked, sdm630Words)))))
    const poller = keep(MeterPoller.create(meters.map(({ port }, index) => sdm630(port, `point-${index}`)), fast))
    const polls = new Map<string, number>()
    const enough = new Promise<void>((resolve) => {
      const schedule = poller.follow(40, (result) => {
        expect(registerOf(result)).toBe(12_345_670)
        polls.set(result.meteringPoint, (polls.get(result.meteringPoint) ?? 0) + 1)
        if ([0, 1, 2].every((index) => (polls.get(`point-${index}`) ?? 0) >= 3)) void schedule.stop().then(resolve)
      })
    })
    await enough
    const asked = meters.map((meter) => meter.asked.length)
    await new Promise((resolve) => setTimeout(resolve, 120))
    expect(meters.map((meter) => meter.asked.length)).toEqual(asked)
  })
})

describe("a SunSpec device", () => {
  it("is asked for a point, its scale factor and the model's header in one request", async () => {
    const simulator = keep(await startSimulator({
      feederCsv, startUtc,
      meters: [{ meteringPoint: "pv", column: "pv0", device: "sunspec-inverter-three-phase", direction: "injection", initialWh: 50_000 }]
    }))
    const connection = keep(new ModbusConnection({ ...simulator.endpoints[0]! }))
    const reading = await readMeter(connection.forUnit(126), loadProfile("sunspec-inverter-three-phase"), "injection")
    expect(reading).toMatchObject({ registerWh: 50_000, registerStepWh: 10 })
    // 40000 + 2 + 68 (common) + 9 (vendor) = 40079, up to WH_SF, the 27th word.
    expect(reading.rawWords.map(({ address, words }) => `${address}+${words.length}`)).toEqual(["40079+27"])
  })

  it("is found at its second and third place, behind refusals and other words", async () => {
    for (const base of [0, 50_000]) {
      const inverter = await device(inverterAt(base))
      const connection = keep(new ModbusConnection({ host: "127.0.0.1", port: inverter.port }))
      const reading = await readMeter(connection.forUnit(1), loadProfile("sunspec-inverter-three-phase"), "injection")
      expect(reading.registerWh).toBe(7_000)
    }
  })

  it("is walked anew when its map has moved, instead of read at the old places", async () => {
    let moved = 0
    const inverter = await device((asked) => inverterAt(40_000, moved)(asked))
    const poller = keep(MeterPoller.create([{
      ...sdm630(inverter.port), profile: "sunspec-inverter-three-phase", direction: "injection"
    }], fast))
    expect((await poller.pollAll()).map(registerOf)).toEqual([7_000])
    moved = 4 // new firmware: the vendor's model in front has grown
    expect((await poller.pollAll()).map(registerOf)).toEqual([7_000])
  })

  it("is looked for anew when it refuses the places where its models were", async () => {
    let base = 40_000
    const inverter = await device((asked) => inverterAt(base)(asked))
    const poller = keep(MeterPoller.create([{
      ...sdm630(inverter.port), profile: "sunspec-inverter-three-phase", direction: "injection"
    }], fast))
    expect((await poller.pollAll()).map(registerOf)).toEqual([7_000])
    base = 0 // another device at the same address
    expect((await poller.pollAll()).map(registerOf)).toEqual(["DeviceException"])
    expect((await poller.pollAll()).map(registerOf)).toEqual([7_000])
  })
})

/** A map of a vendor's model and model 103 with WH = 7, WH_SF = 3; addresses outside it are refused. */
const inverterAt = (base: number, moved = 0) => (asked: Asked): void => {
  const vendor = Array.from({ length: 3 + moved }, () => 1)
  const inverter = Array.from({ length: 52 }, () => 0)
  for (const [point, word] of [[0, 103], [1, 50], [14, 100], [25, 7], [26, 3]] as const) inverter[point] = word
  const map = [0x5375, 0x6e53, 64_110, vendor.length, ...vendor, ...inverter, 0xffff, 0]
  const start = asked.address - base
  const isInside = start >= 0 && start + asked.words <= map.length
  asked.socket.write(isInside ? answerWith(asked, map.slice(start, start + asked.words)) : refuseWith(asked, 2))
}
