import { sha256 } from "@noble/hashes/sha2.js"
import { equalBytes } from "../quantity/bytes.ts"

/**
 * ICS-23 membership proofs of the chain, over plain records: a value under a key of a store's IAVL tree, and that
 * tree's root under the store's name in the tree of all stores, whose root is the app hash of the next header.
 * Hash functions and lengths are those of the two specifications and are not taken from the proof.
 */

/** One step towards the root: the hash so far stands between prefix and suffix. */
export interface InnerStep {
  readonly prefix: Uint8Array
  readonly suffix: Uint8Array
}

/** The way from a leaf to the root of one tree. */
export interface ExistenceProof {
  readonly leafPrefix: Uint8Array
  readonly path: ReadonlyArray<InnerStep>
}

/** A value that a store is said to hold, with both ways to the app hash. */
export interface StoreProof {
  readonly store: string
  readonly key: Uint8Array
  readonly value: Uint8Array
  readonly iavl: ExistenceProof
  readonly simple: ExistenceProof
}

/** `Malformed`: the proof does not have the form of its tree. `Mismatch`: it leads to another app hash. */
export type ProofVerdict = "Proven" | "Malformed" | "Mismatch"

interface Tree {
  readonly leafPrefixIsRight: (prefix: Uint8Array) => boolean
  readonly stepIsRight: (step: InnerStep, layer: number) => boolean
}

/** Deeper than any tree that fits on a disk; ICS-23's own bound. */
const maxDepth = 128
const hashLength = 32

/** IAVL nodes begin with height, size and version as zigzag varints. Children carry a length byte of 32. */
const iavlTree: Tree = {
  leafPrefixIsRight: (prefix) => prefix[0] === 0 && iavlHeader(prefix)?.rest === 0,
  stepIsRight: ({ prefix, suffix }, layer) => {
    const header = iavlHeader(prefix)
    if (header === undefined || header.height < layer) return false
    // After the header: our length byte, and before it the left neighbour if we are the right child.
    const isLeft = header.rest === 1 && suffix.length === 1 + hashLength
    const isRight = header.rest === 2 + hashLength && suffix.length === 0
    return isLeft || isRight
  }
}

/** CometBFT's simple tree: leaves begin with 0, inner nodes with 1 and two bare hashes. */
const simpleTree: Tree = {
  leafPrefixIsRight: (prefix) => prefix.length === 1 && prefix[0] === 0,
  stepIsRight: ({ prefix, suffix }) => {
    const isLeft = prefix.length === 1 && suffix.length === hashLength
    const isRight = prefix.length === 1 + hashLength && suffix.length === 0
    return prefix[0] === 1 && (isLeft || isRight)
  }
}

/** Does the header's app hash commit to this value under this key of this store? */
export const verifyStoreProof = (proof: StoreProof, appHash: Uint8Array): ProofVerdict => {
  const storeRoot = rootOf(iavlTree, proof.iavl, proof.key, proof.value)
  if (storeRoot === undefined) return "Malformed"
  const root = rootOf(simpleTree, proof.simple, new TextEncoder().encode(proof.store), storeRoot)
  if (root === undefined) return "Malformed"
  return equalBytes(root, appHash) ? "Proven" : "Mismatch"
}

const rootOf = (tree: Tree, proof: ExistenceProof, key: Uint8Array, value: Uint8Array): Uint8Array | undefined => {
  if (key.length === 0 || value.length === 0 || proof.path.length > maxDepth) return undefined
  if (!tree.leafPrefixIsRight(proof.leafPrefix)) return undefined
  if (!proof.path.every((step, at) => tree.stepIsRight(step, at + 1))) return undefined
  const valueHash = sha256(value)
  let hash = sha256(join(proof.leafPrefix, varint(key.length), key, varint(valueHash.length), valueHash))
  for (const { prefix, suffix } of proof.path) hash = sha256(join(prefix, hash, suffix))
  return hash
}

/** Height of an IAVL node and how many bytes follow its three varints. */
const iavlHeader = (prefix: Uint8Array): { readonly height: number; readonly rest: number } | undefined => {
  const values: Array<bigint> = []
  let at = 0
  while (values.length < 3) {
    let raw = 0n
    let byte: number | undefined
    for (let shift = 0n; shift < 64n; shift += 7n) {
      byte = prefix[at++]
      if (byte === undefined) return undefined
      raw |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) break
    }
    // Negative numbers have an odd zigzag form; no node has one.
    if (byte === undefined || byte >= 0x80 || (raw & 1n) === 1n) return undefined
    values.push(raw >> 1n)
  }
  return { height: Number(values[0]), rest: prefix.length - at }
}

const varint = (value: number): Uint8Array => {
  const bytes: Array<number> = []
  for (; value >= 0x80; value >>>= 7) bytes.push((value & 0x7f) | 0x80)
  bytes.push(value)
  return Uint8Array.from(bytes)
}

const join = (...parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/** The store of x/settlement. */
export const settlementStore = "settlement"

/** Where the chain keeps a batch: 0x01, community and settlement period with a length byte each, version as u32. */
export const batchKey = (community: string, settlementPeriod: string, version: number): Uint8Array => {
  const texts = [community, settlementPeriod].flatMap((text) => {
    const utf8 = new TextEncoder().encode(text)
    return [Uint8Array.of(utf8.length), utf8]
  })
  const tail = new Uint8Array(4)
  new DataView(tail.buffer).setUint32(0, version)
  return join(Uint8Array.of(1), ...texts, tail)
}

/** What the chain keeps there. */
export interface StoredBatch {
  readonly root: Uint8Array
  readonly resultHash: Uint8Array
  readonly digest: Uint8Array
}

/** The 102 bytes of a stored batch: three protobuf fields of 32 bytes, always in this form. */
export const batchValue = (batch: StoredBatch): Uint8Array => {
  const field = (tag: number, hash: Uint8Array) => [Uint8Array.of(tag, hash.length), hash]
  return join(...field(0x0a, batch.root), ...field(0x12, batch.resultHash), ...field(0x1a, batch.digest))
}
