import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { judge, needsSecondRead, type MeterMemory } from "./judge.ts"
import { suspicionOf, type Shown } from "./suspect.ts"

/** A connection of 20 kW: 5,000 Wh a delivery period. */
const rated = 20_000
const shown = (time: number, registerWh: number, change: Partial<Shown> = {}): Shown => ({ time, registerWh, powerW: 0, registerStepWh: 1, raw: `${registerWh}`, ...change })
const trusting = (last: Shown): MeterMemory => ({ trusted: last })

describe("bad readings that were seen in the field", () => {
  const last = shown(0, 12_345_678)

  test("a torn 32-bit read (65,536 counts too many) is cleared by a second read and kept as evidence", () => {
    const torn = shown(900, 12_345_700 + 65_536)
    expect(needsSecondRead(trusting(last), torn, rated)).toBe(true)
    const { accepted, flags, discarded } = judge(trusting(last), torn, shown(900, 12_345_700), rated)
    expect(accepted?.registerWh).toBe(12_345_700)
    expect(flags).toEqual(["TornWords"])
    expect(discarded?.shown).toBe(torn)
  })

  test("a torn read downwards likewise", () => {
    expect(judge(trusting(last), shown(900, 12_345_700 - 65_536), shown(900, 12_345_700), rated)).toMatchObject({ accepted: { registerWh: 12_345_700 }, flags: ["TornWords"] })
  })

  test("a valid frame that answers another request (14.21 kWh more) is withheld when the second read repeats it", () => {
    const wrong = shown(900, last.registerWh + 14_210)
    expect(judge(trusting(last), wrong, wrong, rated)).toMatchObject({ accepted: undefined, flags: ["ImpossibleJump"] })
  })

  test("a momentary zero of a counter books nothing, neither down nor up again (a 53.7 MWh interval)", () => {
    const counter = shown(0, 53_700_000)
    const zero = judge(trusting(counter), shown(900, 0), shown(900, 0), rated)
    expect(zero).toMatchObject({ accepted: undefined, flags: ["MomentaryZero"] })
    const after = judge(zero.memory, shown(1_800, 53_700_400), undefined, rated)
    expect(after).toMatchObject({ accepted: { registerWh: 53_700_400 }, flags: [] })
    expect(judge(trusting(counter), shown(900, 0), shown(900, 53_700_200), rated)).toMatchObject({ accepted: { registerWh: 53_700_200 }, flags: ["MomentaryZero"] })
  })

  test("import and export that changed places at a restart are withheld, for as long as they stay so", () => {
    let memory = trusting(shown(0, 4_000_000, { otherWh: 9_000_000 }))
    for (let poll = 1; poll <= 5; poll++) {
      const next = judge(memory, shown(poll * 900, 9_000_000 + poll, { otherWh: 4_000_000 + poll }), undefined, rated)
      expect(next).toMatchObject({ accepted: undefined, flags: ["SwappedDirections"] })
      memory = next.memory
    }
    expect(judge(memory, shown(5_400, 4_000_900, { otherWh: 9_000_100 }), undefined, rated).accepted?.registerWh).toBe(4_000_900)
  })

  test("all-0xFFFF samples of a 32-bit counter are no 20,480 kWh", () => {
    const ones = shown(900, 0xffff_ffff)
    expect(judge(trusting(last), ones, ones, rated)).toMatchObject({ accepted: undefined, flags: ["ImpossibleJump"] })
  })

  test("a dead meter's values, republished with fresh times while it still shows load, are withheld", () => {
    const alive = shown(0, 1_000, { powerW: 2_000 })
    expect(judge(trusting(alive), { ...alive, time: 900 }, undefined, rated)).toMatchObject({ accepted: undefined, flags: ["StaleRegister"] })
  })

  test("the previous hour's register and clock, repeated, are withheld", () => {
    const hour = shown(0, 1_000, { deviceClock: 3_600 })
    expect(judge(trusting(hour), shown(3_600, 1_000, { deviceClock: 3_600 }), undefined, rated)).toMatchObject({ accepted: undefined, flags: ["StaleClock"] })
  })

  test("another meter is withheld twice and handed over at the third reading that agrees, with its flag", () => {
    let memory = trusting(last)
    const flags: Array<unknown> = []
    for (const [poll, registerWh] of [17, 60, 90, 120].entries()) {
      const now = shown((poll + 1) * 900, registerWh)
      const next = judge(memory, now, now, rated)
      flags.push([next.accepted?.registerWh, next.flags])
      memory = next.memory
    }
    expect(flags).toEqual([[undefined, ["CounterRestarted"]], [undefined, ["CounterRestarted"]], [90, ["CounterRestarted"]], [120, []]])
  })
})

describe("a good meter is left alone", () => {
  test("coarse counters: 400 W for a quarter of an hour is one count of 0.1 kWh, and a night without any is no fault", () => {
    const coarse = { registerStepWh: 100, powerW: 400, raw: "same" }
    expect(suspicionOf(shown(0, 5_000, coarse), shown(900, 5_000, coarse), rated)).toBeUndefined()
    expect(suspicionOf(shown(0, 5_000, coarse), shown(900, 5_100, coarse), rated)).toBeUndefined()
    expect(suspicionOf(shown(0, 5_000), shown(36_000, 5_000, { raw: "5000" }), rated)).toBeUndefined()
  })

  test("any load within the rating passes, unflagged, and is never read twice", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 7_200 }), fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 1, maxLength: 60 }), fc.constantFrom(1, 10, 100), (polls, step) => {
        let [time, energy] = [0, 77_777]
        let memory: MeterMemory = {}
        for (const [seconds, share] of polls) {
          time += seconds
          energy += (share * rated * seconds) / 3_600
          const registerWh = Math.floor(energy / step) * step
          const now = shown(time, registerWh, { registerStepWh: step, powerW: Math.round(share * rated), raw: `${registerWh}/${share}` })
          expect(needsSecondRead(memory, now, rated)).toBe(false)
          const next = judge(memory, now, undefined, rated)
          expect(next).toMatchObject({ accepted: now, flags: [], discarded: undefined })
          memory = next.memory
        }
      })
    )
  })

  test("every wrong value above the detectable size is flagged, at every size", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 86_400 }), fc.nat(1_000_000), fc.boolean(), (seconds, above, up) => {
        const last = shown(0, 500_000_000)
        const limit = Math.ceil((rated * seconds) / 3_600) + 2
        const now = shown(seconds, last.registerWh + (up ? limit + 1 + above : -1 - above))
        expect(suspicionOf(last, now, rated)).toBe(up ? "ImpossibleJump" : "CounterRestarted")
      })
    )
  })
})
