import { MeterReader } from "../../modbus/poller/read-meter.ts"
import { listProfiles, loadProfile } from "../../modbus/profiles/load-profile.ts"
import type { Direction } from "../../modbus/profiles/profile.ts"
import { framingOf, type Transport } from "../../modbus/transport/transport.ts"
import type { Fail } from "./configured-line.ts"

/** What is checked of a meter besides its line. */
export interface CheckedMeter {
  readonly profile: string
  readonly unit: number
  readonly direction: Direction
}

/** On a bus 0 is everybody and 248 to 255 are reserved (Modbus over Serial Line 2.2). */
const HIGHEST_ON_A_BUS = 247

const nobody = { read: () => Promise.reject(new Error("never asked")) }

/** Checks profile, unit and direction of one meter; an error stands at its field. */
export const checkMeter = (fail: Fail, place: string, { profile, unit, direction }: CheckedMeter, line: Transport): void => {
  if (!listProfiles().includes(profile)) fail(`${place}.profile`, `there is no device profile ${profile}; see \`commonwatt meter profiles\``)
  if (framingOf(line) === "rtu" && (unit < 1 || unit > HIGHEST_ON_A_BUS)) fail(`${place}.unit`, `${unit} is no unit of a serial line: 1 to ${HIGHEST_ON_A_BUS}`)
  try {
    void new MeterReader(nobody, loadProfile(profile), direction)
  } catch (cause) {
    fail(`${place}.direction`, (cause as Error).message)
  }
}
