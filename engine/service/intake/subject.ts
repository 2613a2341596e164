import type { Command } from "../../core/command.ts"
import type { PositionedRecord } from "../../core/envelope.ts"
import { toHex } from "../../core/quantity/bytes.ts"
import type { AreaState } from "../../core/state.ts"

const memberOf = (state: AreaState, command: Command): string | undefined => {
  switch (command.kind) {
    case "AdmitMember":
    case "RecordDeposit":
    case "RegisterMeteringPoint":
      return command.member
    case "SetPreference":
    case "PlaceOrder":
    case "CancelOrder":
    case "ReduceOrder":
    case "MoveOrder":
    case "DescribeRegister":
    case "SetSource":
    case "ExchangeMeter":
    case "RetireMeteringPoint":
    case "EditIntervalValue":
    case "ImportIntervalValues":
    case "AssignLoadProfile":
    case "ReportClock":
      return state.metering.points.get(command.meteringPoint)?.member
    case "SubmitReadings":
      return command.readings.map(({ meteringPoint }) => state.metering.points.get(meteringPoint)?.member).find((member) => member !== undefined)
    case "SubmitEvidence":
      return command.evidence.map(({ meteringPoint }) => state.metering.points.get(meteringPoint)?.member).find((member) => member !== undefined)
    default:
      return undefined
  }
}

/** The member whom a record concerns, under whose key it is journaled; undefined where it concerns none or the whole area. A member's wallet speaks for nobody else. */
export const subjectOf = (state: AreaState, { commands, signer }: Pick<PositionedRecord, "commands" | "signer">): string | undefined =>
  state.accounts.wallets.get(toHex(signer)) ?? commands.map((command) => memberOf(state, command)).find((member) => member !== undefined)
