import { Effect, Schedule } from "effect"
import { PERIOD_SECONDS, timeToText } from "../../../engine/core/calendar/period.ts"
import { Engine } from "../../../engine/service/intake/engine.ts"
import { MarketClock } from "../../../engine/service/ports/driven/market-clock.ts"
import { SettlementRuns } from "../../../engine/service/runs/settlement-runs.ts"
import type { Gateway } from "../../modbus/gateway/gateway.ts"
import { say, sayProgress } from "./terminal.ts"

/** What drives market time. */
export interface Drive {
  readonly gateway: Gateway
  /** Market time of the world's start. */
  readonly start: number
}

const MINUTE = 60
/** A gateway whose batches find no way tries again so often; nothing is lost meanwhile. */
const again = Schedule.spaced("1 second")

/** One step to market time `time`: everybody has the time, every meter is read, every reading has its receipt, the tick is journaled. */
const stepTo = Effect.fn("stepTo")(function* ({ gateway }: Drive, time: number) {
  const clock = yield* MarketClock
  const engine = yield* Engine
  yield* clock.moveTo(time)
  const { failures } = yield* gateway.poll(time)
  for (const { meteringPoint, message } of failures.slice(0, 3)) say(`  no reading of ${meteringPoint} at ${timeToText(time)}: ${message}`)
  if (failures.length > 3) say(`  ... and of ${failures.length - 3} more metering points`)
  yield* gateway.flush.pipe(
    Effect.tapError((error) => Effect.sync(() => sayProgress("gateway", `batches wait: ${error._tag}`))),
    Effect.retry(again)
  )
  yield* engine.issue([{ kind: "Tick", area: engine.area, time }]).pipe(
    Effect.tapError((error) => Effect.sync(() => sayProgress("engine", `the tick waits: ${error._tag}`))),
    Effect.retry(again)
  )
})

/** Market time to go on from: the last journaled tick, or just before the start. */
const lastTick = Effect.map(Engine, ({ state }) => state.grid.marketTime)

/** Lockstep until market time `until`: one tick a delivery period, and every run that became due is recorded before the next. */
export const lockstep = Effect.fn("lockstep")(function* (drive: Drive, until: number) {
  const runs = yield* SettlementRuns
  yield* runs.settleDue
  for (;;) {
    const last = yield* lastTick
    const next = last === 0 ? drive.start : Math.floor(last / PERIOD_SECONDS) * PERIOD_SECONDS + PERIOD_SECONDS
    if (next > until) return
    yield* stepTo(drive, next)
    yield* runs.settleDue
    sayProgress("lockstep", `market time ${timeToText(next)}`, Number.isFinite(until) ? (next - drive.start) / (until - drive.start) : undefined)
  }
})

/** Live: one tick a minute of market time, `speed` market seconds a second, until market time `until`; late steps slow market time down. */
export const live = Effect.fn("live")(function* (drive: Drive, speed: number, until: number) {
  const runs = yield* SettlementRuns
  for (;;) {
    const began = Date.now()
    const last = yield* lastTick
    const next = last === 0 ? drive.start : last + MINUTE
    if (next > until) return yield* runs.settleDue
    yield* stepTo(drive, next)
    yield* Effect.sleep(Math.max(0, (MINUTE / speed) * 1_000 - (Date.now() - began)))
  }
})
