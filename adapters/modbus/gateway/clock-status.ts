import { existsSync } from "node:fs"
import type { ClockStatus } from "../../../engine/core/metering/evidence.ts"

/** No machine of today shows an earlier time, but for one whose clock lost its battery: 2026-01-01. */
const PLAUSIBLE_FROM = 1_767_225_600
/** Seconds that the gateway's clock may lie apart from the engine's, the way of the answer included. */
const LARGEST_OFFSET = 5

/** Files by which Linux tells that its clock follows a time server (systemd-timesyncd; chrony and ntpd of common systems). */
const SYNCHRONISED = ["/run/systemd/timesync/synchronized", "/run/chrony/chronyd.pid", "/run/ntpd.pid"]

/** Whether this machine follows a time server. */
export const followsTimeServer = (): boolean => SYNCHRONISED.some((file) => existsSync(file))

/**
 * How far a clock can be trusted (OCMF 3.2.2, field TM): S synchronised with a time server; I informative, checked
 * against the engine only; U unsynchronised, or too far from the engine's; R relative, a clock that never was set.
 */
export const clockStatusOf = (now: number, followsServer: boolean, engineOffset: number | undefined): ClockStatus => {
  if (now < PLAUSIBLE_FROM) return "relative"
  if (engineOffset !== undefined && Math.abs(engineOffset) > LARGEST_OFFSET) return "unsynchronised"
  if (followsServer) return "synchronised"
  return engineOffset === undefined ? "unsynchronised" : "informative"
}
