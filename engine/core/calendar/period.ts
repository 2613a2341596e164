/** Length of a delivery period in seconds: the 15-minute market time unit (Regulation (EU) 2017/2195, Art. 53). */
export const PERIOD_SECONDS = 900

/** Times are whole seconds since 1970-01-01T00:00Z; a delivery period is named by the time at which it starts. */
export const isPeriodStart = (time: number): boolean => time % PERIOD_SECONDS === 0

/** Start of the delivery period that holds `time`. */
export const periodOf = (time: number): number => Math.floor(time / PERIOD_SECONDS) * PERIOD_SECONDS

/** Starts of the delivery periods in [from, to). */
export const periodsBetween = (from: number, to: number): Array<number> => {
  const starts: Array<number> = []
  for (let start = from; start < to; start += PERIOD_SECONDS) starts.push(start)
  return starts
}

/** ISO text of a time in UTC, to the second. */
export const timeToText = (time: number): string => new Date(time * 1000).toISOString().replace(".000Z", "Z")
