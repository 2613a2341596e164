/** The simulator as a stranger sees it: jsmodbus and raw sockets, no code of the gateway. */
import { connect, Socket } from "node:net"
import { fileURLToPath } from "node:url"
import jsmodbus from "jsmodbus"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { SimulatedMeter } from "./config.ts"
import { startSimulator, type Simulator } from "./start-simulator.ts"

const feederCsv = fileURLToPath(new URL("../../../infra/demo/feeders/semiurb4/energy_wh_15min.csv", import.meta.url))
const startUtc = Date.parse("2016-03-25T23:00Z") / 1_000
// The first rows of load0 are 83, 133 and 99 Wh, of bat1 -1181 and -1168 Wh (read off the file).
const meter = (device: string, direction: "withdrawal" | "injection" = "withdrawal"): SimulatedMeter => ({
  meteringPoint: device, device, direction, column: direction === "withdrawal" ? "load0" : "bat1", initialWh: 1_234_500
})
const meters = [
  meter("eastron-sdm630"), meter("carlo-gavazzi-em24"), meter("huawei-sun2000-grid"),
  meter("sunspec-inverter-three-phase", "injection"), meter("schneider-iem3000")
]

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator({ feederCsv, startUtc, meters })
  await simulator.setTime(startUtc + 1_800 + 450) // two periods and half of the third
})
afterAll(() => simulator.stop())

/** Milliseconds after which every simulated device speaks, however busy the machine is. */
const afterSilence = 300

const open = (index: number): Promise<Socket> => new Promise((resolve, reject) => {
  const socket = connect(simulator.endpoints[index]!.port, "127.0.0.1")
  socket.once("connect", () => resolve(socket)).once("error", reject)
})

/** The bytes of registers, read by a client that this project did not write. */
const read = async (index: number, functionCode: 3 | 4, address: number, words: number, unit?: number): Promise<Buffer> => {
  const socket = new Socket()
  const client = new jsmodbus.client.TCP(socket, unit ?? simulator.endpoints[index]!.unit, 1_000)
  await new Promise<void>((resolve) => socket.connect(simulator.endpoints[index]!.port, "127.0.0.1", resolve))
  await new Promise((resolve) => setTimeout(resolve, afterSilence)) // one of the devices is deaf at first
  try {
    const { response } = await (functionCode === 3
      ? client.readHoldingRegisters(address, words) : client.readInputRegisters(address, words))
    return (response.body as { valuesAsBuffer: Buffer }).valuesAsBuffer
  } finally {
    socket.destroy()
  }
}

/** Sends bytes, gives what comes back until `length` bytes or the end of the connection. */
const exchange = async (index: number, bytes: Buffer, length: number): Promise<Buffer> => {
  const socket = await open(index)
  return new Promise((resolve) => {
    let got = Buffer.alloc(0)
    socket.on("error", () => {})
    socket.on("close", () => resolve(got))
    socket.on("data", (part) => {
      got = Buffer.concat([got, part])
      if (got.length >= length) socket.destroy()
    })
    socket.write(bytes)
  })
}

