import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Approval } from "../../adapters/cosmos/appchain.ts"
import { ChainRefusal } from "../../adapters/cosmos/chain-error.ts"
import { MsgBurn, MsgMint, MsgSettleBatch } from "../../adapters/cosmos/generated/commonwatt/settlement/v1/tx.ts"
import { readRun } from "../../adapters/timescale/journal/read-run.ts"
import { batchValue, verifyStoreProof } from "../../engine/core/proof/ics23.ts"
import { verifyMerkleProof } from "../../engine/core/proof/merkle.ts"
import { lineLeaf, proveLine, saltName } from "../../engine/core/proof/run-tree.ts"
import { toHex } from "../../engine/core/quantity/bytes.ts"
import { batchDigest, type Batch } from "../../engine/core/settlement/batch.ts"
import { keyPairOf, type KeyPair } from "../../engine/service/keys/ed25519.ts"
import { appHashAt, messagesOfAllBlocks, settlementGenesis } from "./harness/chain-blocks.ts"
import { removeDataFolder } from "./harness/data-folder.ts"
import { withDatabase } from "./harness/database.ts"
import { emptyFolder, runCommonwatt, settle } from "./harness/market-process.ts"
import { referenceRun } from "./harness/reference-run.ts"
import { escrowByPostings, openSettledChain, type SettledChain } from "./harness/settled-chain.ts"
import { writeTwoMonths } from "./harness/two-months.ts"
import { demoArguments, deriveWorld, worldAndTimes } from "./harness/worlds.ts"

const folders: Array<string> = []
const newFolder = (name: string): string => {
  const folder = emptyFolder(name)
  folders.push(folder)
  return folder
}
afterAll(() => Promise.all(folders.map(removeDataFolder)))

const total = (amounts: Iterable<bigint>): bigint => {
  let sum = 0n
  for (const amount of amounts) sum += amount
  return sum
}

/** Sums by account of what mint or burn messages moved; a reference counts once, as on chain. */
const movedBy = async (rpcUrl: string, kind: "MsgMint" | "MsgBurn"): Promise<Map<string, bigint>> => {
  const seen = new Set<string>()
  const moved = new Map<string, bigint>()
  for (const { typeUrl, value } of await messagesOfAllBlocks(rpcUrl)) {
    if (typeUrl !== `/commonwatt.settlement.v1.${kind}`) continue
    const { reference, entries } = kind === "MsgMint" ? mintOf(value) : burnOf(value)
    if (seen.has(reference)) continue
    seen.add(reference)
    for (const { account, amount } of entries) moved.set(toHex(account), (moved.get(toHex(account)) ?? 0n) + amount)
  }
  return moved
}
const mintOf = (value: Uint8Array) => {
  const { reference, deposits } = MsgMint.decode(value)
  return { reference, entries: deposits }
}
const burnOf = (value: Uint8Array) => {
  const { reference, withdrawals } = MsgBurn.decode(value)
  return { reference, entries: withdrawals }
}

