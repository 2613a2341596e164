import fc from "fast-check"
import { expect, it } from "vitest"
import { runs } from "../../../property-tests/arbitraries/runs.ts"
import type { RegisterTrack } from "./metering-point.ts"
import { advanceTrack as advanceBy, beginTrack, type Weights } from "./register-track.ts"

const advanceTrack = (track: RegisterTrack, time: number, registerWh: number, weightOf?: Weights) => {
  const { track: after, intervals } = advanceBy(track, time, registerWh - track.registerWh, 0, weightOf)
  return { track: after, intervals: intervals.map(({ period, energyWh, quality }) => ({ period, energyWh, quality })) }
}

it("read on the edges: 900 s -> 5,000 Wh, 1,800 s -> 5,120 Wh is 120 Wh, measured", () => {
  const { track, intervals } = advanceTrack(beginTrack(900, 5_000), 1_800, 5_120)
  expect(intervals).toEqual([{ period: 900, energyWh: 120, quality: "measured" }])
  expect(track).toMatchObject({ time: 1_800, registerWh: 5_120, edgeTime: 1_800, edgeLineWh: 5_120, edgeMeasured: true })
})

it("a reading inside a period completes nothing and forgets no edge", () => {
  const inside = advanceTrack(beginTrack(900, 5_000), 1_000, 5_010)
  expect(inside.intervals).toEqual([])
  expect(advanceTrack(inside.track, 1_800, 5_120).intervals).toEqual([{ period: 900, energyWh: 120, quality: "measured" }])
})

it("a first reading off the edge gives no value before the next edge; that edge is interpolated", () => {
  const first = beginTrack(1_350, 100)
  expect(first.edgeTime).toBe(0)
  const second = advanceTrack(first, 2_250, 190)
  expect(second.intervals).toEqual([])
  expect(second.track).toMatchObject({ edgeTime: 1_800, edgeLineWh: 145, edgeMeasured: false })
  expect(advanceTrack(second.track, 2_700, 250).intervals).toEqual([{ period: 1_800, energyWh: 105, quality: "calculated" }])
})

it("a gap of three periods over 100 Wh is 33, 33, 34: floored at the edges, re-summed exactly", () => {
  const { intervals } = advanceTrack(beginTrack(900, 0), 3_600, 100)
  expect(intervals).toEqual([
    { period: 900, energyWh: 33, quality: "calculated" },
    { period: 1_800, energyWh: 33, quality: "calculated" },
    { period: 2_700, energyWh: 34, quality: "calculated" }
  ])
})

it("an edge between two readings that both lie off it is calculated on both of its sides", () => {
  const track = advanceTrack(beginTrack(900, 0), 2_700 - 450, 150).track
  expect(track).toMatchObject({ edgeTime: 1_800, edgeLineWh: 100 })
  expect(advanceTrack(track, 2_700, 300).intervals).toEqual([{ period: 1_800, energyWh: 200, quality: "calculated" }])
})

it("a gap is spread by the weights of its periods and still re-sums exactly: 100 Wh by 1, 2, 7 are 10, 20, 70", () => {
  const { intervals } = advanceTrack(beginTrack(900, 0), 3_600, 100, (period) => ({ 900: 1, 1_800: 2, 2_700: 7 })[period] ?? 0)
  expect(intervals.map(({ energyWh }) => energyWh)).toEqual([10, 20, 70])
})

it("whatever the times, intervals are without gaps and re-sum to the register; none is negative", () => {
  const walk = fc.array(fc.tuple(fc.integer({ min: 1, max: 4_000 }), fc.nat(100_000)), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(walk, fc.nat(2_000), (moves, start) => {
      let track = beginTrack(start + 1, 7)
      const all: Array<{ period: number; energyWh: number }> = []
      for (const [seconds, energy] of moves) {
        const moved = advanceTrack(track, track.time + seconds, track.registerWh + energy)
        track = moved.track
        all.push(...moved.intervals)
      }
      expect(all.every(({ energyWh }) => energyWh >= 0)).toBe(true)
      expect(all.every(({ period }, index) => index === 0 || period === all[index - 1]!.period + 900)).toBe(true)
      if (all.length === 0) return
      expect(all.at(-1)!.period + 900).toBe(track.edgeTime)
      const total = all.reduce((sum, { energyWh }) => sum + energyWh, 0)
      expect(track.edgeLineWh - total).toBeGreaterThanOrEqual(7)
      if (periodStart(start + 1)) expect(track.edgeLineWh - total).toBe(7)
    }),
    runs(1_000)
  )
})

const periodStart = (time: number): boolean => time % 900 === 0
