import { readFileSync, writeFileSync } from "node:fs"
import { ed25519 } from "@noble/curves/ed25519.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { batchKey, batchValue, verifyStoreProof } from "../../engine/core/proof/ics23.ts"
import { fromHex, toHex } from "../../engine/core/quantity/bytes.ts"
import { batchDigest, type Batch } from "../../engine/core/settlement/batch.ts"
import { addressOf } from "./account-writer.ts"
import { AppchainClient, type Approval } from "./appchain.ts"
import { ChainRefusal, ChainUnreachable, refusalName } from "./chain-error.ts"
import { startTestChain, type TestChain } from "./test-chain.ts"

const community = "lerchenau"
const seed = (text: string): Uint8Array => sha256(new TextEncoder().encode(text))
const account = (index: number): Uint8Array => {
  const bytes = new Uint8Array(20)
  new DataView(bytes.buffer).setUint32(0, index)
  return bytes
}
const approvers = [seed("approver 1"), seed("approver 2"), seed("approver 3")]
const stranger = seed("stranger")

type Vector = { readonly [Field in Exclude<keyof Batch, "positions" | "version">]: string } & {
  readonly chainId: string
  readonly version: number
  readonly positions: ReadonlyArray<{ readonly account: string; readonly amount: string }>
  readonly digest: string
}

let chain: TestChain
let client: AppchainClient

