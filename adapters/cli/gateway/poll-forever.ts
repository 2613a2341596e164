import { Effect, Queue, Schedule } from "effect"
import type { UplinkUnavailable } from "../../../engine/service/ports/driven/uplink.ts"
import type { Gateway } from "../../modbus/gateway/gateway.ts"
import type { ClockTrouble, OwnClock } from "../../modbus/gateway/own-clock.ts"
import type { TimeServer } from "../../modbus/gateway/time-server.ts"
import type { GatewayConfig } from "./config.ts"
import { explainClock } from "./explain-clock.ts"
import { explainFlush, type Reporter } from "./report.ts"

/** What polling needs. */
export interface PollRounds {
  readonly gateway: Gateway
  /** Told after each poll. */
  readonly polled: Queue.Enqueue<void>
  readonly report: Reporter
  readonly ownClock: OwnClock
  readonly timeServer: () => TimeServer
  /** Asks the engine for its clock. */
  readonly hearEngine: Effect.Effect<void>
  /** Time of the newest reading in the store. */
  readonly newest: () => number
  readonly marketTime: Effect.Effect<number, UplinkUnavailable>
}

/** Seconds between two questions for the engine's clock while the own one is far off. */
const ASK_EVERY = 60

const pollAt = ({ gateway, report, polled }: PollRounds, time: number) =>
  Effect.flatMap(gateway.poll(time), (summary) => {
    report.polled(summary)
    return Effect.as(Queue.offer(polled, undefined), summary)
  })

/** Readings of times that never were become evidence, and polling goes on. */
const setBack = ({ gateway, report }: PollRounds, now: number, trouble: ClockTrouble) =>
  gateway.setBack(now).pipe(
    Effect.matchEffect({
      onFailure: (error) => Effect.as(Effect.sync(() => report.trouble("store", explainFlush(error))), false),
      onSuccess: (count) => Effect.as(Effect.sync(() => report.trouble("clock", explainClock(trouble, count))), true)
    })
  )

/** A poll by this machine's clock, unless that is known to be wrong: a reading of a wrong time is worse than none, for counters count on. */
export const pollBySystem = (rounds: PollRounds) => {
  const { ownClock, report, timeServer, newest, hearEngine } = rounds
  let askedAt = 0
  return Effect.suspend(() => {
    const now = ownClock.now()
    const trouble = ownClock.trouble(newest(), timeServer())
    report.clockJumped(ownClock.takeJump())
    if (trouble === undefined) {
      report.ownClock(ownClock.offset)
      return Effect.asVoid(pollAt(rounds, now))
    }
    if (trouble.kind === "WasAhead") return Effect.flatMap(setBack(rounds, now, trouble), (isDone) => (isDone ? Effect.asVoid(pollAt(rounds, now)) : Effect.void))
    report.trouble("clock", explainClock(trouble))
    if (Math.abs(now - askedAt) < ASK_EVERY) return Effect.void
    askedAt = now
    return hearEngine
  })
}

/** One poll at each multiple of the interval by this machine's clock, or whenever the engine's market time has moved. */
export const pollForever = (config: Pick<GatewayConfig, "clock" | "pollSeconds">, rounds: PollRounds): Effect.Effect<never> => {
  if (config.clock === "system") {
    const interval = config.pollSeconds * 1_000
    return Effect.suspend(() => Effect.sleep(interval - (Date.now() % interval))).pipe(Effect.andThen(pollBySystem(rounds)), Effect.forever)
  }
  let last = 0
  let isComplete = false
  const step = rounds.marketTime.pipe(
    Effect.flatMap((time) => {
      if (time <= last && isComplete) return Effect.void
      last = time
      return Effect.map(pollAt(rounds, time), ({ failures }) => void (isComplete = failures.length === 0))
    }),
    Effect.catch((error) => Effect.sync(() => rounds.report.trouble("market time", explainFlush(error))))
  )
  return step.pipe(Effect.repeat(Schedule.spaced("50 millis")), Effect.andThen(Effect.never))
}
