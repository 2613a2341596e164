import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { fromHex, toHex } from "../quantity/bytes.ts"
import { batchKey, batchValue, verifyStoreProof, type ExistenceProof, type StoreProof } from "./ics23.ts"

interface Recorded {
  readonly store: string
  readonly key: string
  readonly value: string
  readonly iavl: RecordedPath
  readonly simple: RecordedPath
  readonly appHash: string
}
interface RecordedPath {
  readonly leafPrefix: string
  readonly path: ReadonlyArray<{ readonly prefix: string; readonly suffix: string }>
}

const existence = ({ leafPrefix, path }: RecordedPath): ExistenceProof => ({
  leafPrefix: fromHex(leafPrefix),
  path: path.map(({ prefix, suffix }) => ({ prefix: fromHex(prefix), suffix: fromHex(suffix) }))
})

/** Proofs that a running chain gave (adapters/cosmos/appchain.test.ts records them). */
const recorded = (JSON.parse(readFileSync(new URL("./ics23-proofs.json", import.meta.url), "utf8")) as ReadonlyArray<Recorded>).map(
  ({ store, key, value, iavl, simple, appHash }) => ({
    proof: { store, key: fromHex(key), value: fromHex(value), iavl: existence(iavl), simple: existence(simple) },
    appHash: fromHex(appHash)
  })
)

/** Every way to change one byte of a text of bytes by its lowest or highest bit. */
const flipped = (bytes: Uint8Array): Array<Uint8Array> =>
  [...bytes].flatMap((byte, at) => [byte ^ 1, byte ^ 0x80].map((changed) => bytes.with(at, changed)))

const flippedPath = (proof: ExistenceProof): Array<ExistenceProof> => [
  ...flipped(proof.leafPrefix).map((leafPrefix) => ({ ...proof, leafPrefix })),
  ...proof.path.flatMap((step, at) => [
    ...flipped(step.prefix).map((prefix) => ({ ...proof, path: proof.path.with(at, { ...step, prefix }) })),
    ...flipped(step.suffix).map((suffix) => ({ ...proof, path: proof.path.with(at, { ...step, suffix }) }))
  ])
]

describe("ICS-23 proofs recorded from a chain", () => {
  it("are there, and go through trees of some depth", () => {
    expect(recorded.length).toBeGreaterThanOrEqual(3)
    for (const { proof } of recorded) {
      expect(proof.iavl.path.length).toBeGreaterThanOrEqual(3)
      expect(proof.simple.path.length).toBeGreaterThanOrEqual(2)
    }
  })

  for (const [index, { proof, appHash }] of recorded.entries()) {
    it(`proof ${index} verifies`, () => {
      expect(verifyStoreProof(proof, appHash)).toBe("Proven")
    })

    it(`proof ${index} fails with any byte changed`, () => {
      const mutants: Array<StoreProof> = [
        ...flipped(proof.key).map((key) => ({ ...proof, key })),
        ...flipped(proof.value).map((value) => ({ ...proof, value })),
        ...flippedPath(proof.iavl).map((iavl) => ({ ...proof, iavl })),
        ...flippedPath(proof.simple).map((simple) => ({ ...proof, simple }))
      ]
      expect(mutants.length).toBeGreaterThan(500)
      expect(mutants.filter((mutant) => verifyStoreProof(mutant, appHash) === "Proven")).toEqual([])
      expect(flipped(appHash).filter((wrong) => verifyStoreProof(proof, wrong) === "Proven")).toEqual([])
    })

    it(`proof ${index} fails with bytes or steps missing, added or moved`, () => {
      const { iavl, simple } = proof
      const mutants: Array<StoreProof> = [
        { ...proof, store: "bank" },
        { ...proof, key: proof.key.slice(1) },
        { ...proof, value: proof.value.slice(0, -1) },
        { ...proof, value: new Uint8Array() },
        { ...proof, iavl: simple, simple: iavl },
        ...iavl.path.map((_, at) => ({ ...proof, iavl: { ...iavl, path: iavl.path.toSpliced(at, 1) } })),
        ...iavl.path.map((step, at) => ({ ...proof, iavl: { ...iavl, path: iavl.path.toSpliced(at, 0, step) } })),
        ...simple.path.map((_, at) => ({ ...proof, simple: { ...simple, path: simple.path.toSpliced(at, 1) } })),
        ...simple.path.map((step, at) => ({ ...proof, simple: { ...simple, path: simple.path.toSpliced(at, 0, step) } }))
      ]
      expect(mutants.map((mutant) => verifyStoreProof(mutant, appHash))).not.toContain("Proven")
      expect(verifyStoreProof(proof, appHash.slice(1))).toBe("Mismatch")
    })

    // The attack that length rules stop: the same hashed bytes, cut differently between prefix, child and suffix.
    it(`proof ${index} fails when bytes move from a prefix into the leaf`, () => {
      const leaf = proof.iavl.leafPrefix
      const moved = { ...proof, key: Uint8Array.of(leaf.at(-1)!, ...proof.key), iavl: { ...proof.iavl, leafPrefix: leaf.slice(0, -1) } }
      expect(verifyStoreProof(moved, appHash)).toBe("Malformed")
    })
  }
})

describe("the chain's keys and values", () => {
  it("are those of the recorded batches", () => {
    const { proof } = recorded[0]!
    expect(toHex(batchKey("lerchenau", "2016-03-26", 1))).toBe(toHex(proof.key))
    const field = (at: number) => proof.value.slice(at, at + 32)
    expect(batchValue({ root: field(2), resultHash: field(36), digest: field(70) })).toEqual(proof.value)
  })
})
