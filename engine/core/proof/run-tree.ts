import { bytes, encode, kind, struct, union } from "../quantity/codec.ts"
import type { Run } from "../settlement/run.ts"
import { publicRow, type PublicRow } from "../settlement/public-row.ts"
import { statementLine, type StatementLine } from "../settlement/statement-line.ts"
import { leafHash, merkleProof, merkleRoot, type ProofStep } from "./merkle.ts"

const leaf = union([
  kind(1, "StatementLine", { runId: bytes, salt: bytes, line: statementLine }),
  kind(2, "PublicRow", { runId: bytes, row: publicRow })
])

const lineName = struct({ runId: bytes, line: statementLine })

/** What a line's salt is derived from or filed under: the line and its run, without the salt. */
export const saltName = (runId: Uint8Array, line: StatementLine): Uint8Array => encode(lineName, { runId, line })

/** The salted leaf of a member's statement line. Without the salt nobody can try amounts against the root. */
export const lineLeaf = (runId: Uint8Array, salt: Uint8Array, line: StatementLine): Uint8Array =>
  leafHash(encode(leaf, { kind: "StatementLine", runId, salt, line }))

/** The leaf of a public row, which needs no salt. */
export const publicRowLeaf = (runId: Uint8Array, row: PublicRow): Uint8Array => leafHash(encode(leaf, { kind: "PublicRow", runId, row }))

type TreeRun = Pick<Run, "runId" | "lines" | "publicRows">
type SaltOf = (line: StatementLine) => Uint8Array

const leavesOf = (run: TreeRun, saltOf: SaltOf): Array<Uint8Array> => [
  ...run.lines.map((line) => lineLeaf(run.runId, saltOf(line), line)),
  ...run.publicRows.map((row) => publicRowLeaf(run.runId, row))
]

/** Root over a run's salted statement lines, then its public rows, in the run's own order. */
export const runRoot = (run: TreeRun, saltOf: SaltOf): Uint8Array => merkleRoot(leavesOf(run, saltOf))

/** Proof that the statement line at `index` is part of the run's root. */
export const proveLine = (run: TreeRun, saltOf: SaltOf, index: number): Array<ProofStep> => merkleProof(leavesOf(run, saltOf), index)
