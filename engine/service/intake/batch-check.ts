import { equalBytes } from "../../core/quantity/bytes.ts"
import type { Command } from "../../core/command.ts"
import type { PositionedRecord, Verdict } from "../../core/envelope.ts"
import type { AreaState } from "../../core/state.ts"
import { BatchRefused, type BatchRefusal } from "../ports/driving/reading-intake.ts"

/** A refusal with its cause and mend. */
export const refuse = (name: BatchRefusal, reason: string, mend: string, retryAfter?: number): BatchRefused =>
  new BatchRefused(retryAfter === undefined ? { name, reason, mend } : { name, reason, mend, retryAfter })

const unsound = (verdict: Exclude<Verdict, "Accepted">): BatchRefused => {
  switch (verdict) {
    case "WrongDomain":
      return refuse("WrongDomain", "the batch is signed for another grid area", "set `area` in the gateway's configuration")
    case "BadSignature":
    case "Expired":
      return refuse("BadSignature", "the batch's signature does not hold", "see that the gateway's key file is the one that its certificate was made for")
    case "Malformed":
    case "VersionUnknown":
    case "AlgorithmUnsupported":
      return refuse("Malformed", "these bytes are no reading batch of this version", "bring gateway and engine to the same release")
  }
}

const pointsOf = (command: Command): ReadonlyArray<string> => {
  if (command.kind === "SubmitReadings") return command.readings.map(({ meteringPoint }) => meteringPoint)
  return command.kind === "SubmitEvidence" ? command.evidence.map(({ meteringPoint }) => meteringPoint) : []
}

/**
 * Why a checked batch must not reach the command log, or undefined: a gateway appends readings of its own metering
 * points and nothing else, and only under the key that its transport proved.
 */
export const refusalOf = (state: AreaState, record: PositionedRecord, presenter: Uint8Array | undefined): BatchRefused | undefined => {
  if (record.verdict !== "Accepted") return unsound(record.verdict)
  const { commands, signer } = record
  const kinds = commands.map(({ kind }) => kind).join(" ")
  if (kinds !== "SubmitReadings" && kinds !== "SubmitReadings SubmitEvidence") {
    return refuse("NotReadings", "a gateway hands over readings and their evidence only", "send other commands to the API, signed by a wallet")
  }
  if (presenter !== undefined && !equalBytes(presenter, signer)) {
    return refuse("ForeignKey", "the batch is signed by another key than the certificate's", "send each gateway's batches over its own connection")
  }
  const isKnown = commands.flatMap(pointsOf).some((meteringPoint) => {
    const point = state.metering.points.get(meteringPoint)
    return point !== undefined && equalBytes(point.gatewayKey, signer)
  })
  return isKnown ? undefined : refuse("UnknownGateway", "none of these metering points is registered for this gateway's key", "ask the operator to register the metering points with the gateway's public key")
}
