import { afterEach, describe, expect, it } from "vitest"
import { ModbusConnection } from "../client/modbus-connection.ts"
import { rtuAnswer, rtuFrame, scriptedSerialBus, type AskedOnBus, type ScriptedBus } from "../test-support/scripted-bus.ts"
import { silenceBetweenFramesMs } from "./transport.ts"

const open: { close(): unknown }[] = []
afterEach(async () => { for (const one of open.splice(0).reverse()) await one.close() })
const keep = <One extends { close(): unknown }>(one: One): One => {
  open.push(one)
  return one
}
const bus = async (script: (asked: AskedOnBus) => void): Promise<ScriptedBus & { readonly device: string }> => keep(await scriptedSerialBus(script))
const rules = { answerTimeoutMs: 2_000, patienceMs: 100, backoff: { firstMs: 5, highestMs: 50 }, random: () => 0 }
const connect = (device: string, baud = 19_200, answerTimeoutMs = rules.answerTimeoutMs): ModbusConnection =>
  keep(new ModbusConnection({ ...rules, answerTimeoutMs, transport: "rtu", device, serial: { baud } }))
const failureOf = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(() => { throw new Error("was answered") }, (error: Error) => error)

describe("a serial line, over a real pseudo-terminal", () => {
  it("asks and answers in RTU frames", async () => {
    const line = await bus((asked) => asked.write(rtuAnswer(asked, [0x1234, asked.address])))
    expect(await connect(line.device).forUnit(7).read(4, 72, 2)).toEqual([0x1234, 72])
    expect(line.asked[0]).toMatchObject({ unit: 7, functionCode: 4, address: 72, words: 2 })
  })

  it("has one question on the line at a time, and the silence of 3.5 characters between frames", async () => {
    let onTheLine = 0
    let most = 0
    const answeredAt: number[] = []
    const line = await bus((asked) => {
      most = Math.max(most, ++onTheLine)
      setTimeout(() => {
        onTheLine -= 1
        asked.write(rtuAnswer(asked, [asked.unit]))
        answeredAt.push(performance.now())
      }, 3)
    })
    const connection = connect(line.device, 9_600)
    const units = Array.from({ length: 40 }, (_, index) => 1 + (index % 4))
    const answers = await Promise.all(units.map((unit) => connection.forUnit(unit).read(3, 0, 1)))
    expect(answers.map(([word]) => word)).toEqual(units)
    expect(most).toBe(1)
    // 38.5 bits of silence take 4.01 ms at 9,600 baud.
    expect(silenceBetweenFramesMs({ transport: "rtu", device: line.device })).toBeCloseTo(4.01, 2)
    line.asked.slice(1).forEach(({ at }, index) => expect(at - answeredAt[index]!).toBeGreaterThan(4))
  })

  it("gives every meter its turn, however much its neighbour asks", async () => {
    const line = await bus((asked) => asked.write(rtuAnswer(asked, [asked.address])))
    const connection = connect(line.device)
    const greedy = Array.from({ length: 20 }, (_, address) => connection.forUnit(1).read(3, address, 1))
    const modest = [2, 3].map((unit) => connection.forUnit(unit).read(3, 0, 1))
    await Promise.all([...greedy, ...modest])
    const order = line.asked.map(({ unit }) => unit)
    expect(order.indexOf(2)).toBeLessThanOrEqual(3)
    expect(order.indexOf(3)).toBeLessThanOrEqual(3)
  })

  it("leaves a dead meter alone for a while, so that its neighbours keep their rate", async () => {
    const line = await bus((asked) => void (asked.unit !== 9 && asked.write(rtuAnswer(asked, [asked.unit]))))
    const connection = connect(line.device, 19_200, 1_000)
    const dead = [1, 2, 3].map((address) => failureOf(connection.forUnit(9).read(3, address, 1)))
    const living = connection.forUnit(1).read(3, 0, 1)
    expect((await Promise.all(dead)).map(({ name }) => name)).toEqual(["AnswerTimeout", "BackingOff", "BackingOff"])
    expect(await living).toEqual([1])
    expect(await failureOf(connection.forUnit(9).read(3, 0, 1))).toMatchObject({ name: "BackingOff" })
    expect(line.asked.filter(({ unit }) => unit === 9)).toHaveLength(1)
  })

  it("believes no answer that comes after its timeout", async () => {
    const line = await bus((asked) => {
      if (asked.index === 0) setTimeout(() => asked.write(rtuAnswer(asked, [0xdead])), 400)
      else asked.write(rtuAnswer(asked, [asked.index]))
    })
    const unit = connect(line.device, 19_200, 300).forUnit(1)
    expect(await failureOf(unit.read(3, 0, 1))).toMatchObject({ name: "AnswerTimeout" })
    for (let tries = 0; tries < 60; tries++) {
      const answer = await unit.read(3, 0, 1).catch(() => null)
      if (answer) expect(answer).not.toEqual([0xdead])
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    expect(line.asked.length).toBeGreaterThan(2) // it came back
  })

  it.each<[string, (asked: AskedOnBus) => Buffer]>([
    ["a wrong CRC", (asked) => rtuAnswer(asked, [1]).fill(0, 5)],
    ["another unit", (asked) => rtuAnswer({ unit: 9, functionCode: asked.functionCode }, [1])],
    ["another function", (asked) => rtuAnswer({ unit: asked.unit, functionCode: 4 }, [1])],
    ["a byte count below the data", (asked) => rtuFrame([asked.unit, 3, 1, 0, 1])],
    ["more words", (asked) => rtuAnswer(asked, [1, 2])],
    ["a stray byte in front", (asked) => Buffer.concat([Buffer.from([0]), rtuAnswer(asked, [1])])],
    ["two answers", (asked) => Buffer.concat([rtuAnswer(asked, [1]), rtuAnswer(asked, [2])])]
  ])("refuses %s, and goes on", async (_, bytes) => {
    const line = await bus((asked) => asked.write(asked.index === 0 ? bytes(asked) : rtuAnswer(asked, [5])))
    const unit = connect(line.device).forUnit(1)
    expect(await failureOf(unit.read(3, 0, 1))).toMatchObject({ name: "WrongAnswer" })
    expect(await unit.read(3, 0, 1)).toEqual([5])
  })

  it("names the exception of a device", async () => {
    const line = await bus((asked) => asked.write(rtuFrame([asked.unit, 0x83, 2])))
    expect(await failureOf(connect(line.device).forUnit(1).read(3, 0, 1))).toMatchObject({ name: "DeviceException", code: 2 })
  })

  it("says why it does not open, and settles everything when it is closed", async () => {
    expect(await failureOf(connect("/dev/there-is-no-such-port").forUnit(1).read(3, 0, 1))).toMatchObject({ name: "ConnectFailed", code: "ENOENT" })
    expect(await failureOf(connect("/dev/null").forUnit(1).read(3, 0, 1))).toMatchObject({ name: "ConnectFailed", code: "ENOTTY" })
    const line = await bus(() => {})
    const connection = connect(line.device)
    const asked = [1, 2].map((unit) => failureOf(connection.forUnit(unit).read(3, 0, 1)))
    setTimeout(() => connection.close(), 50)
    expect((await Promise.all(asked)).map(({ name }) => name)).toEqual(["Closed", "Closed"])
  })

  it("is no second program's at the same time", async () => {
    const line = await bus((asked) => asked.write(rtuAnswer(asked, [1])))
    expect(await connect(line.device).forUnit(1).read(3, 0, 1)).toEqual([1])
    expect(await failureOf(connect(line.device).forUnit(1).read(3, 0, 1))).toMatchObject({ name: "ConnectFailed", code: "EBUSY" })
  })

  it("notices that the port went away", async () => {
    const line = await scriptedSerialBus((asked) => asked.write(rtuAnswer(asked, [1])))
    const unit = connect(line.device).forUnit(1)
    expect(await unit.read(3, 0, 1)).toEqual([1])
    await line.close()
    expect(["Closed", "ConnectFailed", "BackingOff"]).toContain((await failureOf(unit.read(3, 0, 1))).name)
  })
})