const batchOf = (settlementPeriod: string, positions: Batch["positions"], changes: Partial<Batch> = {}): Batch => ({
  community, settlementPeriod, version: 1, positions,
  inputsHash: seed("inputs"), resultHash: seed("result"), root: seed(`root ${settlementPeriod}`), logPosition: 4711, logHeadHash: seed("head"),
  ...changes
})
const approve = (batch: Batch, keys = approvers.slice(0, 2)): Array<Approval> => {
  const digest = batchDigest(chain.chainId, batch)
  return keys.map((key) => ({ approver: ed25519.getPublicKey(key), signature: ed25519.sign(digest, key) }))
}
const refusalOf = async (attempt: Promise<unknown>): Promise<string> => {
  const error = await attempt.then(() => undefined, (thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ChainRefusal)
  return (error as ChainRefusal).refusal
}
const balances = async (): Promise<Array<bigint>> => {
  const found: Array<bigint> = []
  for await (const { balance } of client.escrows(community)) found.push(balance)
  return found
}

beforeAll(async () => {
  const treasurerKey = seed("treasurer")
  const submitterKey = seed("submitter")
  chain = await startTestChain({
    submitters: [await addressOf(submitterKey)],
    communities: [{
      id: community, treasurer: await addressOf(treasurerKey), threshold: 2, disputeWindowSeconds: 5,
      approvers: approvers.map((key) => toHex(ed25519.getPublicKey(key)))
    }]
  })
  client = await AppchainClient.connect({ rpcUrl: chain.rpcUrl, chainId: chain.chainId, treasurerKey, submitterKey })
}, 600_000)

afterAll(async () => {
  client?.disconnect()
  await chain?.stop()
})

describe("the chain's numbered errors", () => {
  it("have the names that the Go code registers", () => {
    const errors = JSON.parse(readFileSync(new URL("../../chain/testdata/errors.json", import.meta.url), "utf8")) as Record<string, string>
    expect(Object.keys(errors).length).toBeGreaterThan(15)
    for (const [code, name] of Object.entries(errors)) expect(refusalName("settlement", Number(code))).toBe(name)
  })
})

describe("the digest that approvers sign", () => {
  it("is the same in Go and in TypeScript", () => {
    const vectors = JSON.parse(readFileSync(new URL("../../chain/testdata/batch-digests.json", import.meta.url), "utf8")) as ReadonlyArray<Vector>
    expect(vectors.length).toBe(3)
    for (const vector of vectors) {
      const positions = vector.positions.map(({ account, amount }) => ({ account: fromHex(account), amount: BigInt(amount) }))
      const hashes = { inputsHash: fromHex(vector.inputsHash), resultHash: fromHex(vector.resultHash), root: fromHex(vector.root), logHeadHash: fromHex(vector.logHeadHash) }
      const { settlementPeriod, version } = vector
      const batch = { community: vector.community, settlementPeriod, version, logPosition: Number(vector.logPosition), positions, ...hashes }
      expect(toHex(batchDigest(vector.chainId, batch))).toBe(vector.digest)
    }
  })
})

describe("AppchainClient against a running chain", () => {
  const positions = [{ account: account(1), amount: -300n }, { account: account(2), amount: 300n }]
  const batch = batchOf("2016-03-26", positions)

  it("refuses to talk to another chain", async () => {
    const options = { rpcUrl: chain.rpcUrl, chainId: "another", treasurerKey: seed("a"), submitterKey: seed("b") }
    await expect(AppchainClient.connect(options)).rejects.toBeInstanceOf(ChainUnreachable)
  })

  it("mints a bank receipt once", async () => {
    const deposits = [{ account: account(2), amount: 500n }, { account: account(1), amount: 1000n }]
    expect((await client.mint(community, "receipt-1", deposits)).repeated).toBe(false)
    expect((await client.mint(community, "receipt-1", deposits)).repeated).toBe(true)
    expect(await refusalOf(client.mint(community, "receipt-1", deposits.slice(1)))).toBe("ErrReferenceConflict")
    expect(await balances()).toEqual([1000n, 500n])
  })

  it("hands out hash and bytes before it sends, and sends nothing if they cannot be kept", async () => {
    const failing = client.settleBatch(batch, approve(batch), { onPrepared: () => Promise.reject(new Error("disk full")) })
    await expect(failing).rejects.toThrow("disk full")
    expect(await client.batch(batch)).toBeUndefined()
  })

  it("settles a batch, and the same batch twice changes nothing", async () => {
    const kept: Array<Uint8Array> = []
    const first = await client.settleBatch(batch, approve(batch), { onPrepared: (hash, bytes) => void kept.push(hash, bytes) })
    expect(first.alreadySettled).toBe(false)
    expect(kept[0]).toEqual(first.txHash)
    expect(await balances()).toEqual([700n, 800n])

    expect((await client.settleBatch(batch, approve(batch))).alreadySettled).toBe(true)
    expect(await balances()).toEqual([700n, 800n])
    const anchored = await client.batch(batch)
    expect(anchored?.record.height).toBe(BigInt(first.height))
    expect(anchored?.record.digest).toEqual(batchDigest(chain.chainId, batch))
    // The persisted bytes can be sent again: they are known, or their sequence number is used up.
    await client.broadcast(kept[1]!).catch((error: ChainRefusal) => expect(error.refusal).toBe("ErrWrongSequence"))
    expect((await client.confirm(first.txHash)).height).toBe(first.height)
  })

  it("refuses by name what must not happen", async () => {
    const other = batchOf("2016-03-26", positions, { root: seed("another root") })
    expect(await refusalOf(client.settleBatch(other, approve(other)))).toBe("ErrBatchConflict")
    const fresh = batchOf("2016-03-27", positions)
    expect(await refusalOf(client.settleBatch(fresh, approve(fresh, [approvers[0]!, stranger])))).toBe("ErrNotApprover")
    expect(await refusalOf(client.settleBatch(fresh, approve(fresh, [approvers[0]!])))).toBe("ErrThresholdNotReached")
    expect(await refusalOf(client.settleBatch(fresh, approve(fresh, [approvers[0]!, approvers[0]!])))).toBe("ErrDuplicateApproval")
    expect(await refusalOf(client.settleBatch(fresh, approve(batch)))).toBe("ErrApprovalSignature")
    const skipping = batchOf("2016-03-27", positions, { version: 2 })
    expect(await refusalOf(client.settleBatch(skipping, approve(skipping)))).toBe("ErrVersionOutOfOrder")
    const poor = batchOf("2016-03-27", [{ account: account(1), amount: -701n }, { account: account(2), amount: 701n }])
    expect(await refusalOf(client.settleBatch(poor, approve(poor)))).toBe("ErrInsufficientEscrow")
    const uneven = batchOf("2016-03-27", [{ account: account(1), amount: 1n }])
    expect(await refusalOf(client.settleBatch(uneven, approve(uneven)))).toBe("ErrPositionsNotBalanced")
    expect(await refusalOf(client.burn(community, "payout-0", [{ account: account(1), amount: 701n }]))).toBe("ErrInsufficientEscrow")
    expect(await balances()).toEqual([700n, 800n])
  })

  it("proves the stored root against the next header", async () => {
    const proven = await client.provenRoot(batch)
    expect(proven?.root).toEqual(batch.root)
    expect(proven?.proof.key).toEqual(batchKey(community, "2016-03-26", 1))
    expect(proven?.proof.value).toEqual(batchValue(proven!))
    expect(verifyStoreProof(proven!.proof, proven!.appHash)).toBe("Proven")
    const forged = { ...proven!.proof, value: batchValue({ ...proven!, root: seed("forged") }) }
    expect(verifyStoreProof(forged, proven!.appHash)).toBe("Mismatch")
  })

  it("settles versions as they follow each other, and they become final with time", async () => {
    const next = batchOf("2016-03-26", [{ account: account(1), amount: 5n }, { account: account(2), amount: -5n }], { version: 2 })
    expect((await client.settleBatch(next, approve(next))).alreadySettled).toBe(false)
    expect((await client.batch(next))?.status).toBe("anchored")
    await expect.poll(async () => (await client.batch(next))?.status, { timeout: 30_000 }).toBe("final")
  })

  it("sends parallel calls one after the other", async () => {
    const days = Array.from({ length: 5 }, (_, day) => batchOf(`2016-04-0${day + 1}`, [{ account: account(1), amount: -1n }, { account: account(2), amount: 1n }]))
    const outcomes = await Promise.all(days.map((day) => client.settleBatch(day, approve(day))))
    expect(outcomes.every(({ alreadySettled }) => !alreadySettled)).toBe(true)
  })

  it("settles 10,000 positions in one batch", async () => {
    const entries = Array.from({ length: 10_000 }, (_, index) => ({ account: account(1000 + index), amount: 1_000_000_000n }))
    await client.mint(community, "receipt-many", entries)
    const many = batchOf("2016-05", entries.map(({ account }, index) => ({ account, amount: index % 2 === 0 ? -700_000_001n : 700_000_001n })))
    const started = performance.now()
    const { height } = await client.settleBatch(many, approve(many))
    console.info(`10,000 positions settled in ${Math.round(performance.now() - started)} ms, block ${height}`)
    expect(await client.escrow(community, account(1000))).toBe(299_999_999n)
    expect((await balances()).length).toBe(10_002)
  })

  it("burns a payout once", async () => {
    const before = await client.escrow(community, account(1))
    expect((await client.burn(community, "payout-1", [{ account: account(1), amount: 100n }])).repeated).toBe(false)
    expect((await client.burn(community, "payout-1", [{ account: account(1), amount: 100n }])).repeated).toBe(true)
    expect(await client.escrow(community, account(1))).toBe(before - 100n)
  })

  it("leaves the app hash unchanged in empty blocks", async () => {
    const at = await client.latestHeight()
    await expect.poll(() => client.latestHeight(), { timeout: 10_000 }).toBeGreaterThan(at + 3)
    const early = await client.provenRoot(batch)
    await expect.poll(() => client.latestHeight(), { timeout: 10_000 }).toBeGreaterThan(at + 6)
    const late = await client.provenRoot(batch)
    expect(late!.height).toBeGreaterThan(early!.height)
    expect(late!.appHash).toEqual(early!.appHash)
  })

  it("finds everything again after the node was killed", async () => {
    const before = await balances()
    await chain.killAndRestart()
    expect(await balances()).toEqual(before)
    expect((await client.settleBatch(batch, approve(batch))).alreadySettled).toBe(true)
    const after = batchOf("2016-06-01", [{ account: account(1), amount: -1n }, { account: account(2), amount: 1n }])
    expect((await client.settleBatch(after, approve(after))).alreadySettled).toBe(false)
  })

  /** `COMMONWATT_RECORD=1` keeps these proofs for engine/core/proof/ics23.test.ts, which checks them without a chain. */
  it("proves every stored batch against the next header", async () => {
    const recorded = []
    for (const id of [batch, batchOf("2016-04-03", []), batchOf("2016-05", [])]) {
      const { proof, appHash } = (await client.provenRoot(id))!
      expect(verifyStoreProof(proof, appHash)).toBe("Proven")
      recorded.push({ ...proof, appHash })
    }
    if (process.env["COMMONWATT_RECORD"] !== "1") return
    const json = JSON.stringify(recorded, (_, value: unknown) => (value instanceof Uint8Array ? toHex(value) : value), 2)
    writeFileSync(new URL("../../engine/core/proof/ics23-proofs.json", import.meta.url), `${json}\n`)
  })
})
