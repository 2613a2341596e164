import type { Socket } from "node:net"
import fc from "fast-check"
import { expect, it } from "vitest"
import { rtuAnswer, rtuFrame, scriptedRtuServer } from "../test-support/scripted-bus.ts"
import { answerWith, frame, refuseWith, scriptedDevice } from "../test-support/scripted-device.ts"
import type { Transport } from "../transport/transport.ts"
import { isModbusError } from "./errors.ts"
import { ModbusConnection } from "./modbus-connection.ts"

/** What a device may do with one question. */
const deeds = [
  "answer", "answer late", "stay silent", "refuse", "answer in pieces", "answer twice", "answer for another unit",
  "answer under another number", "answer another function", "answer too short", "stray byte in front", "stray byte behind",
  "hang up", "hang up after the answer", "answer with an older answer"
] as const
type Deed = (typeof deeds)[number]

interface Question {
  readonly unit: number
  readonly functionCode: number
  readonly address: number
  readonly words: number
}

/** What a device does, in whatever frames: how an answer, a refusal and a broken answer look. */
interface Frames {
  readonly socket: Socket
  readonly answer: Buffer
  readonly refusal: Buffer
  readonly otherUnit: Buffer
  readonly otherNumber: Buffer
  readonly otherFunction: Buffer
  readonly short: Buffer
}

/** Each word tells by itself which question it answers, so that no wrong answer can pass for a right one. */
const wordsFor = ({ unit, functionCode, address, words }: Question): number[] =>
  Array.from({ length: words }, (_, index) => (unit * 7_919 + functionCode * 104_729 + (address + index) * 31) & 0xffff)

/** Questions that were not asked, next to one that was. */
const othersOf = <Asked extends Question>(asked: Asked): { readonly unit: Asked; readonly function: Asked; readonly address: Asked } => ({
  unit: { ...asked, unit: asked.unit ^ 1 }, function: { ...asked, functionCode: asked.functionCode ^ 7 }, address: { ...asked, address: asked.address + 1 }
})

const answerTimeoutMs = 25
const lateMs = 60

const act = (deed: Deed, { socket, answer, ...frames }: Frames, older: readonly Buffer[]): void => {
  const write = (bytes: Buffer): void => void (socket.writable && socket.write(bytes))
  switch (deed) {
    case "answer": return write(answer)
    case "answer late": return void setTimeout(() => write(answer), lateMs)
    case "stay silent": return
    case "refuse": return write(frames.refusal)
    case "answer in pieces": return answer.forEach((_, at) => void setImmediate(() => write(answer.subarray(at, at + 1))))
    case "answer twice": return write(Buffer.concat([answer, answer]))
    case "answer for another unit": return write(frames.otherUnit)
    case "answer under another number": return write(frames.otherNumber)
    case "answer another function": return write(frames.otherFunction)
    case "answer too short": return write(frames.short)
    case "stray byte in front": return write(Buffer.concat([Buffer.from([0x55]), answer]))
    case "stray byte behind": return write(Buffer.concat([answer, Buffer.from([0x55])]))
    case "hang up": return void socket.resetAndDestroy()
    case "hang up after the answer": return void socket.end(answer)
    // A gateway whose bus answered late sends that over whatever connection it has by then.
    case "answer with an older answer": return write(older.at(-1) ?? answer)
  }
}

interface Device {
  readonly transport: Transport
  close(): Promise<void>
}

const seen = new Map<Deed, number>()
const deedOf = (script: readonly Deed[], index: number): Deed => {
  const deed = script[index % script.length]!
  seen.set(deed, (seen.get(deed) ?? 0) + 1)
  return deed
}

