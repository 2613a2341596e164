/**
 * What modbus-serial does when it is used bare, and what a connection of ours does with the same device. The bare
 * half stands here so that each defect is known to be real; when a new version mends one, its test says so.
 */
import { createServer, type AddressInfo } from "node:net"
import modbusSerial from "modbus-serial"
import { afterEach, describe, expect, it } from "vitest"
import { rtuAnswer, scriptedRtuServer } from "../test-support/scripted-bus.ts"
import { answerWith, frame, scriptedDevice, type Asked, type ScriptedDevice } from "../test-support/scripted-device.ts"
import { ModbusConnection } from "./modbus-connection.ts"

const Library = modbusSerial.default
type Bare = InstanceType<typeof Library>

const open: (() => unknown)[] = []
afterEach(async () => { for (const close of open.splice(0).reverse()) await close() })

const device = async (script: (asked: Asked) => void): Promise<ScriptedDevice> => {
  const started = await scriptedDevice(script)
  open.push(() => started.close())
  return started
}
const bare = async (port: number, timeoutMs?: number): Promise<Bare> => {
  const client = new Library()
  client.on("error", () => {})
  await client.connectTCP("127.0.0.1", { port })
  open.push(() => client.destroy(() => {}))
  client.setID(1)
  if (timeoutMs) client.setTimeout(timeoutMs)
  return client
}
const ours = (port: number, rules: { depth?: number; answerTimeoutMs?: number } = {}): ModbusConnection => {
  const connection = new ModbusConnection({ host: "127.0.0.1", port, answerTimeoutMs: 5_000, backoff: { firstMs: 2, highestMs: 10 }, ...rules })
  open.push(() => connection.close())
  return connection
}
const bareRead = (client: Bare, unit: number, address: number, words = 1): Promise<readonly number[]> =>
  new Promise((resolve, reject) => client.writeFC3(unit, address, words, (error, answer) => (error ? reject(error) : resolve(answer.data))))
const outcomeOf = (promise: Promise<unknown>, withinMs = 250): Promise<unknown> => Promise.race([
  promise.then((value) => value, (error: Error) => error.name),
  new Promise((resolve) => { setTimeout(() => resolve("still waiting"), withinMs) })
])
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

