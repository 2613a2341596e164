/** The test device as a stranger sees it: raw sockets, and a client that this project did not write. */
import { connect, Socket } from "node:net"
import jsmodbus from "jsmodbus"
import { afterEach, describe, expect, it } from "vitest"
import { loadProfile } from "../profiles/load-profile.ts"
import { readImage } from "./register-image.ts"
import { startDevices, type DevicesConfig, type RunningDevices } from "./start-devices.ts"

const running: RunningDevices[] = []
afterEach(async () => { for (const one of running.splice(0)) await one.stop() })
const start = async (config: DevicesConfig): Promise<RunningDevices> => {
  const devices = await startDevices(config)
  running.push(devices)
  return devices
}
const image = (words: readonly number[], address = 0) => ({ image: [{ unit: 1, functionCode: 3 as const, address, words }] })

/** Writes parts one after another, and gives the first bytes that come back. */
const exchange = (port: number, parts: readonly Buffer[], length: number): Promise<Buffer> => new Promise((resolve, reject) => {
  const socket = connect(port, "127.0.0.1")
  let got = Buffer.alloc(0)
  socket.on("error", reject)
  socket.on("close", () => resolve(got))
  socket.on("data", (bytes) => {
    got = Buffer.concat([got, bytes])
    if (got.length >= length) socket.destroy()
  })
  socket.once("connect", async () => {
    for (const part of parts) {
      socket.write(part)
      await new Promise((done) => setImmediate(done))
    }
  })
})

const request = (transaction: number, unit: number, functionCode: number, address: number, words: number): Buffer =>
  Buffer.from([transaction >> 8, transaction & 255, 0, 0, 0, 6, unit, functionCode, address >> 8, address & 255, words >> 8, words & 255])

