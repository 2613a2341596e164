import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { listProfiles, loadProfile } from "../profiles/load-profile.ts"
import { spanOf, type Span } from "../profiles/raw-block.ts"
import { planBlocks, splitBlock, type Block } from "./plan-blocks.ts"

const span = (address: number, words = 2, functionCode: 3 | 4 = 4): Span => ({ functionCode, address, words })
const shape = (blocks: readonly Block[]): string[] => blocks.map(({ address, words }) => `${address}+${words}`)
/** All 52 input registers of the SDM630 that public drivers know. */
const sdm630 = loadProfile("eastron-sdm630").registers.map(spanOf)

describe("planned blocks", () => {
  it("read the whole SDM630 in 3 requests instead of 52", () => {
    expect(sdm630).toHaveLength(52)
    expect(shape(planBlocks(sdm630, { maxGap: 32, maxWords: 80 }))).toEqual(["0+80", "234+16", "342+40"])
    expect(planBlocks(sdm630, { maxGap: 0, maxWords: 80 })).toHaveLength(9)
  })

  it("read the 923 known registers of all devices in a tenth of the requests or less", () => {
    const fixed = listProfiles().map(loadProfile).filter(({ addressing, aliases }) => addressing === "fixed" && aliases.length > 0)
    expect(fixed.reduce((sum, { registers }) => sum + registers.length, 0)).toBe(923)
    const requests = fixed.flatMap((profile) => planBlocks(profile.registers.map(spanOf), profile))
    expect(requests.length).toBeLessThanOrEqual(123)
    for (const profile of fixed) {
      for (const block of planBlocks(profile.registers.map(spanOf), profile)) expect(block.words).toBeLessThanOrEqual(profile.maxWords)
    }
  })

  it("keep power and import of an SDM630 in one request", () => {
    expect(shape(planBlocks([span(52), span(72)], { maxGap: 32, maxWords: 80 }))).toEqual(["52+22"])
  })

  it("keep function codes apart", () => {
    expect(planBlocks([span(0, 2, 3), span(2, 2, 4)], { maxGap: 16, maxWords: 125 })).toHaveLength(2)
  })

  it("hold every span whole, in one block within the limits", () => {
    const spans = fc.array(fc.record({
      functionCode: fc.constantFrom(3 as const, 4 as const), address: fc.integer({ min: 0, max: 2_000 }), words: fc.integer({ min: 1, max: 4 })
    }), { minLength: 1, maxLength: 60 })
    const limits = fc.record({ maxGap: fc.integer({ min: 0, max: 125 }), maxWords: fc.integer({ min: 4, max: 125 }) })
    fc.assert(fc.property(spans, limits, (wanted, limit) => {
      const blocks = planBlocks(wanted, limit)
      for (const block of blocks) expect(block.words).toBeLessThanOrEqual(limit.maxWords)
      for (const one of wanted) {
        expect(blocks.filter((block) => block.spans.includes(one) && block.functionCode === one.functionCode &&
          block.address <= one.address && one.address + one.words <= block.address + block.words)).toHaveLength(1)
      }
    }))
  })
})

describe("a refused block", () => {
  it("splits at its widest gap until single spans are left", () => {
    const [block] = planBlocks([span(0), span(4), span(20)], { maxGap: 32, maxWords: 80 })
    const parts = splitBlock(block!)
    expect(shape(parts!)).toEqual(["0+6", "20+2"])
    expect(shape(splitBlock(parts![0])!)).toEqual(["0+2", "4+2"])
    expect(splitBlock(parts![1])).toBeNull()
  })

  it("does not part spans that overlap", () => {
    const [block] = planBlocks([span(14, 3), span(15, 3)], { maxGap: 32, maxWords: 80 })
    expect(splitBlock(block!)).toBeNull()
  })
})