describe("modbus-serial bare, and behind our connection", () => {
  it("1: more than 256 requests in flight give wrong values without an error", async () => {
    const held: Asked[] = []
    const slow = await device((asked) => {
      held.push(asked)
      if (held.length === 300) for (const one of held) one.socket.write(answerWith(one, [one.address]))
    })
    const client = await bare(slow.port, 1_000)
    const wrong = await Promise.all(numbers(300).map((address) => bareRead(client, 1, address).then(([word]) => word !== address, () => false)))
    expect(wrong.filter(Boolean).length).toBeGreaterThan(0)

    const quick = await device((asked) => asked.socket.write(answerWith(asked, [asked.address])))
    const unit = ours(quick.port, { depth: 200 }).forUnit(1)
    expect((await Promise.all(numbers(600).map((address) => unit.read(3, address, 1)))).map(([word]) => word)).toEqual(numbers(600))
  })

  it("2: an answer that comes after its timeout is taken for another request's, 256 later", async () => {
    // The first question is answered when the 257th is asked.
    const script = (): ((asked: Asked) => void) => {
      let first: Asked | null = null
      return (asked) => {
        if (first === null) first = asked
        else asked.socket.write(answerWith(asked.index === 256 ? first : asked, [asked.index === 256 ? 0xdead : asked.index]))
      }
    }
    const forBare = await device(script())
    const client = await bare(forBare.port, 500)
    await expect(bareRead(client, 1, 0)).rejects.toThrow(/Timed out/)
    let believed = false
    for (let index = 1; index <= 256; index++) believed ||= (await bareRead(client, 1, 0))[0] === 0xdead
    expect(believed).toBe(true)

    const forOurs = await device(script())
    const unit = ours(forOurs.port, { answerTimeoutMs: 500 }).forUnit(1)
    await expect(unit.read(3, 0, 1)).rejects.toMatchObject({ name: "AnswerTimeout" })
    for (let index = 1; index <= 260; index++) expect(await unit.read(3, 0, 1).catch(() => [])).not.toEqual([0xdead])
    expect(forOurs.connections()).toBeGreaterThan(1)
  })

  it("3: setID and an await before the read ask the wrong unit", async () => {
    const gateway = await device((asked) => asked.socket.write(answerWith(asked, [asked.unit])))
    const client = await bare(gateway.port, 1_000)
    const units = numbers(50).map((unit) => unit + 1)
    const readUnit = async (unit: number): Promise<number | undefined> => {
      client.setID(unit)
      await Promise.resolve()
      return (await client.readHoldingRegisters(0, 1)).data[0]
    }
    expect((await Promise.all(units.map(readUnit))).filter((answer, index) => answer !== units[index]).length).toBeGreaterThan(0)

    const connection = ours(gateway.port, { depth: 8 })
    expect((await Promise.all(units.map((unit) => connection.forUnit(unit).read(3, 0, 1)))).map(([word]) => word)).toEqual(units)
  })

  it.each<[string, (asked: Asked) => Buffer]>([
    ["a stray byte", (asked) => Buffer.concat([Buffer.from([7]), answerWith(asked, [1])])],
    ["an oversized length", (asked) => Buffer.concat([Buffer.from([0, asked.transaction, 0, 0, 0xf0, 0]), answerWith(asked, [1])])]
  ])("4: after %s no later request is answered any more", async (_, bytes) => {
    const script = (asked: Asked): void => void asked.socket.write(asked.index === 0 ? bytes(asked) : answerWith(asked, [asked.index]))
    const forBare = await device(script)
    const client = await bare(forBare.port, 60)
    for (let index = 0; index < 5; index++) await expect(bareRead(client, 1, 0)).rejects.toThrow()

    const unit = ours((await device(script)).port).forUnit(1)
    await expect(unit.read(3, 0, 1)).rejects.toMatchObject({ name: "WrongAnswer" })
    for (let index = 1; index < 5; index++) expect(await unit.read(3, 0, 1)).toEqual([index])
  })

  it("5: without a timeout a silent device is waited for, for good", async () => {
    const silent = await device(() => {})
    expect(await outcomeOf(bareRead(await bare(silent.port), 1, 0))).toBe("still waiting")
    const connection = new ModbusConnection({ host: "127.0.0.1", port: silent.port })
    open.push(() => connection.close())
    expect(await outcomeOf(connection.forUnit(1).read(3, 0, 1), 20_000)).toBe("AnswerTimeout")
  })

  it("5: a client that is destroyed leaves its requests unsettled", async () => {
    const silent = await device(() => {})
    const client = await bare(silent.port, 100)
    const asked = bareRead(client, 1, 0)
    client.destroy(() => {})
    expect(await outcomeOf(asked)).toBe("still waiting")

    const connection = ours(silent.port)
    const request = connection.forUnit(1).read(3, 0, 1)
    setTimeout(() => connection.close(), 20)
    expect(await outcomeOf(request, 20_000)).toBe("Closed")
  })

  it("5: a device that closes leaves requests waiting for their timeout", async () => {
    const closing = await device((asked) => asked.socket.destroy())
    expect(await outcomeOf(bareRead(await bare(closing.port, 5_000), 1, 0))).toBe("still waiting")
    expect(await outcomeOf(ours(closing.port).forUnit(1).read(3, 0, 1), 4_000)).toBe("Closed")
  })

  it("5: it never comes back by itself", async () => {
    const script = (asked: Asked): void => void asked.socket.end(answerWith(asked, [asked.connection]))
    const client = await bare((await device(script)).port, 100)
    expect(await bareRead(client, 1, 0)).toEqual([0])
    await new Promise((resolve) => setTimeout(resolve, 50))
    for (let tries = 0; tries < 3; tries++) expect(await outcomeOf(bareRead(client, 1, 0))).toBe("PortNotOpenError")

    const unit = ours((await device(script)).port).forUnit(1)
    for (let connection = 0; connection < 3; connection++) {
      expect(await unit.read(3, 0, 1)).toEqual([connection])
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })

  it("6: what it calls RTU buffered over TCP sends MBAP headers", async () => {
    const received: Buffer[] = []
    const server = createServer((socket) => { socket.on("data", (bytes) => received.push(bytes)).on("error", () => {}); open.push(() => socket.destroy()) })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    open.push(() => server.close())
    const client = new Library()
    client.on("error", () => {})
    await client.connectTcpRTUBuffered("127.0.0.1", { port: (server.address() as AddressInfo).port })
    open.push(() => client.destroy(() => {}))
    expect(await outcomeOf(bareRead(client, 9, 0))).toBe("still waiting")
    expect(Buffer.concat(received).readUInt16BE(4)).toBe(6) // a header with its length; an RTU frame begins with the unit id

    const gateway = await scriptedRtuServer((asked) => asked.write(rtuAnswer(asked, numbers(asked.words))))
    open.push(() => gateway.close())
    const connection = new ModbusConnection({ transport: "rtu-over-tcp", host: "127.0.0.1", port: gateway.port })
    open.push(() => connection.close())
    expect(await connection.forUnit(9).read(3, 0, 125)).toEqual(numbers(125))
  })

  it("9: a byte count that is too small is accepted, with fewer words", async () => {
    const short = await device((asked) => asked.socket.write(frame(asked.transaction, [asked.unit, 3, 2, 0, 1, 0, 2])))
    expect(await bareRead(await bare(short.port, 200), 1, 0, 2)).toEqual([1])
    await expect(ours(short.port).forUnit(1).read(3, 0, 2)).rejects.toMatchObject({ name: "WrongAnswer" })
  })
})
