import { sha256 } from "@noble/hashes/sha2.js"
import { bigInteger, bytes, encode, kind, list, optional, struct, text, union, unsigned } from "../quantity/codec.ts"
import { assertLaw } from "../quantity/invariant.ts"
import { entryKind } from "../settlement/community/ledger.ts"
import type { BillLine, Statement } from "../settlement/community/statement.ts"
import type { PeriodRow } from "../settlement/community/findings.ts"
import { leafHash, merkleProof, merkleRoot, type ProofStep } from "./merkle.ts"

const billLine = struct({ kind: entryKind, label: text, meteringPoint: text, counterparty: text, counterpartyPoint: text, energyWh: unsigned, amount: bigInteger, cents: bigInteger, vatPerMille: unsigned })
const periodRow = struct({ time: unsigned, injectedWh: unsigned, withdrawnWh: unsigned, tradedWh: unsigned, sharedWh: unsigned, members: optional(unsigned) })

const leaf = union([
  kind(1, "Statement", { runId: bytes, salt: bytes, member: text, lines: list(billLine), totalCents: bigInteger }),
  kind(2, "PeriodRow", { runId: bytes, row: periodRow })
])

const saltOf = struct({ seed: bytes, member: text })

/** The salt of a member's statement, from the run's secret seed: without it nobody can try amounts against the root. */
export const statementSalt = (seed: Uint8Array, member: string): Uint8Array => {
  assertLaw(seed.length === 32, "a seed of 32 bytes")
  return sha256(encode(saltOf, { seed, member }))
}

/** The salted leaf of a member's whole statement. */
export const statementLeaf = (runId: Uint8Array, salt: Uint8Array, { member, lines, totalCents }: Pick<Statement, "member" | "totalCents"> & { readonly lines: ReadonlyArray<BillLine> }): Uint8Array =>
  leafHash(encode(leaf, { kind: "Statement", runId, salt, member, lines: [...lines], totalCents }))

const leavesOf = (runId: Uint8Array, seed: Uint8Array, statements: ReadonlyArray<Statement>, periods: ReadonlyArray<PeriodRow>): Array<Uint8Array> => [
  ...statements.map((statement) => statementLeaf(runId, statementSalt(seed, statement.member), statement)),
  ...periods.map((row) => leafHash(encode(leaf, { kind: "PeriodRow", runId, row })))
]

/** Root over a run's salted statements, ordered by member, then its public period rows. */
export const communityRoot = (runId: Uint8Array, seed: Uint8Array, statements: ReadonlyArray<Statement>, periods: ReadonlyArray<PeriodRow>): Uint8Array =>
  merkleRoot(leavesOf(runId, seed, statements, periods))

/** Proof that the statement at `index` is part of the root. */
export const proveStatement = (runId: Uint8Array, seed: Uint8Array, statements: ReadonlyArray<Statement>, periods: ReadonlyArray<PeriodRow>, index: number): Array<ProofStep> =>
  merkleProof(leavesOf(runId, seed, statements, periods), index)
