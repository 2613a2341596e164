import fc from "fast-check"
import { expect, it } from "vitest"
import type { Reading } from "../../engine/core/metering/reading.ts"
import { open, send, type Play } from "../arbitraries/play.ts"
import { fromOperator, programKey } from "../arbitraries/record.ts"
import { runs } from "../arbitraries/runs.ts"
import { smallWorld } from "../arbitraries/world.ts"
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

/** Periods of the history below, and the longest delay of a reading in periods: from 11:00, so that no day closes. */
const PERIODS = 24
const MOST_DELAY = 10

it("readings that come hours late, twice and out of order, past closed periods and their estimates, end in the same values", () => {
  const world = smallWorld({ points: [{ meteringPoint: "ben-home", member: "ben", direction: "withdrawal" }] })
  const way = fc.record({ rise: fc.nat(500), delay: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: MOST_DELAY })), again: fc.oneof(fc.constant(-1), fc.integer({ min: 0, max: MOST_DELAY })), place: fc.nat(100) })
  const playOf = (ways: ReadonlyArray<{ readonly rise: number; readonly delay: number; readonly again: number; readonly place: number }>): Play => {
    const play = open(world)
    let register = 1_000
    const coming = ways.flatMap(({ rise, delay, again, place }, index) => {
      register += rise
      const reading: Reading = { meteringPoint: "ben-home", sequence: index + 1, time: world.start + 900 * index, registerWh: register, powerW: 0 }
      return [{ reading, at: index + delay, place }, ...(again < 0 ? [] : [{ reading, at: index + again, place: 100 - place }])]
    })
    for (let tick = 0; tick <= PERIODS + MOST_DELAY; tick++) {
      for (const { reading } of coming.filter(({ at }) => at === tick).toSorted((left, right) => left.place - right.place)) {
        send(play, { signer: programKey("ben"), nonce: 0, commands: [{ kind: "SubmitReadings", previousBatch: new Uint8Array(), readings: [reading] }] })
      }
      send(play, fromOperator({ kind: "Tick", area: "area", time: world.start + 900 * tick }))
    }
    return play
  }
  const finalOf = (play: Play): ReadonlyArray<string> =>
    [...play.state.metering.points.get("ben-home")!.values]
      .filter(([period]) => period < world.start + 900 * (PERIODS - 1))
      .toSorted(([left], [right]) => left - right)
      .map(([period, { energyWh, quality }]) => `${(period - world.start) / 900}: ${energyWh} ${quality}`)
  fc.assert(
    fc.property(fc.array(way, { minLength: PERIODS, maxLength: PERIODS }), (ways) => {
      // The first reading says where the register stands before the first tick.
      const first = ways.map((one, index) => (index === 0 ? { ...one, delay: 0, again: -1 } : one))
      const inOrder = playOf(first.map((one) => ({ ...one, delay: 0, again: -1 })))
      expect(finalOf(playOf(first))).toEqual(finalOf(inOrder))
      expect(finalOf(inOrder)).toHaveLength(PERIODS - 1)
    }),
    runs(60)
  )
})
