import { localDayNamed, localDayOf } from "./calendar/local-day.ts"
import { compareText } from "./quantity/bytes.ts"
import { assertLaw } from "./quantity/invariant.ts"
import { runKey, runOfKey } from "./settlement/record-run.ts"
import type { Event } from "./event.ts"
import type { AreaState } from "./state.ts"

/** An interval value got a new version: where its day has a run already, that run is outdated. */
export const noteNewVersion = (state: AreaState, meteringPoint: string, period: number): void => {
  if (period >= state.settlement.closedUntil) return
  const { community } = state.accounts.members.get(state.metering.points.get(meteringPoint)!.member)!
  const run = state.settlement.runs.get(runKey(community, localDayOf(state.grid.timeZone, period).name))
  if (run !== undefined) run.isOutdated = true
}

/**
 * At the close of a local day the next version of every outdated run becomes due, in the order of communities and days:
 * once a day, however many values changed. A run that is still to be recorded has its next version a day later.
 */
export const announceCorrections = (state: AreaState, emit: (event: Event) => void): void => {
  const outdated = [...state.settlement.runs].filter(([, run]) => run.isOutdated && run.state === "recorded").sort(([left], [right]) => compareText(left, right))
  for (const [key, run] of outdated) {
    const { community, settlementPeriod } = runOfKey(key)
    const day = localDayNamed(state.grid.timeZone, settlementPeriod)
    assertLaw(day !== undefined, "a run is of a local day")
    Object.assign(run, { state: "due", version: run.version + 1, isOutdated: false })
    emit({ kind: "RunDue", community, settlementPeriod, version: run.version, start: Math.max(day.start, state.grid.openedAt), end: day.end })
  }
}
