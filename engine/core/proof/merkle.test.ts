import { sha256 } from "@noble/hashes/sha2.js"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { runs } from "../../../property-tests/arbitraries/runs.ts"
import { toHex } from "../quantity/bytes.ts"
import { Invariant } from "../quantity/invariant.ts"
import type { StatementLine } from "../settlement/statement-line.ts"
import { leafHash, merkleProof, merkleProofs, merkleRoot, verifyMerkleProof } from "./merkle.ts"
import { publicRowLeaf, runRoot, saltName } from "./run-tree.ts"

const inner = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(Uint8Array.of(1, ...left, ...right))
const [a, b, c, d, e] = ["a", "b", "c", "d", "e"].map((letter) => leafHash(new TextEncoder().encode(letter))) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array]

describe("trees of RFC 9162, put together by hand", () => {
  it("a leaf is SHA-256 of 0x00 and the data; of no data it is the RFC's 6e340b9c...", () => {
    expect(toHex(leafHash(new Uint8Array()))).toBe("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
    expect(a).toEqual(sha256(Uint8Array.of(0, 97)))
  })
  it("no leaf, one, two, three, four, five", () => {
    expect(toHex(merkleRoot([]))).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    expect(merkleRoot([a])).toEqual(a)
    expect(merkleRoot([a, b])).toEqual(inner(a, b))
    expect(merkleRoot([a, b, c])).toEqual(inner(inner(a, b), c))
    expect(merkleRoot([a, b, c, d])).toEqual(inner(inner(a, b), inner(c, d)))
    expect(merkleRoot([a, b, c, d, e])).toEqual(inner(inner(inner(a, b), inner(c, d)), e))
  })
  it("the proof of the third of three is the left pair; of the first: its neighbour, then the third", () => {
    expect(merkleProof([a, b, c], 2)).toEqual([{ sibling: inner(a, b), side: "left" }])
    expect(merkleProof([a, b, c], 0)).toEqual([{ sibling: b, side: "right" }, { sibling: c, side: "right" }])
  })
  it("there is no proof of a leaf that is not there", () => {
    for (const index of [-1, 3]) expect(() => merkleProof([a, b, c], index)).toThrow(Invariant)
  })
})

it("every proof verifies; any flipped bit, side, missing step or other leaf fails", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 70 }), fc.nat(), fc.nat(), (count, place, bit) => {
      const leaves = Array.from({ length: count }, (_, index) => leafHash(Uint8Array.of(index)))
      const index = place % count
      const root = merkleRoot(leaves)
      const proof = merkleProof(leaves, index)
      const leaf = leaves[index]!
      const flip = (bytes: Uint8Array) => bytes.map((byte, at) => (at === (bit >> 3) % 32 ? byte ^ (1 << (bit & 7)) : byte))
      const at = bit % proof.length
      expect(verifyMerkleProof(root, leaf, proof)).toBe(true)
      expect(verifyMerkleProof(flip(root), leaf, proof)).toBe(false)
      expect(verifyMerkleProof(root, flip(leaf), proof)).toBe(false)
      expect(verifyMerkleProof(root, leaf, proof.with(at, { sibling: flip(proof[at]!.sibling), side: proof[at]!.side }))).toBe(false)
      expect(verifyMerkleProof(root, leaf, proof.with(at, { sibling: proof[at]!.sibling, side: proof[at]!.side === "left" ? "right" : "left" }))).toBe(false)
      expect(verifyMerkleProof(root, leaf, proof.toSpliced(at, 1))).toBe(false)
      expect(verifyMerkleProof(root, leaves[(index + 1) % count]!, proof)).toBe(false)
    }),
    runs(500)
  )
})

const saltOf = (line: StatementLine): Uint8Array => sha256(saltName(new Uint8Array(), line))

it("a public row is a leaf without salt, of its own run", () => {
  const row = { community: "sun", period: 900, injectedWh: 1, withdrawnWh: 2, sharedWh: 1, tradedWh: 0, lastPrice: undefined, members: undefined }
  const run = { runId: new Uint8Array(32), lines: [], publicRows: [row] }
  expect(runRoot(run, saltOf)).toEqual(publicRowLeaf(run.runId, row))
  expect(publicRowLeaf(new Uint8Array(31), row)).not.toEqual(publicRowLeaf(run.runId, row))
})

it("proofs made all at once are those made one by one", () => {
  for (const count of [0, 1, 2, 3, 7, 8, 13]) {
    const leaves = Array.from({ length: count }, (_, index) => leafHash(Uint8Array.of(index)))
    expect(merkleProofs(leaves)).toEqual(leaves.map((_, index) => merkleProof(leaves, index)))
  }
})
