import { afterEach, describe, expect, it } from "vitest"
import { answerWith, frame, refuseWith, scriptedDevice, type Asked, type ScriptedDevice } from "../test-support/scripted-device.ts"
import type { ConnectionRules } from "./connection-settings.ts"
import { ModbusConnection } from "./modbus-connection.ts"

const open: { close(): unknown }[] = []
afterEach(async () => { for (const one of open.splice(0).reverse()) await one.close() })

const device = async (script: (asked: Asked) => void): Promise<ScriptedDevice> => {
  const started = await scriptedDevice(script)
  open.push(started)
  return started
}

const connect = (port: number, settings: Partial<ConnectionRules & { readonly host: string }> = {}): ModbusConnection => {
  const connection = new ModbusConnection({
    host: "127.0.0.1", port, answerTimeoutMs: 2_000, backoff: { firstMs: 5, highestMs: 50 }, random: () => 0, ...settings
  })
  open.push(connection)
  return connection
}

const failureOf = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(() => { throw new Error("was answered") }, (error: Error) => error)

describe("a kept connection", () => {
  it("asks exactly for unit, function, address and length", async () => {
    const meter = await device((asked) => asked.socket.write(answerWith(asked, [1, 2])))
    expect(await connect(meter.port).forUnit(7).read(4, 72, 2)).toEqual([1, 2])
    expect(meter.asked[0]).toMatchObject({ unit: 7, functionCode: 4, address: 72, words: 2 })
  })

  it("keeps units apart while their requests interleave", async () => {
    const gateway = await device((asked) => asked.socket.write(answerWith(asked, [asked.unit * 256 + asked.address])))
    const connection = connect(gateway.port, { depth: 16 })
    const questions = Array.from({ length: 600 }, (_, index) => ({ unit: index % 50, address: index % 7 }))
    const answers = await Promise.all(questions.map(({ unit, address }) => connection.forUnit(unit).read(3, address, 1)))
    expect(answers.map(([word]) => word)).toEqual(questions.map(({ unit, address }) => unit * 256 + address))
  })

  it("has no more in flight than its depth, whatever is asked at once", async () => {
    let inFlight = 0
    let most = 0
    const meter = await device((asked) => {
      most = Math.max(most, ++inFlight)
      setTimeout(() => { inFlight--; asked.socket.write(answerWith(asked, [asked.address])) }, 2)
    })
    const unit = connect(meter.port, { depth: 200, answerTimeoutMs: 5_000 }).forUnit(1)
    const answers = await Promise.all(Array.from({ length: 1_000 }, (_, index) => unit.read(3, index, 1)))
    expect(answers.map(([word]) => word)).toEqual(Array.from({ length: 1_000 }, (_, index) => index))
    expect(most).toBeLessThanOrEqual(200)
    expect(() => new ModbusConnection({ host: "127.0.0.1", port: 1, depth: 201 })).toThrow(RangeError)
  })

  it("never reuses a transaction number that is still in flight", async () => {
    let held: Asked | null = null
    const meter = await device((asked) => {
      if (asked.index === 0) held = asked
      else asked.socket.write(answerWith(asked, [asked.address]))
      if (asked.index === 255 && held) asked.socket.write(answerWith(held, [held.address]))
    })
    const unit = connect(meter.port, { depth: 8, answerTimeoutMs: 5_000 }).forUnit(1)
    const answers = await Promise.all(Array.from({ length: 700 }, (_, index) => unit.read(3, index, 1)))
    expect(answers.map(([word]) => word)).toEqual(Array.from({ length: 700 }, (_, index) => index))
  })

  it("drops the connection after a timeout, so that a late answer reaches nobody", async () => {
    const meter = await device((asked) => {
      if (asked.index === 0) setTimeout(() => asked.socket.write(answerWith(asked, [0xdead])), 720)
      else asked.socket.write(answerWith(asked, [asked.index]))
    })
    const unit = connect(meter.port, { answerTimeoutMs: 600 }).forUnit(1)
    expect(await failureOf(unit.read(3, 0, 1))).toMatchObject({ name: "AnswerTimeout" })
    // 256 requests later modbus-serial would have taken the late answer for a fresh one.
    for (let index = 1; index <= 300; index++) expect(await unit.read(3, 0, 1)).toEqual([index])
    expect(meter.connections()).toBe(2)
  })

  it("believes no answer to a question of an earlier connection, as a gateway sends whose bus was late", async () => {
    const meter = await device((asked) => {
      if (asked.connection === 1) asked.socket.write(answerWith(meter.asked[0]!, [0xdead]))
      if (asked.connection === 2) asked.socket.write(answerWith(asked, [asked.address]))
    })
    const unit = connect(meter.port, { answerTimeoutMs: 200 }).forUnit(1)
    expect(await failureOf(unit.read(3, 5, 1))).toMatchObject({ name: "AnswerTimeout" })
    expect(await failureOf(unit.read(3, 6, 1))).toMatchObject({ name: "WrongAnswer" })
    expect(await unit.read(3, 7, 1)).toEqual([7])
  })

  it("settles everything at once when the device closes", async () => {
    const meter = await device((asked) => void (asked.index === 2 && asked.socket.end()))
    const unit = connect(meter.port, { depth: 3, answerTimeoutMs: 5_000 }).forUnit(1)
    const errors = await Promise.all([1, 2, 3].map((address) => failureOf(unit.read(3, address, 1))))
    expect(errors.map(({ name }) => name)).toEqual(["Closed", "Closed", "Closed"])
  })

  it("settles everything in flight and waiting when it is closed", async () => {
    const meter = await device(() => {})
    const connection = connect(meter.port, { answerTimeoutMs: 5_000 })
    const asked = [1, 2, 3].map((address) => failureOf(connection.forUnit(1).read(3, address, 1)))
    setTimeout(() => connection.close(), 30)
    expect((await Promise.all(asked)).map(({ name }) => name)).toEqual(["Closed", "Closed", "Closed"])
    expect(await failureOf(connection.forUnit(1).read(3, 0, 1))).toMatchObject({ name: "Closed" })
  })

  it("names the exception of a device and goes on", async () => {
    const meter = await device((asked) => asked.socket.write(
      asked.index === 0 ? refuseWith(asked, 6) : answerWith(asked, [5])))
    const unit = connect(meter.port).forUnit(1)
    expect(await failureOf(unit.read(3, 0, 1))).toMatchObject({ name: "DeviceException", code: 6, codeName: "server device busy" })
    expect(await unit.read(3, 0, 1)).toEqual([5])
    expect(meter.connections()).toBe(1)
  })

  it("keeps silent after a connect for as long as the device needs", async () => {
    let connectedAt = 0
    const meter = await device((asked) => {
      connectedAt = performance.now() - connectedAt
      asked.socket.write(answerWith(asked, [1]))
    })
    connectedAt = performance.now()
    await connect(meter.port, { silenceAfterConnectMs: 150 }).forUnit(1).read(3, 0, 1)
    expect(connectedAt).toBeGreaterThanOrEqual(145)
  })

  it("refuses to connect in a loop: it waits longer after each failure and says so", async () => {
    const gone = await scriptedDevice(() => {})
    await gone.close()
    const unit = connect(gone.port, { backoff: { firstMs: 600, highestMs: 10_000 }, patienceMs: 650 }).forUnit(1)
    const names: string[] = []
    for (let index = 0; index < 3; index++) names.push((await failureOf(unit.read(3, 0, 1))).name)
    expect(names).toEqual(["ConnectFailed", "ConnectFailed", "BackingOff"])
  })

  it("gives up on a connect that nobody answers", async () => {
    const connection = connect(81, { host: "192.0.2.1", connectTimeoutMs: 50 }) // an address that no one has
    const error = await failureOf(connection.forUnit(1).read(3, 0, 1))
    expect(["ConnectTimeout", "ConnectFailed"]).toContain(error.name)
  })
})

