import { describe, expect, it } from "vitest"
import { LibraryCodec } from "./library-codec.ts"

const question = { unit: 7, functionCode: 4, address: 72, words: 2 } as const

describe("the library as codec", () => {
  it("encodes a question as the specification says", () => {
    // Unit 7, function 4, address 0x0048, 2 words.
    expect([...new LibraryCodec().encode(question).frame.subarray(0, 6)]).toEqual([7, 4, 0, 72, 0, 2])
  })

  it("reads words, an exception, and what fits neither", () => {
    const encoded = new LibraryCodec().encode(question)
    const bytes = Buffer.from([0xff, 7, 4, 4, 0x46, 0x40, 0xe6, 0xae, 0xff])
    expect(encoded.decode(bytes, 1, 8)).toEqual([0x4640, 0xe6ae])
    expect(encoded.decode(Buffer.from([7, 0x84, 2]), 0, 3)).toBe(2)
    expect(encoded.decode(Buffer.from([8, 4, 4, 0, 1, 0, 2]), 0, 7)).toMatch(/address 7 got 8/)
    expect(encoded.decode(Buffer.from([7, 4, 2, 0, 1]), 0, 5)).toMatch(/length/)
  })

  it("keeps the questions of many lines apart, also those from before it starts over", () => {
    const codec = new LibraryCodec()
    const questions = Array.from({ length: 10_000 }, (_, index) => ({ unit: index % 250, functionCode: index % 2 === 0 ? 3 : 4, address: index, words: 1 + (index % 125) } as const))
    const encoded = questions.map((one) => codec.encode(one))
    questions.forEach(({ unit, functionCode, words }, index) => {
      const answer = Buffer.alloc(3 + words * 2, index & 0xff)
      answer.set([unit, functionCode, words * 2])
      const word = (index & 0xff) * 257
      expect(encoded[index]!.decode(answer, 0, answer.length)).toEqual(Array.from({ length: words }, () => word))
    })
    expect(codec.encode(questions[9_999]!)).toBe(encoded[9_999])
  })
})
