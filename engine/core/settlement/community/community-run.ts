import { sha256 } from "@noble/hashes/sha2.js"
import { bigInteger, bytes, encode, integer, list, optional, struct, text, unsigned } from "../../quantity/codec.ts"
import { entryKind } from "./ledger.ts"
import type { CommunityResult } from "./settle-community.ts"

const entry = struct({ payer: text, payee: text, kind: entryKind, label: text, payerPoint: text, payeePoint: text, vatPerMille: unsigned, energyWh: integer, amount: bigInteger })
const periodRow = struct({ time: unsigned, injectedWh: unsigned, withdrawnWh: unsigned, tradedWh: unsigned, sharedWh: unsigned, members: optional(unsigned) })
const pointTotals = struct({ member: text, meteringPoint: text, direction: text, energyWh: unsigned, tradedWh: unsigned, ownWh: unsigned, sharedWh: unsigned, beyondWh: unsigned })
const result = struct({ community: text, currency: text, settlementPeriod: text, entries: list(entry), periods: list(periodRow), points: list(pointTotals) })

/** SHA-256 of everything that a community's run found, in canonical form. */
export const hashCommunityResult = ({ community, currency, settlementPeriod, entries, periods, points }: CommunityResult): Uint8Array =>
  sha256(encode(result, { community, currency, settlementPeriod, entries: [...entries], periods: [...periods], points: [...points] }))

const inputSet = struct({ files: list(struct({ role: text, sha256: bytes })) })

/** SHA-256 over the roles and hashes of a run's input files, ordered by role: the name of the input set. */
export const hashInputFiles = (files: ReadonlyArray<{ readonly role: string; readonly sha256: Uint8Array }>): Uint8Array =>
  sha256(encode(inputSet, { files: [...files].sort((left, right) => (left.role < right.role ? -1 : 1)) }))

const runName = struct({ community: text, settlementPeriod: text, version: unsigned, inputsHash: bytes })

/** runId = SHA-256(community, settlement period, version, inputsHash). */
export const communityRunId = (community: string, settlementPeriod: string, version: number, inputsHash: Uint8Array): Uint8Array =>
  sha256(encode(runName, { community, settlementPeriod, version, inputsHash }))

/** How far a run is: provisional while values lack, then final, then corrections of what was final. */
export type RunStatus = { readonly kind: "provisional" } | { readonly kind: "final" } | { readonly kind: "correction"; readonly number: number }

/**
 * The status of a version: once a run was final, every later one is a correction, whatever lacks in it; before that a
 * lack makes it provisional.
 */
export const statusAfter = (before: RunStatus | undefined, isLacking: boolean): RunStatus => {
  if (before?.kind === "correction") return { kind: "correction", number: before.number + 1 }
  if (before?.kind === "final") return { kind: "correction", number: 1 }
  return { kind: isLacking ? "provisional" : "final" }
}
