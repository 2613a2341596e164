import { readFileSync } from "node:fs"
import { sha256 } from "@noble/hashes/sha2.js"
import { expect, it } from "vitest"
import { fromHex, toHex } from "../quantity/bytes.ts"
import { Invariant } from "../quantity/invariant.ts"
import { batchDigest, orderPositions, type Batch } from "./batch.ts"

const filled = (length: number, byte: number): Uint8Array => new Uint8Array(length).fill(byte)
const batch: Batch = {
  community: "sun",
  settlementPeriod: "2016-03-25",
  version: 1,
  inputsHash: filled(32, 1),
  resultHash: filled(32, 2),
  root: filled(32, 3),
  logPosition: 258,
  logHeadHash: filled(32, 4),
  positions: [
    { account: filled(20, 5), amount: -1n },
    { account: filled(20, 6), amount: 1n }
  ]
}

it("is SHA-256 over these bytes, written out by hand", () => {
  const bytes = [
    toHex(new TextEncoder().encode("commonwatt/settlement/batch/v1\n")),
    "00000004" + toHex(new TextEncoder().encode("test")),
    "0000000373756e",
    "0000000a323031362d30332d3235",
    "00000001",
    "01".repeat(32) + "02".repeat(32) + "03".repeat(32),
    "0000000000000102",
    "04".repeat(32),
    "00000002",
    "05".repeat(20) + "ffffffffffffffff",
    "06".repeat(20) + "0000000000000001"
  ].join("")
  expect(toHex(batchDigest("test", batch))).toBe(toHex(sha256(fromHex(bytes))))
})

it("changes with every field and with the chain", () => {
  const changes: ReadonlyArray<Partial<Batch>> = [
    { community: "sum" },
    { settlementPeriod: "2016-03" },
    { version: 2 },
    { inputsHash: filled(32, 9) },
    { resultHash: filled(32, 9) },
    { root: filled(32, 9) },
    { logPosition: 259 },
    { logHeadHash: filled(32, 9) },
    { positions: [] }
  ]
  const digests = [batchDigest("test", batch), batchDigest("tes", batch), ...changes.map((change) => batchDigest("test", { ...batch, ...change }))].map(toHex)
  expect(new Set(digests).size).toBe(digests.length)
})

it("nothing is cut to fit: amounts of 64 bits, versions of 32, hashes and accounts of their length", () => {
  const tooLarge: ReadonlyArray<Partial<Batch>> = [
    { version: 2 ** 32 },
    { version: -1 },
    { positions: [{ account: filled(20, 5), amount: 2n ** 63n }] },
    { positions: [{ account: filled(19, 5), amount: 1n }] },
    { inputsHash: filled(31, 1), resultHash: filled(33, 2) }
  ]
  for (const change of tooLarge) expect(() => batchDigest("test", { ...batch, ...change })).toThrow(Invariant)
})

it("positions are ordered by account; twice the same account or a sum that is not zero breaks the law", () => {
  expect(orderPositions(batch.positions.toReversed())).toEqual(batch.positions)
  expect(() => orderPositions([{ account: filled(20, 1), amount: 1n }])).toThrow(Invariant)
  expect(() => orderPositions([{ account: filled(20, 1), amount: 1n }, { account: filled(20, 1), amount: -1n }])).toThrow(Invariant)
})

type Vector = Record<"chainId" | "community" | "settlementPeriod" | "inputsHash" | "resultHash" | "root" | "logPosition" | "logHeadHash" | "digest", string> & {
  readonly version: number
  readonly positions: ReadonlyArray<{ readonly account: string; readonly amount: string }>
}
const vectors = JSON.parse(readFileSync(new URL("../../../chain/testdata/batch-digests.json", import.meta.url), "utf8")) as ReadonlyArray<Vector>

it.each(vectors)("equals what the chain computes for $community of $settlementPeriod, version $version", (vector) => {
  const batch: Batch = {
    community: vector.community,
    settlementPeriod: vector.settlementPeriod,
    version: vector.version,
    inputsHash: fromHex(vector.inputsHash),
    resultHash: fromHex(vector.resultHash),
    root: fromHex(vector.root),
    logPosition: Number(vector.logPosition),
    logHeadHash: fromHex(vector.logHeadHash),
    positions: vector.positions.map(({ account, amount }) => ({ account: fromHex(account), amount: BigInt(amount) }))
  }
  // The chain's positions reach 2^63, the log's stay below 2^53: one that cannot be told exactly is no position.
  if (Number.isSafeInteger(batch.logPosition)) expect(toHex(batchDigest(vector.chainId, batch))).toBe(vector.digest)
  else expect(() => batchDigest(vector.chainId, batch)).toThrow(Invariant)
})
