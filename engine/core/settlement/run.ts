import { sha256 } from "@noble/hashes/sha2.js"
import { encode, list, struct } from "../quantity/codec.ts"
import type { Posting } from "./posting.ts"
import { postings } from "./posting.ts"
import { positions, type Position } from "./position.ts"
import { publicRow, type PublicRow } from "./public-row.ts"
import { statementLine, type StatementLine } from "./statement-line.ts"
import type { RunInputs } from "./run-inputs.ts"

/** One versioned computation of a community's settlement period. Immutable. */
export interface Run {
  readonly runId: Uint8Array
  readonly inputs: RunInputs
  readonly inputsHash: Uint8Array
  readonly resultHash: Uint8Array
  readonly postings: ReadonlyArray<Posting>
  readonly lines: ReadonlyArray<StatementLine>
  readonly publicRows: ReadonlyArray<PublicRow>
  readonly positions: ReadonlyArray<Position>
}

const result = struct({ postings, lines: list(statementLine), publicRows: list(publicRow), positions })

/** SHA-256 of everything that the run found. */
export const hashResult = (run: Pick<Run, "postings" | "lines" | "publicRows" | "positions">): Uint8Array =>
  sha256(
    encode(result, {
      postings: [...run.postings],
      lines: [...run.lines],
      publicRows: [...run.publicRows],
      positions: [...run.positions]
    })
  )