const tcpDevice = async (script: readonly Deed[]): Promise<Device> => {
  const unsent: Buffer[] = []
  const device = await scriptedDevice((asked) => {
    const answer = answerWith(asked, wordsFor(asked))
    const others = othersOf(asked)
    const deed = deedOf(script, asked.index)
    act(deed, {
      socket: asked.socket, answer, refusal: refuseWith(asked, 4),
      otherUnit: answerWith(others.unit, wordsFor(others.unit)),
      otherNumber: answerWith({ ...asked, transaction: (asked.transaction + 1_000) & 0xffff }, wordsFor(others.address)),
      otherFunction: answerWith(others.function, wordsFor(others.function)),
      short: frame(asked.transaction, [asked.unit, asked.functionCode, 2, 0, 1])
    }, unsent)
    if (deed === "stay silent") unsent.push(answer)
  })
  return { transport: { host: "127.0.0.1", port: device.port }, close: device.close }
}

const rtuDevice = async (script: readonly Deed[]): Promise<Device> => {
  const server = await scriptedRtuServer((asked, socket) => {
    const answer = rtuAnswer(asked, wordsFor(asked))
    const others = othersOf(asked)
    act(deedOf(script, asked.index), {
      socket, answer, refusal: rtuFrame([asked.unit, asked.functionCode | 0x80, 4]),
      otherUnit: rtuAnswer(others.unit, wordsFor(others.unit)),
      otherNumber: rtuFrame([asked.unit, asked.functionCode]), // RTU has no number; a frame without data instead
      otherFunction: rtuAnswer(others.function, wordsFor(others.function)),
      short: rtuAnswer(asked, [1])
    }, []) // an older answer to the same question would be indistinguishable: RTU waits it out instead
  })
  return { transport: { transport: "rtu-over-tcp", host: "127.0.0.1", port: server.port }, close: server.close }
}

/** So few kinds that a wrong answer often fits the question in all but its words. */
const question = fc.record({
  unit: fc.constantFrom(1, 2, 7), functionCode: fc.constantFrom(3 as const, 4 as const),
  address: fc.integer({ min: 0, max: 500 }), words: fc.constantFrom(2, 2, 125)
})
const settings = fc.record({
  depth: fc.integer({ min: 1, max: 16 }), patienceMs: fc.constantFrom(5, 40),
  script: fc.array(fc.oneof({ weight: 4, arbitrary: fc.constant<Deed>("answer") }, { weight: 3, arbitrary: fc.constantFrom(...deeds) }), { minLength: 3, maxLength: 30 }),
  waves: fc.array(fc.array(question, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 4 }),
  closesBeforeTheEnd: fc.boolean()
})

it.each([["Modbus/TCP", tcpDevice], ["RTU over TCP", rtuDevice]] as const)("%s: whatever a device does, no value is wrong and every question settles", async (_, start) => {
  const settled = { right: 0, failed: 0 }
  seen.clear()
  await fc.assert(fc.asyncProperty(settings, async ({ depth, patienceMs, script, waves, closesBeforeTheEnd }) => {
    const device = await start(script)
    const connection = new ModbusConnection({ ...device.transport, depth, patienceMs, answerTimeoutMs, backoff: { firstMs: 1, highestMs: 4 } })
    const ask = async (asked: Question & { readonly functionCode: 3 | 4 }): Promise<void> => {
      try {
        const words = await connection.forUnit(asked.unit).read(asked.functionCode, asked.address, asked.words)
        expect(words).toEqual(wordsFor(asked))
        settled.right += 1
      } catch (error) {
        if (!isModbusError(error)) throw error
        settled.failed += 1
      }
    }
    try {
      for (const wave of waves) {
        const asked = Promise.all(wave.map(ask))
        if (closesBeforeTheEnd && wave === waves.at(-1)) setTimeout(() => connection.close(), 5)
        await asked
      }
    } finally {
      connection.close()
      await device.close()
    }
  }), { numRuns: Number(process.env["LINE_CHAOS_RUNS"] ?? 40), endOnFailure: false })
  // The runs were no idle ones: everything was done to us, and much went right nevertheless.
  expect([...seen.keys()].toSorted()).toEqual([...deeds].toSorted())
  expect(settled.right).toBeGreaterThan(0)
  expect(settled.failed).toBeGreaterThan(0)
}, 120_000)
