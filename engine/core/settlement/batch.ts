import { sha256 } from "@noble/hashes/sha2.js"
import { assertLaw } from "../quantity/invariant.ts"
import { compareBytes } from "../quantity/bytes.ts"

/** What a run writes on chain: net positions of derived accounts and hashes; no name, no reading (design, decision 13). */
export interface Batch {
  readonly community: string
  readonly settlementPeriod: string
  readonly version: number
  readonly inputsHash: Uint8Array
  readonly resultHash: Uint8Array
  /** Merkle root over salted statement lines and public rows. */
  readonly root: Uint8Array
  readonly logPosition: number
  readonly logHeadHash: Uint8Array
  /** Strictly ascending by account; amounts in nano-units sum to zero. */
  readonly positions: ReadonlyArray<{ readonly account: Uint8Array; readonly amount: bigint }>
}

const DOMAIN = new TextEncoder().encode("commonwatt/settlement/batch/v1\n")
const encoder = new TextEncoder()

const uint32 = (value: number): Uint8Array => {
  assertLaw(value === value >>> 0, "a number of 32 bits")
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

const int64 = (value: bigint): Uint8Array => {
  assertLaw(BigInt.asIntN(64, value) === value, "an amount of 64 bits")
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigInt64(0, value)
  return bytes
}

const fixed = (value: Uint8Array, length: number): Uint8Array => {
  assertLaw(value.length === length, `a field of ${length} bytes`)
  return value
}

const text = (value: string): ReadonlyArray<Uint8Array> => {
  const encoded = encoder.encode(value)
  return [uint32(encoded.length), encoded]
}

/** What approvers sign: SHA-256 over domain, chain id and every field of the batch, in the order that x/settlement checks. */
export const batchDigest = (chainId: string, batch: Batch): Uint8Array => {
  assertLaw(Number.isSafeInteger(batch.logPosition), "a log position is exact")
  const hash = sha256.create()
  const parts = [
    DOMAIN,
    ...text(chainId),
    ...text(batch.community),
    ...text(batch.settlementPeriod),
    uint32(batch.version),
    fixed(batch.inputsHash, 32),
    fixed(batch.resultHash, 32),
    fixed(batch.root, 32),
    int64(BigInt(batch.logPosition)),
    fixed(batch.logHeadHash, 32),
    uint32(batch.positions.length),
    ...batch.positions.flatMap(({ account, amount }) => [fixed(account, 20), int64(amount)])
  ]
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** Orders positions by account and asserts what the chain will check. */
export const orderPositions = (positions: Batch["positions"]): Batch["positions"] => {
  const sorted = [...positions].sort((left, right) => compareBytes(left.account, right.account))
  assertLaw(sorted.every(({ account }, index) => index === 0 || compareBytes(sorted[index - 1]!.account, account) < 0), "one position for each account")
  assertLaw(sorted.reduce((sum, { amount }) => sum + amount, 0n) === 0n, "a batch's positions sum to zero")
  return sorted
}
