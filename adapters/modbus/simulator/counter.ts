/**
 * A meter's counter as a pure function of time. The simulator keeps no state, so a restart, a jump of market
 * time and a second reader all see the same register.
 */
import { periodSeconds, type Feeder, type Window } from "./feeder.ts"

/** One column of one window, ready to be summed. Times are epoch seconds, energies Wh. */
export interface Series {
  readonly start: number
  readonly energies: Float64Array
  /** Sum of all periods before each one, and of all at the end. */
  readonly sums: Float64Array
}

/** Takes a window's part of a column. Throws when the feeder has no such column. */
export const seriesOf = (feeder: Feeder, window: Window, column: string): Series => {
  const values = feeder.columns.get(column)
  if (!values) throw new Error(`the feeder data has no column ${column}`)
  const energies = values.slice(window.firstRow, window.firstRow + window.periods)
  const sums = new Float64Array(energies.length + 1)
  energies.forEach((energy, index) => { sums[index + 1] = (sums[index] ?? 0) + energy })
  return { start: window.start, energies, sums }
}

interface Place {
  readonly repeats: number
  readonly period: number
  readonly seconds: number
}

const placeOf = (series: Series, time: number): Place => {
  if (!Number.isSafeInteger(time)) throw new RangeError(`market time ${time} is no integer of epoch seconds`)
  if (time < series.start) throw new RangeError(`market time ${time} lies before the window's start ${series.start}`)
  const periods = Math.floor((time - series.start) / periodSeconds)
  return {
    repeats: Math.floor(periods / series.energies.length),
    period: periods % series.energies.length,
    seconds: (time - series.start) % periodSeconds
  }
}

/**
 * The counter in Wh: the initial value, every whole period since the window's start, and the running one in
 * proportion to its time. After the window's last period its energies repeat while the counter goes on.
 */
export const counterAt = (series: Series, initialWh: number, time: number): number => {
  const { repeats, period, seconds } = placeOf(series, time)
  const whole = repeats * (series.sums.at(-1) ?? 0) + (series.sums[period] ?? 0)
  const running = Math.floor(((series.energies[period] ?? 0) * seconds) / periodSeconds)
  return initialWh + whole + running
}

/** Momentary power in W: the running period's energy, spread evenly over its quarter of an hour. */
export const powerAt = (series: Series, time: number): number =>
  4 * (series.energies[placeOf(series, time).period] ?? 0)

/** What a register shows: the last whole step that the counter passed. */
export const shownWh = (counterWh: number, stepWh: number): number => Math.floor(counterWh / stepWh) * stepWh
