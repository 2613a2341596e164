import { judgementOf } from "../../modbus/scan/verdict.ts"
import { recognise, type Candidate } from "../../modbus/scan/recognise.ts"
import type { UnitReader } from "../../modbus/client/modbus-connection.ts"
import type { DeviceProfile } from "../../modbus/profiles/profile.ts"
import { say } from "../start/terminal.ts"
import { UserError } from "../user-error.ts"
import { exitCodes } from "./explain-device.ts"

const mostShown = 6

const names = (candidates: readonly Candidate[]): string => {
  const shown = candidates.slice(0, mostShown).map(({ profile }) => profile).join(", ")
  return candidates.length > mostShown ? `${shown} and ${candidates.length - mostShown} more` : shown
}

/**
 * The profiles by which a device is read where nobody named one: only if its probes or its SunSpec map leave no doubt.
 * Throws UserError that names what may fit.
 */
export const recogniseDevice = async (unit: UnitReader, profiles: readonly DeviceProfile[], place: string): Promise<readonly DeviceProfile[]> => {
  const found = await recognise(unit, profiles)
  const { verdict, chosen, rivals } = judgementOf(found)
  const refused = (message: string, mend: string): UserError => new UserError(`${place}: ${message}`, mend, { exitCode: exitCodes.refused })
  if (verdict === "unknown") {
    const models = found.models.length === 0 ? "" : ` (SunSpec models ${found.models.join(", ")})`
    throw refused(`no profile fits what is there${models}`, "name one with --profile ID (`commonwatt meter profiles` lists them), or write one: docs/guides/meter-profiles.md")
  }
  if (verdict === "ambiguous") throw refused(`profiles fit that read different energy or power: ${names([...chosen, ...rivals])}`, "name the right one with --profile ID")
  if (verdict === "possible") throw refused(`it may be ${names(found.candidates)}, but nothing tells so for certain`, "name one with --profile ID")
  const ids = chosen.map(({ profile }) => profile)
  say(`recognised as ${ids.join(" and ")}`)
  return profiles.filter(({ id }) => ids.includes(id))
}
