import { afterEach, describe, expect, it } from "vitest"
import { answerWith, refuseWith, scriptedDevice, type Asked, type ScriptedDevice } from "../test-support/scripted-device.ts"
import { backoffMs } from "./backoff.ts"
import { ConnectGate } from "./connect-gate.ts"
import { ModbusConnection } from "./modbus-connection.ts"
import { UnitBackoff } from "./unit-backoff.ts"
import { AnswerTimeout } from "./errors.ts"

const open: { close(): unknown }[] = []
afterEach(async () => { for (const one of open.splice(0).reverse()) await one.close() })
const keep = <One extends { close(): unknown }>(one: One): One => {
  open.push(one)
  return one
}
const device = async (script: (asked: Asked) => void): Promise<ScriptedDevice> => keep(await scriptedDevice(script))
const nameOf = (promise: Promise<unknown>): Promise<string> => promise.then(() => "answered", ({ name }: Error) => name)

describe("waits", () => {
  it("double up to the highest, and jitter takes away up to half", () => {
    const settings = { firstMs: 100, highestMs: 1_000 }
    expect([1, 2, 3, 4, 5, 60].map((failures) => backoffMs(settings, failures, 0))).toEqual([100, 200, 400, 800, 1_000, 1_000])
    expect(backoffMs(settings, 1, 0.5)).toBe(75)
    expect(backoffMs(settings, 2, 0.999)).toBeGreaterThan(100)
  })

  it("of a unit grow with its failures, and end with its first answer", () => {
    const units = new UnitBackoff({ backoff: { firstMs: 100, highestMs: 1_000 }, leastMs: 150, random: () => 0 })
    const cause = new AnswerTimeout("no answer")
    units.failed(9, cause, 1_000)
    expect(units.waitOf(9, 1_000)).toBe(150) // a late answer may still be on the line
    units.failed(9, cause, 2_000)
    expect(units.waitOf(9, 2_050)).toBe(250)
    expect(units.waitOf(8, 2_050)).toBe(0)
    expect(units.errorOf(9, 150)).toMatchObject({ name: "BackingOff", cause })
    units.answered(9)
    expect(units.waitOf(9, 2_050)).toBe(0)
  })
})

describe("a gate", () => {
  it("lets no more connections open at once than it says, and all of them in the end", async () => {
    const meter = await device((asked) => asked.socket.write(answerWith(asked, [asked.connection])))
    let inside = 0
    let most = 0
    const counting = new ConnectGate(3)
    const gate = Object.assign(new ConnectGate(1), {
      enter: (go: () => void) => counting.enter(() => { most = Math.max(most, ++inside); go() }),
      leave: () => { inside -= 1; counting.leave() }
    })
    const answers = await Promise.all(Array.from({ length: 20 }, () =>
      keep(new ModbusConnection({ host: "127.0.0.1", port: meter.port, gate })).forUnit(1).read(3, 0, 1)))
    expect(new Set(answers.map(([word]) => word)).size).toBe(20)
    expect(most).toBe(3)
    expect(inside).toBe(0)
  })

  it("is left by connections that fail and by those that are closed while they wait", async () => {
    const gone = await scriptedDevice(() => {})
    await gone.close()
    const gate = new ConnectGate(1)
    const connections = Array.from({ length: 5 }, () => keep(new ModbusConnection({ host: "127.0.0.1", port: gone.port, gate })))
    const names = connections.map((connection) => nameOf(connection.forUnit(1).read(3, 0, 1)))
    connections[3]!.close()
    expect(await Promise.all(names)).toEqual(["ConnectFailed", "ConnectFailed", "ConnectFailed", "Closed", "ConnectFailed"])
    const meter = await device((asked) => asked.socket.write(answerWith(asked, [1])))
    expect(await keep(new ModbusConnection({ host: "127.0.0.1", port: meter.port, gate })).forUnit(1).read(3, 0, 1)).toEqual([1])
  })
})

describe("units behind one TCP gateway", () => {
  it("keep their answers while one of them is dead", async () => {
    const gateway = await device((asked) => void (asked.unit !== 9 && asked.socket.write(answerWith(asked, [asked.unit]))))
    const connection = keep(new ModbusConnection({ host: "127.0.0.1", port: gateway.port, answerTimeoutMs: 150, patienceMs: 50, backoff: { firstMs: 400, highestMs: 400 }, random: () => 0.99 }))
    const asked = [9, 9, 1, 9, 2].map((unit) => nameOf(connection.forUnit(unit).read(3, 0, 1)))
    const names = await Promise.all(asked)
    expect([names[0], names[1], names[3]]).toEqual(["AnswerTimeout", "BackingOff", "BackingOff"])
    expect(gateway.asked.filter(({ unit }) => unit === 9)).toHaveLength(1)
  })

  it("are asked again at once after an exception, but not after one that says that they are silent", async () => {
    const gateway = await device((asked) => asked.socket.write(refuseWith(asked, asked.unit === 9 ? 11 : 2)))
    const connection = keep(new ModbusConnection({ host: "127.0.0.1", port: gateway.port, patienceMs: 5, backoff: { firstMs: 400, highestMs: 400 }, random: () => 0 }))
    for (let tries = 0; tries < 2; tries++) expect(await nameOf(connection.forUnit(1).read(3, 0, 1))).toBe("DeviceException")
    expect(await nameOf(connection.forUnit(9).read(3, 0, 1))).toBe("DeviceException")
    expect(await nameOf(connection.forUnit(9).read(3, 0, 1))).toBe("BackingOff")
    connection.close()
    expect(await nameOf(connection.forUnit(9).read(3, 0, 1))).toBe("Closed")
  })
})

describe("an answer that waits unread because this process was busy", () => {
  it("is no timeout", async () => {
    const { spawn } = await import("node:child_process")
    // In a process of its own, as it must answer while this one stands still.
    const server = spawn(process.execPath, ["-e", `
      require("node:net").createServer((socket) => socket.on("data", (asked) =>
        socket.write(Buffer.from([asked[0], asked[1], 0, 0, 0, 5, asked[6], asked[7], 2, 0, 42]))))
        .listen(0, "127.0.0.1", function () { console.log(this.address().port) })`], { stdio: ["ignore", "pipe", "inherit"] })
    keep({ close: () => server.kill() })
    const port = Number(String(await new Promise<Buffer>((resolve) => server.stdout.once("data", resolve))))
    const unit = keep(new ModbusConnection({ host: "127.0.0.1", port, answerTimeoutMs: 500 })).forUnit(1)
    expect(await unit.read(3, 0, 1)).toEqual([42])
    const asked = unit.read(3, 0, 1)
    const until = performance.now() + 1_000
    while (performance.now() < until); // nothing of this process runs meanwhile
    expect(await asked).toEqual([42])
  })
})

it("settings that can never work are refused", () => {
  expect(() => new ModbusConnection({ host: "h", port: 0 })).toThrow(/port 0/)
  expect(() => new ModbusConnection({ host: "h", port: 502, depth: 201 })).toThrow(/depth/)
  expect(() => new ModbusConnection({ host: "h", port: 502 }).forUnit(256)).toThrow(/unit 256/)
  const unit = new ModbusConnection({ host: "h", port: 502 }).forUnit(1)
  expect(() => unit.read(3, 0, 126)).toThrow(/126 words/)
  expect(() => unit.read(3, 65_536, 1)).toThrow(/address 65536/)
})
