import { sha256 } from "@noble/hashes/sha2.js"
import { assertLaw } from "../quantity/invariant.ts"
import { equalBytes } from "../quantity/bytes.ts"

/** One step from a leaf to the root: the sibling's hash and on which side it stands. */
export interface ProofStep {
  readonly sibling: Uint8Array
  readonly side: "left" | "right"
}

/** Hash of a leaf's bytes: 0x00 || data, so that no leaf passes for an inner node (RFC 9162, section 2.1.1). */
export const leafHash = (data: Uint8Array): Uint8Array => sha256.create().update(Uint8Array.of(0)).update(data).digest()

const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array =>
  sha256.create().update(Uint8Array.of(1)).update(left).update(right).digest()

/** Largest power of two below `count` (count >= 2): where RFC 9162 splits a tree. */
const splitAt = (count: number): number => 2 ** Math.floor(Math.log2(count - 1))

/** Merkle tree hash over leaf hashes in their order (RFC 9162, section 2.1.1). */
export const merkleRoot = (leaves: ReadonlyArray<Uint8Array>): Uint8Array => {
  if (leaves.length === 0) return sha256(new Uint8Array())
  if (leaves.length === 1) return leaves[0]!
  const split = splitAt(leaves.length)
  return nodeHash(merkleRoot(leaves.slice(0, split)), merkleRoot(leaves.slice(split)))
}

/** Steps that lead from the leaf at `index` to the root. */
export const merkleProof = (leaves: ReadonlyArray<Uint8Array>, index: number): Array<ProofStep> => {
  assertLaw(index >= 0 && index < leaves.length, "a proof needs a leaf of the tree")
  if (leaves.length === 1) return []
  const split = splitAt(leaves.length)
  return index < split
    ? [...merkleProof(leaves.slice(0, split), index), { sibling: merkleRoot(leaves.slice(split)), side: "right" }]
    : [...merkleProof(leaves.slice(split), index - split), { sibling: merkleRoot(leaves.slice(0, split)), side: "left" }]
}

/** Proofs of all leaves at once, in their order: the work of one root and the length of the proofs. */
export const merkleProofs = (leaves: ReadonlyArray<Uint8Array>): Array<Array<ProofStep>> => {
  const proofs = leaves.map((): Array<ProofStep> => [])
  const climb = (from: number, until: number): Uint8Array => {
    if (until - from === 1) return leaves[from]!
    const split = from + splitAt(until - from)
    const [left, right] = [climb(from, split), climb(split, until)]
    for (let index = from; index < split; index++) proofs[index]!.push({ sibling: right, side: "right" })
    for (let index = split; index < until; index++) proofs[index]!.push({ sibling: left, side: "left" })
    return nodeHash(left, right)
  }
  if (leaves.length > 0) climb(0, leaves.length)
  return proofs
}

/** Whether the steps lead from `leaf` to `root`. */
export const verifyMerkleProof = (root: Uint8Array, leaf: Uint8Array, proof: ReadonlyArray<ProofStep>): boolean =>
  equalBytes(
    root,
    proof.reduce((hash, { sibling, side }) => (side === "left" ? nodeHash(sibling, hash) : nodeHash(hash, sibling)), leaf)
  )
