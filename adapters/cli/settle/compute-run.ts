import { timeToText } from "../../../engine/core/calendar/period.ts"
import { communityRoot } from "../../../engine/core/proof/community-tree.ts"
import { bookingsOf, deltaOf, type Booking } from "../../../engine/core/settlement/community/booking.ts"
import { communityRunId, hashCommunityResult, hashInputFiles, statusAfter, type RunStatus } from "../../../engine/core/settlement/community/community-run.ts"
import type { CommunityInputs } from "../../../engine/core/settlement/community/community-inputs.ts"
import { compareOfficial, type Difference } from "../../../engine/core/settlement/community/official.ts"
import { InputRefused } from "../../../engine/core/settlement/community/refusal.ts"
import { settleCommunity, type CommunityResult } from "../../../engine/core/settlement/community/settle-community.ts"
import { statementsOf, type Statement } from "../../../engine/core/settlement/community/statement.ts"
import { PriceChanges, PriceMissing } from "../../../engine/core/tariff/price-rule.ts"
import { UserError } from "../user-error.ts"
import { readOfficial } from "./files/small-tables.ts"
import { parseInputs, type InputFile, type Settings } from "./inputs.ts"

/** What a version knows of the one before: its name, its status and what it stands for. */
export interface PreviousRun {
  readonly runId: string
  readonly community: string
  readonly settlementPeriod: string
  readonly version: number
  readonly status: RunStatus
  readonly bookings: ReadonlyArray<Booking>
}

/** One version of a community's settlement with all its hashes. */
export interface CommunityRun {
  readonly version: number
  readonly status: RunStatus
  readonly settings: Settings
  readonly inputs: ReadonlyArray<InputFile>
  readonly previous: PreviousRun | undefined
  readonly result: CommunityResult
  readonly statements: ReadonlyArray<Statement>
  readonly bookings: ReadonlyArray<Booking>
  /** What this version posts on top of the previous one. */
  readonly delta: ReadonlyArray<Booking>
  readonly inputsHash: Uint8Array
  readonly resultHash: Uint8Array
  readonly runId: Uint8Array
  readonly root: Uint8Array
  readonly seed: Uint8Array
  /** The same period by another rule set; it posts nothing. */
  readonly shadow: ReadonlyArray<Statement> | undefined
  /** Where the grid operator's allocation differs from ours; undefined if none was given. */
  readonly differences: ReadonlyArray<Difference> | undefined
}

/** Does what may refuse inputs; a refusal becomes a UserError. */
const named = <A>(work: () => A): A => {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof InputRefused) throw new UserError(`nothing was settled: ${cause.text} (${cause.status})`, mendOf(cause))
    if (cause instanceof PriceChanges) throw new UserError(`nothing was settled: a price changes within the hour that begins at ${timeToText(cause.time)}, but the rules allocate hour by hour`, "give all four quarters of an hour one price, such as their mean, or begin bands at full hours")
    if (cause instanceof PriceMissing) throw new UserError(`nothing was settled: ${cause.series} has no price for ${timeToText(cause.time)}, or one beyond the bounds`, "add it to the file of --prices")
    throw cause
  }
}

const mendOf = ({ status }: InputRefused): string => {
  if (status === "AreaAwaited") return "wait for its values, or give --on DAY after the deadline for a provisional run"
  if (status === "PartOfADay") return "give every local day from its first to its last quarter hour (92, 96 or 100 of them)"
  return "correct the inputs; docs/guides/settlement-files.md describes every field and column"
}

/** Settles input files as the next version after `previous`. `seed` (32 bytes, secret) salts the statements in the root. */
export const computeRun = (files: ReadonlyArray<InputFile>, settings: Settings, previous: PreviousRun | undefined, seed: Uint8Array): CommunityRun => {
  const inputs = parseInputs(files, settings)
  const result = named(() => settleCommunity(inputs, settings.on))
  const { community, settlementPeriod } = result
  if (previous !== undefined && (previous.community !== community || previous.settlementPeriod !== settlementPeriod)) {
    throw new UserError(`the previous run settled ${previous.settlementPeriod} of ${previous.community}, these inputs ${settlementPeriod} of ${community}`, "give the previous version of the same settlement period by --previous, or leave it out")
  }
  const version = (previous?.version ?? 0) + 1
  const statements = statementsOf(result)
  const bookings = bookingsOf(result.entries, statements)
  const inputsHash = hashInputFiles(files)
  const runId = communityRunId(community, settlementPeriod, version, inputsHash)
  return {
    version,
    status: statusAfter(previous?.status, result.lacks.length > 0),
    settings,
    inputs: files,
    previous,
    result,
    statements,
    bookings,
    delta: deltaOf(previous?.bookings ?? [], bookings),
    inputsHash,
    resultHash: hashCommunityResult(result),
    runId,
    root: communityRoot(runId, seed, statements, result.periods),
    seed,
    shadow: shadowOf(files, settings),
    differences: differencesOf(files, inputs)
  }
}

/** The statements that the rule set of role `shadow` would have given from the same inputs. */
const shadowOf = (files: ReadonlyArray<InputFile>, settings: Settings): ReadonlyArray<Statement> | undefined => {
  const shadow = files.find(({ role }) => role === "shadow")
  if (shadow === undefined) return undefined
  const inputs = parseInputs([...files.filter(({ role }) => role !== "rules"), { ...shadow, role: "rules" }], settings)
  return statementsOf(named(() => settleCommunity(inputs, settings.on)))
}

const differencesOf = (files: ReadonlyArray<InputFile>, inputs: CommunityInputs): ReadonlyArray<Difference> | undefined => {
  const official = files.find(({ role }) => role === "official")
  return official === undefined ? undefined : compareOfficial(inputs, readOfficial(official.path, official.bytes))
}