describe("the chain after a finished run", () => {
  let chain: SettledChain
  let settled: Array<{ readonly batch: Batch; readonly approvals: Array<Approval> }>

  beforeAll(async () => {
    const { data } = await referenceRun("chain")
    folders.push(data)
    chain = await openSettledChain(data, worldAndTimes().world)
    settled = (await messagesOfAllBlocks(chain.rpcUrl))
      .filter(({ typeUrl }) => typeUrl === "/commonwatt.settlement.v1.MsgSettleBatch")
      .map(({ value }) => {
        const { batch, approvals } = MsgSettleBatch.decode(value)
        return {
          batch: { ...batch!, logPosition: Number(batch!.logPosition) },
          approvals: approvals.map(({ approverPublicKey, signature }) => ({ approver: approverPublicKey, signature }))
        }
      })
  })
  afterAll(() => chain?.stop())

  const approve = (batch: Batch, key: KeyPair): Array<Approval> => [{ approver: key.publicKey, signature: key.sign(batchDigest(chain.client.chainId, batch)) }]
  const refusalOf = async (attempt: Promise<unknown>): Promise<string> => {
    const error = await attempt.then(() => undefined, (thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ChainRefusal)
    return (error as ChainRefusal).refusal
  }

  it("holds in escrow, for every member, deposits and postings between members", async () => {
    const wanted = [...(await escrowByPostings(chain.pool))].map(([member, amount]) => [chain.accountOf(member, "2016-03"), amount] as const)
    expect(wanted).toHaveLength(58)
    const escrows = await chain.escrows()
    expect(escrows).toEqual(new Map(wanted))
    // Money moved: hardly anybody has exactly what was deposited.
    const { rows } = await chain.pool.query<{ amount: number }>("select distinct amount from deposit")
    expect([...escrows.values()].filter((balance) => !rows.some(({ amount }) => BigInt(amount) === balance)).length).toBeGreaterThan(50)
  })

  it("was funded by mint messages only", async () => {
    const genesis = await settlementGenesis(chain.rpcUrl)
    expect(JSON.stringify(genesis)).not.toMatch(/"(balance|amount)"/)
    const kinds = new Set((await messagesOfAllBlocks(chain.rpcUrl)).map(({ typeUrl }) => typeUrl))
    expect([...kinds].sort()).toEqual(["/commonwatt.settlement.v1.MsgMint", "/commonwatt.settlement.v1.MsgSettleBatch"])
    const { rows } = await chain.pool.query<{ member: string; amount: string }>("select member, sum(amount) as amount from deposit group by member")
    const minted = await movedBy(chain.rpcUrl, "MsgMint")
    expect(minted).toEqual(new Map(rows.map(({ member, amount }) => [chain.accountOf(member, "2016-03"), BigInt(amount)])))
    expect(total((await chain.escrows()).values())).toBe(total(minted.values()))
  })

  it("knows each batch as the database does", async () => {
    const { rows } = await chain.pool.query<{ settlement_period: string; height: number; transaction: Buffer }>(
      "select settlement_period, height, transaction from batch order by log_position"
    )
    expect(settled.map(({ batch }) => batch.settlementPeriod)).toEqual(rows.map((row) => row.settlement_period))
    for (const { settlement_period, height, transaction } of rows) {
      const found = await chain.client.batch({ community: chain.world.community, settlementPeriod: settlement_period, version: 1 })
      expect(Number(found?.record.height)).toBe(height)
      expect((await chain.client.confirm(transaction)).height).toBe(height)
    }
  })

  it("does not change when a batch comes twice", async () => {
    const before = await chain.escrows()
    for (const { batch, approvals } of settled) {
      const again = await chain.client.settleBatch(batch, approvals)
      expect(again.alreadySettled).toBe(true)
    }
    const { rows } = await chain.pool.query<{ transaction_bytes: Buffer }>("select transaction_bytes from batch")
    // The very bytes: a sequence number counts once.
    for (const row of rows) expect(await refusalOf(chain.client.broadcast(row.transaction_bytes))).toBe("ErrWrongSequence")
    expect(await chain.escrows()).toEqual(before)
  })

  it("refuses a batch that has another position under the same name", async () => {
    const before = await chain.escrows()
    for (const { batch } of settled) {
      const [first, second, ...rest] = batch.positions
      const changed = { ...batch, positions: [{ ...first!, amount: first!.amount + 1n }, { ...second!, amount: second!.amount - 1n }, ...rest] }
      expect(await refusalOf(chain.client.settleBatch(changed, approve(changed, chain.keys.approver)))).toBe("ErrBatchConflict")
    }
    expect(await chain.escrows()).toEqual(before)
  })

  it("refuses a batch that a stranger approved, and one that nobody did", async () => {
    const before = await chain.escrows()
    const next = { ...settled[0]!.batch, version: 2 }
    const stranger = keyPairOf(new Uint8Array(32).fill(7))
    expect(await refusalOf(chain.client.settleBatch(next, approve(next, stranger)))).toBe("ErrNotApprover")
    expect(await refusalOf(chain.client.settleBatch(next, settled[0]!.approvals))).toBe("ErrApprovalSignature")
    expect(await refusalOf(chain.client.settleBatch(next, []))).toBe("ErrThresholdNotReached")
    expect(await chain.escrows()).toEqual(before)
  })

  it("proves every member's line against the root that it stores", async () => {
    const { rows } = await chain.pool.query<{ settlement_period: string; run_id: Buffer }>("select settlement_period, run_id from batch")
    for (const { settlement_period: settlementPeriod, run_id: runId } of rows) {
      const proven = (await chain.client.provenRoot({ community: chain.world.community, settlementPeriod, version: 1 }))!
      const appHash = await appHashAt(chain.rpcUrl, proven.height + 1)
      expect(toHex(proven.appHash)).toBe(appHash)
      expect(verifyStoreProof(proven.proof, proven.appHash)).toBe("Proven")
      expect(proven.proof.value).toEqual(batchValue(proven))

      const run = (await readRun(chain.pool, chain.world.area, runId))!
      const saltOf = (line: (typeof run.lines)[number]) => chain.vault.salt(saltName(runId, line))
      const members = new Set<string>()
      for (const [index, line] of run.lines.entries()) {
        if (members.has(line.member)) continue
        members.add(line.member)
        const salt = saltOf(line)
        const proof = proveLine(run, saltOf, index)
        expect(verifyMerkleProof(proven.root, lineLeaf(runId, salt, line), proof)).toBe(true)
        const forgeries = [
          lineLeaf(runId, salt, { ...line, amount: line.amount + 10_000_000n }),
          lineLeaf(runId, salt, { ...line, energyWh: line.energyWh + 1 }),
          lineLeaf(runId, salt, { ...line, member: "somebody else" }),
          lineLeaf(runId, flipped(salt), line)
        ]
        for (const leaf of forgeries) expect(verifyMerkleProof(proven.root, leaf, proof)).toBe(false)
        for (const [at, step] of proof.entries()) {
          const wrong = proof.with(at, { ...step, sibling: flipped(step.sibling) })
          expect(verifyMerkleProof(proven.root, lineLeaf(runId, salt, line), wrong)).toBe(false)
        }
      }
      // Five homes stand empty these days: whoever has a posting has a line.
      const holders = await chain.pool.query<{ holder: string }>("select distinct holder from posting where run_id = $1 and holder <> 'supplier'", [runId])
      expect(members).toEqual(new Set(holders.rows.map(({ holder }) => holder)))
      expect(members.size).toBeGreaterThan(50)

      const { proof } = proven
      expect(verifyStoreProof({ ...proof, value: batchValue({ ...proven, root: flipped(proven.root) }) }, proven.appHash)).toBe("Mismatch")
      expect(verifyStoreProof(proof, flipped(proven.appHash))).toBe("Mismatch")
      expect(verifyStoreProof({ ...proof, key: flipped(proof.key) }, proven.appHash)).toBe("Mismatch")
      for (const [at, step] of proof.iavl.path.entries()) {
        const side = step.suffix.length > 0 ? "suffix" : "prefix"
        const wrong = proof.iavl.path.with(at, { ...step, [side]: flipped(step[side]) })
        expect(verifyStoreProof({ ...proof, iavl: { ...proof.iavl, path: wrong } }, proven.appHash)).toBe("Mismatch")
      }
    }
  })
})

/** The last bit of the last byte turned over. */
const flipped = (bytes: Uint8Array): Uint8Array => {
  const copy = Uint8Array.from(bytes)
  copy[copy.length - 1]! ^= 1
  return copy
}

/** A few neighbours: quick, and all kinds of devices among them. */
const fewMembers = 6

describe("an approver", () => {
  const tamper = (data: string, statements: ReadonlyArray<string>): Promise<void> =>
    withDatabase(data, "embedded", async (pool) => {
      for (const statement of statements) expect((await pool.query(statement)).rowCount, statement).toBe(1)
    })
  const extreme = (order: string) => `member = (select member from escrow_move order by amount ${order}, member limit 1)`
  const move = (nano: number): ReadonlyArray<string> => [
    `update escrow_move set amount = amount + ${nano} where ${extreme("desc")}`,
    `update escrow_move set amount = amount - ${nano} where ${extreme("asc")}`
  ]

  it("computes again what it is asked to sign: a run whose stored moves were changed is not anchored, and the reason is said", async () => {
    const data = newFolder("tampered")
    const file = deriveWorld(data, (world) => void world.members.splice(fewMembers))
    const args = [...demoArguments, "--world", file]
    const whole = await settle(data, 96, [...args, "--no-chain"])
    expect(whole).toMatchObject({ batches: 1, anchored: 0, moneyError: 0 })
    const again = () => runCommonwatt(["start", "--data", data, "--speed", "max", "--periods", "96", "--exit", "--json", ...args])

    await tamper(data, move(1))
    const refused = await again()
    expect(refused.stderr).toMatch(/a batch is not anchored, DigestsDiffer: the approver does not sign the batch of 2016-03-26: asked for digest [0-9a-f]{64}, it computed [0-9a-f]{64}/)
    expect(refused).toMatchObject({ code: 1, stdout: "" })
    await tamper(data, move(-1))

    await tamper(data, [move(1)[0]!])
    const unbalanced = await again()
    expect(unbalanced.stderr).toMatch(/a batch is not anchored, JournalCorrupt: .*2016-03-26.*sum to zero/)
    expect(unbalanced.code).toBe(1)
    await tamper(data, [move(-1)[0]!])

    const chain = await openSettledChain(data, worldAndTimes(file).world)
    try {
      expect(await chain.client.batch({ community: chain.world.community, settlementPeriod: "2016-03-26", version: 1 })).toBeUndefined()
    } finally {
      await chain.stop()
    }
    const mended = await settle(data, 96, args)
    expect(mended).toEqual({ ...whole, chain: "running", anchored: 1, stateHash: mended.stateHash })
  })
})

describe("a new month", () => {
  it("moves escrow to the accounts of that month, by burn and mint, and nobody has less", async () => {
    const data = newFolder("two-months")
    const csv = writeTwoMonths(data)
    const file = deriveWorld(data, (world) => {
      world.members.splice(fewMembers)
      world.feeder = csv
    })
    const figures = await settle(data, 192, ["--from", "2016-03-31", "--world", file])
    expect(figures).toMatchObject({ energyErrorWh: 0, moneyError: 0, batches: 2, anchored: 2 })
    const chain = await openSettledChain(data, worldAndTimes(file, "2016-03-31", 192).world)
    try {
      const wanted = [...(await escrowByPostings(chain.pool))].map(([member, amount]) => [chain.accountOf(member, "2016-04"), amount] as const)
      expect(wanted).toHaveLength(fewMembers)
      const escrows = await chain.escrows()
      expect(new Map([...escrows].filter(([, balance]) => balance !== 0n))).toEqual(new Map(wanted))
      const minted = total((await movedBy(chain.rpcUrl, "MsgMint")).values())
      const burned = total((await movedBy(chain.rpcUrl, "MsgBurn")).values())
      expect(burned).toBe(total(escrows.values()))
      expect(minted - burned).toBe(total(escrows.values()))
    } finally {
      await chain.stop()
    }
  })
})
