/** Captures of serial servers without Modbus/TCP: RTU frames in TCP segments, known by their check sums. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { runs } from "../../../property-tests/arbitraries/runs.ts"
import { answer, ethernet, ip4, pcapOf, question, rtuAnswer, rtuFrame, rtuQuestion, Sender } from "../test-support/write-capture.ts"
import { captureOf } from "./read-capture.ts"

const port = 4_001
const sides = (clientPort = 40_000) => Sender.pair(clientPort, port)
const fileOf = (...segments: readonly Buffer[]): Buffer => pcapOf(segments.map((segment) => ethernet(ip4(segment))))
const found = (file: Buffer) => captureOf(file, "x.pcap", 1).answers.map(({ unit, functionCode, address, words }) => [unit, functionCode, address, words])
const seen = [[3, 4, 72, [0x4640, 0xe6ae]]]

/** A side's bytes in segments that end wherever `cuts` says. */
const inSegments = (side: Sender, bytes: Buffer, cuts: readonly number[]): readonly Buffer[] => {
  const ends = [...new Set(cuts.map((cut) => 1 + (cut % bytes.length))), bytes.length].toSorted((a, b) => a - b)
  return [...new Set(ends)].map((end, index, all) => side.segment(bytes.subarray(all[index - 1] ?? 0, end)))
}

describe("a capture of a serial server", () => {
  it.each([[40_000], [502]])("is read in both directions, asked from port %i", (clientPort) => {
    const { client, device } = sides(clientPort)
    expect(found(fileOf(client.segment(rtuQuestion(3, 4, 72, 2)), device.segment(rtuAnswer(3, 4, [0x4640, 0xe6ae]))))).toEqual(seen)
  })

  it("is read whatever the segments are cut into, and between frames that concern no registers", () => {
    const cuts = fc.array(fc.nat({ max: 300 }), { maxLength: 6 })
    const poll = fc.record({
      unit: fc.integer({ min: 1, max: 247 }), functionCode: fc.constantFrom(3 as const, 4 as const), address: fc.nat({ max: 65_000 }),
      words: fc.array(fc.nat({ max: 65_535 }), { minLength: 1, maxLength: 125 }), asked: cuts, answered: cuts, isWriteBefore: fc.boolean()
    })
    fc.assert(fc.property(fc.uniqueArray(poll, { minLength: 1, maxLength: 12, selector: ({ address }) => address }), (polls) => {
      const { client, device } = sides()
      const segments = polls.flatMap(({ unit, functionCode, address, words, asked, answered, isWriteBefore }) => [
        // A single register written, and its echo.
        ...(isWriteBefore ? [client.segment(rtuFrame(unit, 6, 0, 16, 0, 9)), device.segment(rtuFrame(unit, 6, 0, 16, 0, 9))] : []),
        ...inSegments(client, rtuQuestion(unit, functionCode, address, words.length), asked),
        ...inSegments(device, rtuAnswer(unit, functionCode, words), answered)
      ])
      expect(found(fileOf(...segments))).toEqual(polls.toReversed().map(({ unit, functionCode, address, words }) => [unit, functionCode, address, words]))
    }), runs(300))
  })

  it("begins in the middle of a frame, and goes on behind bytes with a wrong check sum", () => {
    const { client, device } = sides()
    const spoilt = rtuAnswer(1, 3, [7, 8])
    spoilt[4]! ^= 1
    const file = fileOf(
      device.segment(rtuAnswer(9, 3, [1, 2, 3]).subarray(4)),
      client.segment(rtuQuestion(1, 3, 10, 2)), device.segment(spoilt),
      client.segment(rtuQuestion(1, 3, 10, 2)), device.segment(rtuAnswer(1, 3, [9, 10]))
    )
    expect(found(file)).toEqual([[1, 3, 10, [9, 10]]])
  })

  it("gives words to no later question, where the beginning of a frame that never ends stands before the answers", () => {
    const { client, device } = sides()
    // 250 bytes of words are announced, and never come.
    const begun = device.segment(Buffer.from([1, 3, 250, 0]))
    const polls = Array.from({ length: 40 }, (_, index) => [client.segment(rtuQuestion(1, 3, index * 10, 1)), device.segment(rtuAnswer(1, 3, [index]))]).flat()
    const answers = found(fileOf(begun, ...polls))
    expect(answers.map(([, , address, words]) => [address, words])).toEqual(Array.from({ length: 40 }, (_, index) => [index * 10, [index]]).toReversed())
  })

  it("counts refusals, and leaves out an answer that may belong to either of two questions", () => {
    const { client, device } = sides()
    const file = fileOf(
      client.segment(rtuQuestion(1, 3, 5, 1)), device.segment(rtuFrame(1, 0x83, 2)),
      client.segment(rtuQuestion(1, 3, 100, 1)), client.segment(rtuQuestion(1, 3, 200, 1)), device.segment(rtuAnswer(1, 3, [5])),
      client.segment(rtuQuestion(1, 3, 300, 1)), device.segment(rtuAnswer(1, 3, [6]))
    )
    expect(found(file)).toEqual([[1, 3, 300, [6]]])
    expect(captureOf(file, "x", 1).tally).toEqual({ requests: 4, answers: 1, refusals: 1, unmatched: 1 })
  })

  it("gives no words to an earlier question, where answer and question between were not captured", () => {
    const { client, device } = sides()
    const segments = Array.from({ length: 100 }, (_, index) => [client.segment(rtuQuestion(1, 3, index * 10, 1)), device.segment(rtuAnswer(1, 3, [index]))]).flat()
    const answers = found(fileOf(...segments.filter((_, index) => index !== 1 && index !== 2)))
    // A gap is given up after 64 segments.
    expect(answers.length).toBeGreaterThan(20)
    for (const [, , address, words] of answers) expect(words).toEqual([(address as number) / 10])
  })

  it("is refused by name where its bytes can be read in two ways", () => {
    const { client, device } = sides()
    const file = fileOf(
      client.segment(question(1, 1, 3, 10, 1)), device.segment(answer(1, 1, 3, [5])),
      client.segment(rtuQuestion(1, 3, 20, 1)), device.segment(rtuAnswer(1, 3, [6]))
    )
    expect(() => captureOf(file, "x", 1)).toThrow(/bytes between 10\.0\.156\.64:40000 and 10\.0\.15\.161:4001 can be read as Modbus\/TCP, and as RTU over TCP, asked by 10\.0\.156\.64:40000/)
  })

  it("is Modbus/TCP for all that, where a number happens to be the check sum of the frame before it", () => {
    const { client, device } = sides()
    const checkSumOf = (frame: Buffer): number => frame.readUInt16BE(frame.length - 2)
    const [one, other] = [checkSumOf(rtuQuestion(1, 3, 10, 1)), checkSumOf(rtuAnswer(1, 3, [5]))]
    const polls = Array.from({ length: 20 }, (_, index) => [client.segment(question(index, 2, 3, index, 1)), device.segment(answer(index, 2, 3, [index]))]).flat()
    const file = fileOf(
      ...polls,
      client.segment(Buffer.concat([question(9, 1, 3, 10, 1), question(one, 1, 3, 11, 1), question(other, 1, 3, 12, 1)])),
      device.segment(Buffer.concat([answer(9, 1, 3, [5]), answer(other, 1, 3, [7]), answer(one, 1, 3, [6])]))
    )
    expect(found(file).filter(([unit]) => unit === 1).toSorted()).toEqual([[1, 3, 10, [5]], [1, 3, 11, [6]], [1, 3, 12, [7]]])
  })
})
