import { MOST_CLOCK_DRIFT } from "../../../engine/core/metering/follow-reading.ts"
import type { ClockTrouble } from "../../modbus/gateway/own-clock.ts"

const mend = "To mend it: let this machine follow a time server (timedatectl set-ntp true)"

const aheadOrBehind = (seconds: number): string => `${Math.abs(seconds)} s ${seconds > 0 ? "ahead of" : "behind"} the engine's`

/** What is wrong with the gateway's clock, in a sentence; `count` readings became evidence. */
export const explainClock = (trouble: ClockTrouble, count = 0): string => {
  switch (trouble.kind) {
    case "NotSet":
      return `NotSet: this machine's clock was never set; nothing is read, meters count on. ${mend}`
    case "FarOff":
      return `FarOff: this machine's clock is ${aheadOrBehind(trouble.offset)}; nothing is read until it is right, meters count on. ${mend}`
    case "WentBack":
      return `WentBack: this machine's clock is ${trouble.behind} s behind the last reading; nothing is read until it has come there, or until engine or time server say that it is right. Meters count on`
    case "WasAhead":
      return `WasAhead: this machine's clock was ${trouble.behind} s ahead and is right now; ${count} readings that were not handed over are evidence only, for nobody knows when they were read`
  }
}

/** What an offset in seconds means for interval values. */
const forValues = (seconds: number): string => (isDrift(seconds) ? "; interval values are provisional until it is right" : "")

/** True for an offset in seconds by which the engine makes interval values provisional. */
export const isDrift = (seconds: number): boolean => Math.abs(seconds) > MOST_CLOCK_DRIFT

/** What it means that this machine's clock lies so many seconds ahead of the engine's, and meters are read all the same. */
export const explainOwnOffset = (seconds: number): string =>
  `Doubted: this machine's clock is ${aheadOrBehind(seconds)}; readings are signed as unsynchronised${forValues(seconds)}. ${mend}`

/** What it means that a meter's clock lies so many seconds ahead of the engine's. */
export const explainMeterOffset = (seconds: number): string => `${aheadOrBehind(seconds)}${forValues(seconds)}. To mend it: set the meter's clock`