describe("simulated devices, read by jsmodbus", () => {
  const third = 99
  const counterWh = 1_234_500 + 83 + 133 + 49 // 49.5 Wh of the third period, cut to whole Wh

  it("show the feeder's energy in the makers' formats", async () => {
    expect((await read(0, 4, 72, 2)).readFloatBE(0)).toBeCloseTo(Math.floor(counterWh / 10) / 100, 3)
    expect((await read(0, 4, 52, 2)).readFloatBE(0)).toBe(4 * third)
    const gavazzi = await read(1, 4, 66, 2)
    expect(gavazzi.readUInt16BE(2) * 65_536 + gavazzi.readUInt16BE(0)).toBe(Math.floor(counterWh / 100))
    const huawei = await read(2, 3, 37_113, 10)
    expect(huawei.readInt32BE(0)).toBe(-4 * third)
    expect(huawei.readUInt32BE(16)).toBe(Math.floor(counterWh / 10))
    expect((await read(4, 3, 3_203, 4)).readBigInt64BE(0)).toBe(BigInt(counterWh))
    expect((await read(4, 3, 3_059, 2)).readFloatBE(0)).toBeCloseTo((4 * third) / 1_000, 5)
  })

  it("show a SunSpec map that can be walked by length", async () => {
    expect((await read(3, 3, 40_000, 2)).toString("latin1")).toBe("SunS")
    const map = await read(3, 3, 40_070, 61)
    expect(map.readUInt16BE(0)).toBe(64_110)
    const inverter = 2 + map.readUInt16BE(2)
    expect([map.readUInt16BE(inverter * 2), map.readUInt16BE(inverter * 2 + 2)]).toEqual([103, 50])
    const energy = map.readUInt32BE((inverter + 24) * 2) * 10 ** map.readInt16BE((inverter + 26) * 2)
    expect(energy % 10).toBe(0)
    expect(energy).toBeGreaterThan(1_234_500 + 1_181 + 1_168 - 10)
  })

  it("show the other direction's counter as a constant of its own", async () => {
    const others = [
      (await read(0, 4, 74, 2)).readFloatBE(0) * 1_000,
      (await read(2, 3, 37_119, 2)).readUInt32BE(0) * 10,
      Number((await read(4, 3, 3_207, 4)).readBigInt64BE(0))
    ]
    for (const other of others) expect(other).toBeGreaterThan(40_000_000)
    expect(new Set(others.map(Math.round)).size).toBe(others.length)
  })

  it.each([
    ["an address outside the map", 0, 4, 500, 2, undefined, 2],
    ["the end of the map", 0, 4, 383, 2, undefined, 2],
    ["the other function code", 0, 3, 72, 2, undefined, 2],
    ["126 registers", 0, 4, 0, 126, undefined, 3],
    ["another unit", 0, 4, 72, 2, 9, 11]
  ] as const)("refuse %s", async (_, index, functionCode, address, words, unit, code) => {
    const request = Buffer.from([0, 1, 0, 0, 0, 6, unit ?? 1, functionCode, address >> 8, address & 255, 0, words])
    expect([...await exchange(index, request, 9)]).toEqual([0, 1, 0, 0, 0, 3, unit ?? 1, functionCode | 0x80, code])
  })

  it("survive hostile bytes", async () => {
    await exchange(0, Buffer.from("GET / HTTP/1.1\r\n\r\n"), 1)
    await exchange(0, Buffer.alloc(70_000, 0xff), 1)
    await exchange(0, Buffer.from([0, 1, 0, 0, 0, 0]), 1)
    expect([...await exchange(0, Buffer.from([0, 2, 0, 0, 0, 2, 1, 4]), 9)]).toEqual([0, 2, 0, 0, 0, 3, 1, 0x84, 3])
    expect([...await exchange(0, Buffer.from([0, 3, 0, 0, 0, 2, 1, 6]), 9)]).toEqual([0, 3, 0, 0, 0, 3, 1, 0x86, 1])
    for (let index = 0; index < 20; index++) {
      const socket = await open(0)
      socket.on("error", () => {})
      socket.write(Buffer.from([0, index, 0, 0, 0, 6, 1]), () => socket.resetAndDestroy())
    }
    expect(await read(0, 4, 72, 2)).toHaveLength(4)
  })

  it("tell a second client that they are busy, and the first in its first moments nothing", async () => {
    const first = await open(2)
    const second = await exchangeLater(2)
    expect([...second.subarray(6)]).toEqual([1, 0x83, 6])
    first.destroy()
    // On a busy machine a request may leave this process after the device's silence: then it is tried again.
    let deaf: unknown
    for (let attempt = 0; attempt < 20 && deaf !== "nothing"; attempt++) {
      deaf = await Promise.race([
        exchange(2, request37113, 9), new Promise<string>((resolve) => setTimeout(resolve, 200, "nothing"))
      ])
    }
    expect(deaf).toBe("nothing")
  })
})

const request37113 = Buffer.from([0, 1, 0, 0, 0, 6, 1, 3, 0x90, 0xf9, 0, 2])

const exchangeLater = async (index: number): Promise<Buffer> => {
  const socket = await open(index)
  await new Promise((resolve) => setTimeout(resolve, afterSilence))
  return new Promise((resolve) => {
    socket.once("data", (bytes) => {
      socket.destroy()
      resolve(bytes)
    })
    socket.write(request37113)
  })
}

const start = (change: Partial<SimulatedMeter>): Promise<Simulator> =>
  startSimulator({ feederCsv, startUtc, meters: [{ ...meters[1]!, ...change }] })

describe("the simulator's process", () => {
  it("says which windows there are when the start lies in none", async () => {
    await expect(startSimulator({ feederCsv, startUtc: 0, meters })).rejects.toThrow(/windows are 2016-03-25T23:00/)
  })

  it("refuses what it cannot serve", async () => {
    await expect(start({ device: "abacus" })).rejects.toThrow(/no device abacus; there are/)
    await expect(start({ column: "load99" })).rejects.toThrow(/no column load99/)
    await expect(start({ registerStepWh: 10 })).rejects.toThrow(/multiple of 100/)
    await expect(start({ device: "sunspec-inverter-three-phase" })).rejects.toThrow(/no counter for withdrawal/)
  })

  it("refuses a time before the window and keeps the one it has", async () => {
    await expect(simulator.setTime(startUtc - 1)).rejects.toThrow(/before the window/)
    expect((await read(0, 4, 52, 2)).readFloatBE(0)).toBe(4 * 99)
  })

  it("is gone after stop, and refuses calls then", async () => {
    const other = await startSimulator({ feederCsv, startUtc, meters: [meters[0]!] })
    await other.stop()
    expect(() => process.kill(other.pid, 0)).toThrow(/ESRCH/)
    await expect(other.setTime(startUtc)).rejects.toThrow(/ended/)
  })
})