describe("a test device", () => {
  it("serves an image to a client that this project did not write", async () => {
    const { ports } = await start({ shows: image([258, 0xffff, 3], 40_000) })
    const socket = new Socket()
    const client = new jsmodbus.client.TCP(socket, 1, 2_000)
    await new Promise<void>((resolve) => socket.connect(ports[0]!, "127.0.0.1", resolve))
    const { response } = await client.readHoldingRegisters(40_000, 3)
    socket.destroy()
    expect([...response.body.valuesAsArray]).toEqual([258, 65_535, 3])
  })

  it("answers requests that come in parts, and many that come at once, in their order", async () => {
    const { ports, answered } = await start({ shows: image([10, 11, 12, 13]) })
    const all = Buffer.concat(Array.from({ length: 50 }, (_, index) => request(index, 1, 3, index % 4, 1)))
    const bytes = [...all].map((byte) => Buffer.from([byte]))
    for (const parts of [[all], bytes, [all.subarray(0, 301), all.subarray(301)]]) {
      const got = await exchange(ports[0]!, parts, 50 * 11)
      expect(Array.from({ length: 50 }, (_, index) => [got.readUInt16BE(index * 11), got.readUInt16BE(index * 11 + 9)]))
        .toEqual(Array.from({ length: 50 }, (_, index) => [index, 10 + (index % 4)]))
    }
    expect(answered()).toBe(150)
  })

  it.each([
    ["126 registers", request(1, 1, 3, 0, 126), [0x83, 3]],
    ["no registers", request(1, 1, 3, 0, 0), [0x83, 3]],
    ["an address outside", request(1, 1, 3, 130, 1), [0x83, 2]],
    ["the end of the image", request(1, 1, 3, 125, 6), [0x83, 2]],
    ["the other function code", request(1, 1, 4, 0, 1), [0x84, 2]],
    ["a function that writes", request(1, 1, 6, 0, 1), [0x86, 1]],
    ["another unit", request(1, 9, 3, 0, 1), [0x83, 11]]
  ])("refuses %s", async (_, asked, [functionCode, code]) => {
    const { ports } = await start({ shows: image(Array.from({ length: 130 }, () => 7)) })
    const got = await exchange(ports[0]!, [asked], 9)
    expect([...got]).toEqual([0, 1, 0, 0, 0, 3, asked[6], functionCode, code])
  })

  it("gives 125 registers", async () => {
    const { ports } = await start({ shows: image(Array.from({ length: 130 }, () => 7)) })
    expect(await exchange(ports[0]!, [request(1, 1, 3, 5, 125)], 259)).toHaveLength(259)
  })

  it("ends a connection that does not speak Modbus, and lives on", async () => {
    const { ports } = await start({ shows: image([1]) })
    expect(await exchange(ports[0]!, [Buffer.from("GET / HTTP/1.1\r\n\r\n")], 1)).toHaveLength(0)
    expect(await exchange(ports[0]!, [Buffer.alloc(70_000, 0xff)], 1).catch(() => Buffer.alloc(0))).toHaveLength(0)
    expect(await exchange(ports[0]!, [request(1, 1, 3, 0, 1)], 11)).toHaveLength(11)
  })

  it("speaks serial frames over TCP, and is silent where a bus would be", async () => {
    const { ports } = await start({ shows: image([0x0d1f, 2]), framing: "rtu" })
    // The frame 01 03 00 00 00 02 has the checksum C4 0B, low byte first (a common example of the serial line).
    const asked = Buffer.from("010300000002c40b", "hex")
    const got = await exchange(ports[0]!, [asked.subarray(0, 3), asked.subarray(3)], 9)
    expect(got.subarray(0, 7).toString("hex")).toBe("0103040d1f0002")
    const wrong = Buffer.from("010300000002c40c", "hex")
    const other = Buffer.from("020300000002c438", "hex") // unit 2, right checksum
    expect((await exchange(ports[0]!, [wrong, other, asked], 9)).toString("hex")).toBe(got.toString("hex"))
  })

  it("serves many devices with counters of their own, and frees their ports", async () => {
    const devices = await start({ shows: { profile: loadProfile("schneider-iem3000") }, count: 300 })
    expect(new Set(devices.ports).size).toBe(300)
    const counters = await Promise.all(devices.ports.map(async (port) => (await exchange(port, [request(1, 1, 3, 3_203, 4)], 17)).readBigInt64BE(9)))
    expect(new Set(counters.map(String)).size).toBe(300)
    await running.pop()!.stop()
    await expect(exchange(devices.ports[0]!, [], 1)).rejects.toMatchObject({ code: "ECONNREFUSED" })
  })

  it("refuses a port that is taken, and leaves none open", async () => {
    const { ports } = await start({ shows: image([1]) })
    await expect(startDevices({ shows: image([1]), port: ports[0]! - 1, count: 2 })).rejects.toMatchObject({ code: expect.stringMatching(/EADDRINUSE/) as string })
  })

  it("is as strict as its profile where it is told to be", async () => {
    let time = 0
    const { ports } = await start({ shows: { profile: loadProfile("huawei-sun2000-grid") }, isStrict: true, now: () => time })
    const first = connect(ports[0]!, "127.0.0.1")
    await new Promise((resolve) => first.once("connect", resolve))
    first.write(request(1, 1, 3, 37_113, 2)) // swallowed: asked too soon
    await new Promise((resolve) => setTimeout(resolve, 30))
    time = 1_000
    first.write(request(2, 1, 3, 37_113, 2))
    const bytes = await new Promise<Buffer>((resolve) => first.once("data", resolve))
    expect(bytes.readUInt16BE(0)).toBe(2)
    const second = connect(ports[0]!, "127.0.0.1")
    await new Promise((resolve) => second.once("connect", resolve))
    await new Promise((resolve) => setTimeout(resolve, 30))
    time = 2_500
    second.write(request(3, 1, 3, 37_113, 2))
    expect([...(await new Promise<Buffer>((resolve) => second.once("data", resolve))).subarray(6)]).toEqual([1, 0x83, 6])
    first.write(request(4, 1, 3, 37_117, 2)) // between power and energy there is nothing
    expect([...(await new Promise<Buffer>((resolve) => first.once("data", resolve))).subarray(6)]).toEqual([1, 0x83, 2])
    first.destroy()
    second.destroy()
  })
})

describe("a register image", () => {
  it("takes numbers and hexadecimal text, in a list or under blocks", () => {
    const blocks = '[{ "unit": 7, "functionCode": 4, "address": 10, "words": [1, "0x00ff", "10"] }, { "address": 0, "words": "5375 6e53" }]'
    const read = [{ unit: 7, functionCode: 4, address: 10, words: [1, 255, 16] }, { unit: 3, functionCode: 3, address: 0, words: [0x5375, 0x6e53] }]
    expect(readImage(blocks, "x.json", 3)).toEqual(read)
    expect(readImage(`{ "blocks": ${blocks} }`, "x.json", 3)).toEqual(read)
  })

  it.each([
    ["[\n{ \"address\": 0,\n\"words\": [1, 65536] }]", /x\.json:3: \[0\]\.words\[1\]: must be a word/],
    ["[\n{ \"address\": 65535,\n\"words\": [1, 2] }]", /x\.json:3: \[0\]\.words: words reach beyond/],
    ["[{ \"adress\": 0, \"words\": [1] }]", /adress is not a field/],
    ["[]", /holds no block/],
    ["7", /must be an object/],
    ["{", /JSON/]
  ])("refuses %j and names the line", (text, message) => {
    expect(() => readImage(text, "x.json", 1)).toThrow(message)
  })
})
