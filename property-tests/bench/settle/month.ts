import { localDayOf } from "../../../engine/core/calendar/local-day.ts"
import { PERIOD_SECONDS } from "../../../engine/core/calendar/period.ts"
import type { CommunityInputs } from "../../../engine/core/settlement/community/community-inputs.ts"

const zone = "Europe/Vienna"

/** A small generator of whole numbers below `below`, the same on every machine (xorshift, 32 bits). */
const makeRandom = (seed: number): ((below: number) => number) => {
  let state = seed
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

/** Whole local days from 2026-01-01 on. */
const periodsOf = (days: number): Array<number> => {
  let { start, end } = localDayOf(zone, Date.UTC(2026, 0, 1) / 1000)
  const periods: Array<number> = []
  for (let day = 0; day < days; day++) {
    for (let time = start; time < end; time += PERIOD_SECONDS) periods.push(time)
    ;({ start, end } = localDayOf(zone, end))
  }
  return periods
}

/**
 * A community of so many metering points, every fourth a roof that injects by day, under the dynamic key with four tariff
 * components. All values come from one seed.
 */
export const makeMonth = (points: number, days: number): CommunityInputs => {
  const meteringPoints = Array.from({ length: points }, (_, place) => `p${String(place).padStart(6, "0")}`)
  const periods = periodsOf(days)
  const random = makeRandom(20_260_101)
  const values = new Int32Array(periods.length * points)
  for (let row = 0; row < periods.length; row++) {
    const hour = (row % 96) / 4
    for (let column = 0; column < points; column++) {
      const isRoof = column % 4 === 0
      values[row * points + column] = isRoof ? (hour >= 7 && hour < 18 ? random(2_500) : 0) : random(450)
    }
  }
  const members = meteringPoints.map((meteringPoint, place) => ({
    member: `m${meteringPoint}`,
    points: [{ meteringPoint, area: "north", gridLevel: 7, direction: place % 4 === 0 ? ("injection" as const) : ("withdrawal" as const) }]
  }))
  return {
    rules: {
      community: "bench",
      timeZone: zone,
      currency: "EUR",
      areas: [{ area: "north", deadlineDays: 0 }],
      members,
      versions: [{ from: "2026-01-01", resolutionMinutes: 15, steps: [{ step: "share", name: "pool", within: "community", key: { kind: "dynamic" }, consumerPrice: 120_000 }] }]
    },
    tariffs: {
      currency: "EUR",
      components: [
        { name: "energy", kind: "energy", from: "2026-01-01", price: 250_000, vatPerMille: 200 },
        { name: "feed-in", kind: "feed-in", from: "2026-01-01", price: 60_000 },
        { name: "grid", kind: "grid-fee", from: "2026-01-01", on: ["residual"], price: 58_000, vatPerMille: 200 },
        { name: "grid local", kind: "grid-fee", from: "2026-01-01", on: ["shared"], price: 25_000, vatPerMille: 200 }
      ]
    },
    intervals: { meteringPoints, periods, values, substitutes: new Set() },
    trades: [],
    priceAt: () => undefined,
    coefficientAt: () => undefined
  }
}
