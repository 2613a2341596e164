import type { Command } from "../../core/command.ts"
import type { AreaState } from "../../core/state.ts"

const memberOf = (state: AreaState, command: Command): string | undefined => {
  switch (command.kind) {
    case "AdmitMember":
    case "RecordDeposit":
    case "RegisterMeteringPoint":
      return command.member
    case "SetPreference":
      return state.metering.points.get(command.meteringPoint)?.member
    case "SubmitReadings":
      return command.readings.map(({ meteringPoint }) => state.metering.points.get(meteringPoint)?.member).find((member) => member !== undefined)
    case "SubmitEvidence":
      return command.evidence.map(({ meteringPoint }) => state.metering.points.get(meteringPoint)?.member).find((member) => member !== undefined)
    default:
      return undefined
  }
}

/** The member whom a record concerns, under whose key it is journaled; undefined where it concerns none or the whole area. */
export const subjectOf = (state: AreaState, commands: ReadonlyArray<Command>): string | undefined =>
  commands.map((command) => memberOf(state, command)).find((member) => member !== undefined)
