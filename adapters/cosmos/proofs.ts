import { CommitmentProof, HashOp, LengthOp, type ExistenceProof as WireProof } from "cosmjs-types/cosmos/ics23/v1/proofs"
import type { ExistenceProof } from "../../engine/core/proof/ics23.ts"
import { ChainUnreachable } from "./chain-error.ts"

/** An operator of an ABCI proof, as CometBFT sends it. */
export interface ProofOp {
  readonly type: string
  readonly data: Uint8Array
}

/** The IAVL proof of the value and the simple proof of its store, as plain records for the core. */
export const decodeProofs = (ops: ReadonlyArray<ProofOp>): { readonly iavl: ExistenceProof; readonly simple: ExistenceProof } => {
  const iavl = ops.find((op) => op.type === "ics23:iavl")
  const simple = ops.find((op) => op.type === "ics23:simple")
  if (iavl === undefined || simple === undefined) throw new ChainUnreachable("the node sent no ICS-23 proof")
  return { iavl: existence(iavl.data), simple: existence(simple.data) }
}

const existence = (data: Uint8Array): ExistenceProof => {
  const wire = CommitmentProof.decode(data).exist
  if (wire === undefined) throw new ChainUnreachable("the node's proof does not show that the key exists")
  if (!usesSha256(wire)) throw new ChainUnreachable("the node's proof names other hash functions than its specification")
  return {
    leafPrefix: wire.leaf!.prefix,
    path: wire.path.map(({ prefix, suffix }) => ({ prefix, suffix }))
  }
}

/** The core takes hash functions from the specifications; a proof that names others is not worth checking. */
const usesSha256 = ({ leaf, path }: WireProof): boolean =>
  leaf !== undefined && leaf.hash === HashOp.SHA256 && leaf.prehashKey === HashOp.NO_HASH && leaf.prehashValue === HashOp.SHA256 &&
  leaf.length === LengthOp.VAR_PROTO && path.every((step) => step.hash === HashOp.SHA256)