const wrongBytes: readonly [string, (asked: Asked) => Buffer][] = [
  ["a stray byte in front", (asked) => Buffer.concat([Buffer.from([0]), answerWith(asked, [1, 2])])],
  ["another protocol id", (asked) => frame(asked.transaction, [asked.unit, 3, 4, 0, 1, 0, 2], 9)],
  ["an oversized length", (asked) => Buffer.from([0, asked.transaction, 0, 0, 255, 255, 1, 3, 4])],
  ["a length of nothing", (asked) => Buffer.from([0, asked.transaction, 0, 0, 0, 1, 1])],
  ["too few words", (asked) => answerWith(asked, [1])],
  ["too many words", (asked) => answerWith(asked, [1, 2, 3])],
  ["a byte count below the data", (asked) => frame(asked.transaction, [asked.unit, 3, 2, 0, 1, 0, 2])],
  ["another unit", (asked) => answerWith({ ...asked, unit: 9 }, [1, 2])],
  ["another function", (asked) => answerWith({ ...asked, functionCode: 4 }, [1, 2])],
  ["another transaction", (asked) => answerWith({ ...asked, transaction: asked.transaction + 1 }, [1, 2])],
  ["the answer of an old transaction", (asked) => answerWith({ ...asked, transaction: 0 }, [1, 2])],
  ["rubbish", () => Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")]
]

describe("bytes that are no answer", () => {
  it.each(wrongBytes)("%s: refused, and the next request goes over a fresh connection", async (_, bytes) => {
    const meter = await device((asked) => asked.socket.write(asked.index === 0 ? bytes(asked) : answerWith(asked, [3, 4])))
    const unit = connect(meter.port).forUnit(1)
    expect(await failureOf(unit.read(3, 0, 2))).toMatchObject({ name: "WrongAnswer" })
    expect(await unit.read(3, 0, 2)).toEqual([3, 4])
    expect(meter.connections()).toBe(2)
  })

  it("refuses an answer that comes twice", async () => {
    const meter = await device((asked) => asked.socket.write(Buffer.concat([answerWith(asked, [1]), answerWith(asked, [2])])))
    // The first copy is right; the second shows that the stream is not, so neither is believed.
    expect(await failureOf(connect(meter.port).forUnit(1).read(3, 0, 1))).toMatchObject({ name: "WrongAnswer" })
  })

  it("puts an answer together from single bytes", async () => {
    const meter = await device(async (asked) => {
      asked.socket.setNoDelay(true)
      for (const byte of answerWith(asked, [0x1234, 0x5678])) {
        asked.socket.write(Buffer.from([byte]))
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
    })
    expect(await connect(meter.port, { answerTimeoutMs: 2_000 }).forUnit(1).read(3, 0, 2)).toEqual([0x1234, 0x5678])
  })
})
