import { afterEach, describe, expect, it } from "vitest"
import { ModbusConnection } from "../client/modbus-connection.ts"
import { rtuAnswer, rtuFrame, scriptedRtuServer } from "../test-support/scripted-bus.ts"

const open: { close(): unknown }[] = []
afterEach(async () => { for (const one of open.splice(0).reverse()) await one.close() })

const start = async (script: Parameters<typeof scriptedRtuServer>[0]) => {
  const server = await scriptedRtuServer(script)
  open.push(server)
  const connection = new ModbusConnection({
    transport: "rtu-over-tcp", host: "127.0.0.1", port: server.port, depth: 8,
    answerTimeoutMs: 300, backoff: { firstMs: 5, highestMs: 50 }, random: () => 0
  })
  open.push(connection)
  return { server, connection }
}

describe("RTU over TCP", () => {
  it("sends RTU frames, no MBAP header, and takes up to 125 registers", async () => {
    const { server, connection } = await start((asked) => asked.write(rtuAnswer(asked, Array.from({ length: asked.words }, (_, index) => asked.address + index))))
    // The library's connectTcpRTUBuffered sends MBAP and breaks above 123 registers.
    expect(await connection.forUnit(3).read(3, 1_000, 125)).toEqual(Array.from({ length: 125 }, (_, index) => 1_000 + index))
    expect(server.asked[0]).toMatchObject({ unit: 3, functionCode: 3, address: 1_000, words: 125 })
  })

  it("asks one question at a time, whatever depth the profile allows", async () => {
    let most = 0
    let now = 0
    const { connection } = await start((asked) => {
      most = Math.max(most, ++now)
      setTimeout(() => { now -= 1; asked.write(rtuAnswer(asked, [asked.unit])) }, 2)
    })
    const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => connection.forUnit(index + 1).read(4, 0, 1)))
    expect(answers.map(([word]) => word)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1))
    expect(most).toBe(1)
  })

  it("puts an answer together from single bytes", async () => {
    const { connection } = await start(async (asked, socket) => {
      for (const byte of rtuAnswer(asked, [0x1234, 0x5678])) {
        socket.write(Buffer.from([byte]))
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
    })
    expect(await connection.forUnit(1).read(3, 0, 2)).toEqual([0x1234, 0x5678])
  })

  it("drops the connection after a wrong CRC and after bytes that nobody asked for", async () => {
    const { server, connection } = await start((asked) => {
      if (asked.index === 0) return asked.write(rtuAnswer(asked, [1]).fill(0, 6))
      asked.write(rtuAnswer(asked, [asked.index]))
      if (asked.index === 1) setTimeout(() => asked.write(rtuFrame([1, 3, 2, 0, 99])), 20)
    })
    const unit = connection.forUnit(1)
    await expect(unit.read(3, 0, 1)).rejects.toMatchObject({ name: "WrongAnswer", message: "the CRC is wrong" })
    expect(await unit.read(3, 0, 1)).toEqual([1])
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(await unit.read(3, 0, 1)).toEqual([2])
    expect(server.connections()).toBe(3)
  })

  it("settles what waits when the server goes away", async () => {
    const { connection } = await start((_, socket) => void socket.destroy())
    const asked = [1, 2].map((unit) => connection.forUnit(unit).read(3, 0, 1).then(() => "answered", ({ name }: Error) => name))
    expect(await Promise.all(asked)).toEqual(["Closed", "Closed"])
  })
})
