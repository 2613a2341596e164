import fc from "fast-check"
import { expect, it } from "vitest"
import type { Reading } from "../../engine/core/metering/reading.ts"
import { runs } from "../arbitraries/runs.ts"
import { makeMeter, readingAt, valuesOf } from "./meter.ts"

const START = Date.UTC(2016, 5, 6) / 1000
const END = START + 36 * 900

/** What a meter shows in nine hours: it moves, it may jump, fall back, show nonsense for a while, and be read twice for one time. */
const readings: fc.Arbitrary<Array<Reading>> = fc
  .array(
    fc.record({
      after: fc.oneof(fc.constant(900), fc.integer({ min: 1, max: 1_200 })),
      rise: fc.integer({ min: 0, max: 400 }),
      way: fc.oneof({ weight: 12, arbitrary: fc.constant("true") }, fc.constantFrom("zero", "spike", "reset", "twice"))
    }),
    { minLength: 2, maxLength: 24 }
  )
  .map((moves) => {
    let [time, register] = [START, 50_000]
    const all: Array<Reading> = []
    for (const [index, { after, rise, way }] of moves.entries()) {
      time += after
      register = way === "reset" ? rise : register + rise
      const shown = way === "zero" ? 0 : way === "spike" ? register + 900_000_000 : register
      all.push(readingAt(index + 1, time, shown))
      if (way === "twice") all.push(readingAt(index + 1, time, shown + 7))
    }
    return all.filter((one) => one.time <= END)
  })

const play = (order: ReadonlyArray<Reading>, sizes: ReadonlyArray<number>) => {
  const meter = makeMeter(START, 100_000)
  let at = 0
  for (let batch = 0; at < order.length; batch++) {
    const size = sizes.length === 0 ? 1 : 1 + (sizes[batch % sizes.length]! % 5)
    meter.take(END, order.slice(at, at + size))
    at += size
  }
  return meter
}

it("any permutation and any repetition of batches, split anyhow, gives one outcome", () => {
  fc.assert(
    fc.property(readings, fc.infiniteStream(fc.nat(1_000_000)), fc.array(fc.nat(20), { maxLength: 6 }), (all, places, sizes) => {
      const shuffled = [...all, ...all.filter((_, index) => index % 3 === 0)]
        .map((reading) => ({ reading, place: places.next().value! }))
        .toSorted((left, right) => left.place - right.place)
        .map(({ reading }) => reading)
      const inOrder = play(all, [])
      const other = play(shuffled, sizes)
      expect(valuesOf(other)).toEqual(valuesOf(inOrder))
      expect(other.point.track).toEqual(inOrder.point.track)
      expect(other.point.kept.map(({ time, kind }) => [time, kind])).toEqual(inOrder.point.kept.map(({ time, kind }) => [time, kind]))
    }),
    runs(600)
  )
})

it("interval sums equal register differences exactly, between any two edges of one line", () => {
  const walk = fc.array(fc.tuple(fc.integer({ min: 1, max: 9_000 }), fc.nat(3_000)), { minLength: 2, maxLength: 40 })
  fc.assert(
    fc.property(walk, fc.infiniteStream(fc.nat(1_000_000)), (moves, places) => {
      let [time, register] = [START, 7_000]
      const all = [readingAt(1, time, register)]
      for (const [seconds, rise] of moves) {
        time += seconds
        register += rise
        all.push(readingAt(all.length + 1, time, register))
      }
      const meter = makeMeter(START, 100_000)
      const order = all.map((reading) => ({ reading, place: places.next().value! })).toSorted((left, right) => left.place - right.place)
      for (const { reading } of order) meter.take(time, [reading])
      const { track, values } = meter.point
      const sum = [...values.values()].reduce((left, { energyWh }) => left + energyWh, 0)
      if (track!.edgeTime > START) expect(sum).toBe(track!.edgeLineWh - 7_000)
      expect(track!.registerWh).toBe(register)
    }),
    runs(400)
  )
})
