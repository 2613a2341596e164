import { hasOffsets } from "../calendar/local-day.ts"
import { isPeriodStart, PERIOD_SECONDS, periodOf } from "../calendar/period.ts"
import type { GridState } from "./area.ts"

export type TickVerdict = "Accepted" | "OutOfBounds" | "TickNotLater" | "TickNotOnMinute" | "TickSkipsPeriod"

/**
 * Whether market time may move to `time`: later than now, on a whole minute, the first on the start of a period,
 * and never across the start of a period without stopping there, for at each start a gate closes. It stays within the
 * years whose local days are known.
 */
export const checkTick = (grid: GridState, time: number): TickVerdict => {
  if (!hasOffsets(time)) return "OutOfBounds"
  if (time % 60 !== 0) return "TickNotOnMinute"
  if (grid.marketTime === 0) return isPeriodStart(time) ? "Accepted" : "TickSkipsPeriod"
  if (time <= grid.marketTime) return "TickNotLater"
  return time <= periodOf(grid.marketTime) + PERIOD_SECONDS ? "Accepted" : "TickSkipsPeriod"
}
