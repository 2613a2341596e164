/** Whatever bytes a file holds, it is read or refused by name: never another failure, never words that nobody sent. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { runs } from "../../../property-tests/arbitraries/runs.ts"
import { InvalidProfile } from "../profiles/invalid-profile.ts"
import { answer, ethernet, ip4, ip6, pcapngOf, pcapOf, question, rtuAnswer, rtuQuestion, Sender } from "../test-support/write-capture.ts"
import { captureOf, type Capture } from "./read-capture.ts"
import { UnreadableCapture } from "./unreadable-capture.ts"

const tryRead = (bytes: Buffer): Capture | null => {
  try {
    return captureOf(bytes, "x", 1)
  } catch (error) {
    if (error instanceof UnreadableCapture || error instanceof InvalidProfile) return null
    throw error
  }
}

const expectSound = ({ answers }: Capture): void => {
  for (const { unit, functionCode, address, words } of answers) {
    expect([3, 4]).toContain(functionCode)
    expect(unit >= 0 && unit <= 255 && address >= 0 && address + words.length <= 65_536 && words.length > 0).toBe(true)
    expect(words.every((word) => Number.isInteger(word) && word >= 0 && word <= 65_535)).toBe(true)
  }
}

const segments = (polls: number): readonly Buffer[] => {
  const [client, device] = [new Sender(1_000, 502), new Sender(502, 1_000)]
  return Array.from({ length: polls }, (_, index) => [
    client.segment(question(index, 1, 3, index * 10, 4)), device.segment(answer(index, 1, 3, [index, 1, 2, 3]))
  ]).flat()
}
const serialSegments = (polls: number): readonly Buffer[] => {
  const { client, device } = Sender.pair(1_000, 4_001)
  return Array.from({ length: polls }, (_, index) => [
    client.segment(rtuQuestion(1, 3, index * 10, 4)), device.segment(rtuAnswer(1, 3, [index, 1, 2, 3]))
  ]).flat()
}
const trace = Array.from({ length: 6 }, (_, index) => `${question(index, 1, 3, index, 1).toString("hex")}\n${answer(index, 1, 3, [index]).toString("hex")}`).join("\n")
const files: readonly Buffer[] = [
  pcapOf(segments(6).map((one) => ethernet(ip4(one)))), pcapngOf(segments(6).map((one) => ethernet(ip6(one), true))),
  pcapOf(serialSegments(6).map((one) => ethernet(ip4(one)))), Buffer.from(trace), Buffer.from("01 03 00 00 00 02 C4 0B\n01 03 04 00 06 00 05 DA 31\n"),
  Buffer.from('{ "units": { "1": { "holding": { "0": [1, 2, "00ff"] }, "input": [1] } } }'), Buffer.from('[{ "address": 1, "words": "0001 0002" }]')
]

const place = fc.nat({ max: 100_000 })
const change = fc.oneof(
  fc.record({ kind: fc.constant("set" as const), at: place, byte: fc.nat({ max: 255 }) }),
  fc.record({ kind: fc.constant("cut" as const), at: place, byte: fc.nat({ max: 40 }) }),
  fc.record({ kind: fc.constant("twice" as const), at: place, byte: fc.nat({ max: 40 }) }),
  fc.record({ kind: fc.constant("end" as const), at: place, byte: fc.constant(0) })
)

const changed = (bytes: Buffer, { kind, at, byte }: { readonly kind: "set" | "cut" | "twice" | "end"; readonly at: number; readonly byte: number }): Buffer => {
  const from = bytes.length === 0 ? 0 : at % bytes.length
  if (kind === "end") return bytes.subarray(0, from)
  if (kind === "cut") return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + byte)])
  if (kind === "twice") return Buffer.concat([bytes.subarray(0, from + byte), bytes.subarray(from)])
  const copy = Buffer.from(bytes)
  if (copy.length > 0) copy[from] = byte
  return copy
}

describe("a hostile file", () => {
  it("is read or refused, after any changes to a good one", () => {
    fc.assert(fc.property(fc.constantFrom(...files), fc.array(change, { minLength: 1, maxLength: 12 }), (file, changes) => {
      const capture = tryRead(changes.reduce(changed, file))
      if (capture) expectSound(capture)
    }), runs(3_000))
  })

  it("is read or refused, behind any beginning of a capture", () => {
    const heads = [Buffer.alloc(0), ...files.map((file) => file.subarray(0, 60)), ...files.map((file) => file.subarray(0, 4))]
    fc.assert(fc.property(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 400 }), (head, rest) => {
      const capture = tryRead(Buffer.concat([head, rest]))
      if (capture) expectSound(capture)
    }), runs(3_000))
  })

  it("shows words only as an answer sent them, however a good capture's packets are lost, repeated and mixed", () => {
    const frames = segments(12).map((one) => ethernet(ip4(one)))
    fc.assert(fc.property(fc.array(fc.nat({ max: frames.length - 1 }), { maxLength: 60 }), (order) => {
      const capture = tryRead(pcapOf(order.map((index) => frames[index]!)))
      for (const { address, words } of capture?.answers ?? []) expect([address, ...words]).toEqual([words[0]! * 10, words[0], 1, 2, 3])
    }), runs(1_000))
  })

  it("shows words of a serial server only at the place that was asked for, whichever packets were not captured", () => {
    const frames = serialSegments(12).map((one) => ethernet(ip4(one)))
    fc.assert(fc.property(fc.array(fc.boolean(), { minLength: frames.length, maxLength: frames.length }), (isCaptured) => {
      const capture = tryRead(pcapOf(frames.filter((_, index) => isCaptured[index])))
      for (const { address, words } of capture?.answers ?? []) expect([address, ...words]).toEqual([words[0]! * 10, words[0], 1, 2, 3])
    }), runs(1_000))
  })
})
