import { equalBytes } from "../../core/quantity/bytes.ts"
import type { Command } from "../../core/command.ts"
import type { PositionedRecord, Verdict } from "../../core/envelope.ts"
import { FURTHEST_AHEAD } from "../../core/metering/accept-readings.ts"
import { hears } from "../../core/metering/gateway-key.ts"
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

/** A metering point and a time that a gateway speaks of. */
interface Spoken {
  readonly meteringPoint: string
  readonly time: number
}

const spokenOf = (command: Command): ReadonlyArray<Spoken> => {
  if (command.kind === "SubmitReadings") return command.readings
  if (command.kind === "SubmitEvidence") return command.evidence
  return command.kind === "ReportClock" ? [command] : []
}

/** What a batch consists of: readings, then perhaps their evidence, then words on devices' clocks. */
const BATCH = /^SubmitReadings( SubmitEvidence)?( ReportClock)*$/

/** Names in a sentence: the first of them. */
const some = (names: ReadonlyArray<string>): string => (names.length <= 3 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`)

/**
 * What `step` would refuse for now and take later (refusal-fate.ts). It is kept out of the log, so that the gateway
 * keeps it: a reading that was journaled as refused would never be handed over again.
 */
const notYet = ({ metering, grid }: AreaState, { commands, signer }: PositionedRecord): BatchRefused | undefined => {
  const spoken = commands.flatMap(spokenOf)
  if (spoken.length === 0) return refuse("UnknownGateway", "the batch names no metering point", "hand over readings of metering points that are registered for the gateway's key")
  const places = spoken.keys().filter((place) => {
    const { meteringPoint, time } = spoken[place]!
    const point = metering.points.get(meteringPoint)
    return point === undefined || !hears(point, signer, time)
  }).toArray()
  if (places.length > 0) {
    const names = [...new Set(places.map((place) => spoken[place]!.meteringPoint))]
    return new BatchRefused({ ...refuse("UnknownGateway", `not registered for this gateway's key: ${some(names)}`, "ask the operator to register these metering points with the gateway's public key; their readings wait in the gateway's store"), places })
  }
  // Evidence may lie ahead: a clock that was wrong is what it tells of.
  const dated = commands.flatMap((command) => (command.kind === "SubmitEvidence" ? [] : spokenOf(command)))
  const ahead = grid.marketTime === 0 ? 0 : dated.reduce((most, { time }) => Math.max(most, time - grid.marketTime), 0)
  if (ahead <= FURTHEST_AHEAD) return undefined
  return refuse("AheadOfMarket", `readings lie ${ahead} s ahead of market time`, "see whether the gateway's clock is right; if it is, the market is behind and takes them when it has come so far")
}

/**
 * Why a checked batch must not reach the command log, or undefined: a gateway appends readings of its own metering
 * points and nothing else, and only under the key that its transport proved.
 */
export const refusalOf = (state: AreaState, record: PositionedRecord, presenter: Uint8Array | undefined): BatchRefused | undefined => {
  if (record.verdict !== "Accepted") return unsound(record.verdict)
  const { commands, signer } = record
  if (!BATCH.test(commands.map(({ kind }) => kind).join(" "))) {
    return refuse("NotReadings", "a gateway hands over readings, their evidence and words on clocks only", "send other commands to the API, signed by a wallet")
  }
  if (presenter !== undefined && !equalBytes(presenter, signer)) {
    return refuse("ForeignKey", "the batch is signed by another key than the certificate's", "send each gateway's batches over its own connection")
  }
  return notYet(state, record)
}
