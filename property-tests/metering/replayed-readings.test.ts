import fc from "fast-check"
import { expect, it } from "vitest"
import { localDayOf } from "../../engine/core/calendar/local-day.ts"
import { emptyMetering } from "../../engine/core/metering/metering-point.ts"
import type { Reading } from "../../engine/core/metering/reading.ts"
import { registerPoint } from "../../engine/core/metering/register-point.ts"
import { runs } from "../arbitraries/runs.ts"
import { DayPlayer, GATEWAY, POINT, ZONE } from "./days.ts"
import { readingAt } from "./meter.ts"

/** The market opens in the evening, so that a few hours make a first day. */
const OPENED = Date.UTC(2016, 5, 6, 18) / 1000

/** A meter from some hours before the first tick on: it is silent for hours, shows nonsense, signs two values for one time, and its gateway loses its count. */
const readings: fc.Arbitrary<ReadonlyArray<Reading>> = fc
  .array(
    fc.record({
      after: fc.oneof(fc.integer({ min: 1, max: 40 }).map((periods) => periods * 900), fc.integer({ min: 1, max: 9_000 })),
      rise: fc.integer({ min: 0, max: 400 }),
      way: fc.oneof({ weight: 4, arbitrary: fc.constant("true") }, fc.constantFrom("zero", "spike", "reset", "twice")),
      losesCount: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, fc.constant(true))
    }),
    { minLength: 4, maxLength: 40 }
  )
  .map((moves) => {
    let [time, register, sequence] = [OPENED - 4 * 3_600, 50_000, 100]
    return moves.flatMap(({ after, rise, way, losesCount }) => {
      time += after
      sequence = losesCount ? 1 + (sequence % 7) : sequence + 1
      register = way === "reset" ? rise : register + rise
      const shown = way === "zero" ? 0 : way === "spike" ? register + 900_000_000 : register
      const reading = readingAt(sequence, time, shown)
      return way === "twice" ? [reading, { ...reading, registerWh: shown + 7 }] : [reading]
    })
  })

/** Takes the readings as they come, and closes each local day two periods behind its end; `between` is called with what was accepted so far. */
const play = (all: ReadonlyArray<Reading>, between: (player: DayPlayer, now: number, accepted: ReadonlyArray<Reading>) => void): void => {
  const metering = emptyMetering()
  registerPoint(metering, { kind: "RegisterMeteringPoint", meteringPoint: POINT, member: "ada", direction: "withdrawal", gatewayKey: GATEWAY, capacityWh: 100_000 })
  const player = new DayPlayer(metering, OPENED)
  const accepted: Array<Reading> = []
  let open = localDayOf(ZONE, OPENED)
  for (const reading of all) {
    for (; reading.time >= open.end + 1_800; open = localDayOf(ZONE, open.end)) {
      player.close(Math.max(open.start, OPENED), open.end)
      between(player, open.end, accepted)
    }
    const isOpen = reading.time >= OPENED
    const before = player.reasons.get("ReadingRecorded") ?? 0
    player.take(isOpen ? reading.time : 0, reading)
    if ((player.reasons.get("ReadingRecorded") ?? 0) > before) accepted.push(reading)
    if (isOpen) between(player, reading.time, accepted)
  }
}

it("a reading that was accepted once moves nothing when it comes again: from before the first tick, disputed since, behind closed days", () => {
  fc.assert(
    fc.property(readings, (all) => {
      play(all, (player, now, accepted) => {
        // The count of sequences only tells gaps; where it began anew, an old sequence may look like a jump ahead.
        const { sequences: _, ...before } = structuredClone(player.metering.points.get(POINT)!)
        for (const reading of accepted) player.take(now, reading)
        expect(player.metering.points.get(POINT)).toMatchObject(before)
      })
    }),
    runs(150)
  )
})
