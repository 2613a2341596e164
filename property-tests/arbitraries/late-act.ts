import fc from "fast-check"
import { PERIOD_SECONDS } from "../../engine/core/calendar/period.ts"
import type { Quality } from "../../engine/core/metering/metering-point.ts"
import type { Play } from "./play.ts"
import { energyWh } from "./quantity.ts"
import { fromOperator, programKey, type Sent } from "./record.ts"
import type { World } from "./world.ts"

/** Something that changes values behind closed periods: `at` is its tick, `back` how many periods before it lies. An edit without energy changes the quality alone. */
export type LateAct = { readonly at: number; readonly point: number; readonly back: number } & (
  | { readonly kind: "edit"; readonly energyWh: number | undefined; readonly quality: Quality }
  | { readonly kind: "import"; readonly energies: ReadonlyArray<number> }
  | { readonly kind: "reading"; readonly energyWh: number }
)

const quantity = fc.oneof(energyWh, fc.constant(100))
const quality = fc.constantFrom<Quality>("substitute", "measured", "provisional", "calculated", "missing")

/** Acts at the ticks up to `lastTick`. */
export const lateAct = (lastTick: number): fc.Arbitrary<LateAct> => {
  const place = { at: fc.nat(lastTick), point: fc.nat(6), back: fc.oneof(fc.nat(12), fc.nat(lastTick)) }
  return fc.oneof(
    fc.record({ kind: fc.constant("edit" as const), ...place, energyWh: fc.oneof({ weight: 4, arbitrary: quantity }, fc.constant(undefined)), quality }),
    fc.record({ kind: fc.constant("import" as const), ...place, energies: fc.array(quantity, { minLength: 1, maxLength: 6 }) }),
    fc.record({ kind: fc.constant("reading" as const), ...place, energyWh: fc.nat(3_000) })
  )
}

/** The record of an act, as whoever sends it knows the market; undefined where there is nothing to edit, or nobody to read. */
export const lateRecordOf = ({ state, memory }: Play, world: World, one: LateAct): Sent | undefined => {
  const { meteringPoint, member } = world.points[one.point % world.points.length]!
  const point = state.metering.points.get(meteringPoint)
  if (point === undefined) return undefined
  const now = state.grid.marketTime
  const period = Math.max(state.grid.openedAt, now - (one.back + 1) * PERIOD_SECONDS)
  switch (one.kind) {
    case "edit": {
      const before = memory.values.get(`${meteringPoint}@${period}`)
      if (before === undefined) return undefined
      const [beforeWh, afterWh] = [before.energyWh, one.energyWh ?? before.energyWh]
      return fromOperator({ kind: "EditIntervalValue", meteringPoint, period, beforeWh, beforeVersion: before.version, afterWh, quality: one.quality, who: "erika", why: "seen" })
    }
    case "import": {
      const values = one.energies.map((wh, index) => ({ period: period + index * PERIOD_SECONDS, energyWh: wh, quality: "measured" as const })).filter((value) => value.period < now)
      return fromOperator({ kind: "ImportIntervalValues", meteringPoint, document: new Uint8Array(32), who: "dso", values })
    }
    case "reading": {
      // A meter that comes back, or a batch that lay in a gateway: what it counted since the last reading before that time.
      const time = Math.max(state.grid.openedAt, now - one.back * PERIOD_SECONDS)
      const { track } = point
      const registerWh = (track?.registerWh ?? 1_000) + (track === undefined || time > track.time ? one.energyWh : 0)
      const reading = { meteringPoint, sequence: 1_000 + now, time, registerWh, powerW: 0 }
      return { signer: programKey(member), nonce: 0, commands: [{ kind: "SubmitReadings", previousBatch: new Uint8Array(), readings: [reading] }] }
    }
  }
}
