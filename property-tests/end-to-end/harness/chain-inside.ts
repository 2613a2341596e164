import { join } from "node:path"
import { Effect } from "effect"
import { loadWorld } from "../../../adapters/cli/world/world.ts"
import { demoKeys } from "../../../adapters/cli/world/demo-keys.ts"
import { AppchainClient } from "../../../adapters/cosmos/appchain.ts"
import { readBalancesBefore } from "../../../adapters/timescale/journal/escrow.ts"
import { vaultLayer } from "../../../adapters/timescale/vault-layer.ts"
import type { Balance } from "../../../engine/core/account/escrow.ts"
import { toHex } from "../../../engine/core/quantity/bytes.ts"
import { accountOf } from "../../../engine/service/anchoring/batch-of-run.ts"
import { Vault } from "../../../engine/service/ports/driven/vault.ts"
import { startChain } from "../../../infra/local/chain.ts"
import { withDatabase } from "./database.ts"
import type { Village } from "./village.ts"

/** What the chain of a finished village says, and what its journal says about the same. */
export interface ChainInside {
  /** `settlement period/version` of every batch that changed the chain's store: one event each. */
  readonly settled: ReadonlyArray<string>
  /** Escrow by account in hexadecimal, zero balances left out. */
  readonly escrow: Readonly<Record<string, string>>
  /** Deposits and recorded positions of the journal, under the accounts of the last settled month. */
  readonly journaled: Readonly<Record<string, string>>
  /** Deposits and what batches move, of the journal, under the same accounts. */
  readonly moved: Readonly<Record<string, string>>
}

/** Starts the node again and looks from outside. */
export const lookIntoChain = async (one: Village): Promise<ChainInside> => {
  const world = loadWorld(one.worldFile)
  const keys = demoKeys(world.seed)
  const node = await startChain({ dataDir: join(one.data, "chain"), communityFile: join(one.data, "community.json"), chainId: `commonwatt-${world.name}` })
  try {
    const client = await AppchainClient.connect({ rpcUrl: node.rpcUrl, chainId: node.chainId, treasurerKey: keys.treasurerSecret, submitterKey: keys.submitterSecret })
    const escrow: Record<string, string> = {}
    for await (const { account, balance } of client.escrows(world.community)) if (balance !== 0n) escrow[toHex(account)] = String(balance)
    client.disconnect()
    return { settled: await settledBatches(node.rpcUrl), escrow, ...(await journaledBalances(one)) }
  } finally {
    await node.stop()
  }
}

interface BlockEvent {
  readonly type: string
  readonly attributes: ReadonlyArray<{ readonly key: string; readonly value: string }>
}

/** Every block is read: a batch that counted twice would have left two events. */
const settledBatches = async (rpcUrl: string): Promise<ReadonlyArray<string>> => {
  const ask = async <A>(path: string): Promise<A> => ((await (await fetch(`${rpcUrl}/${path}`)).json()) as { result: A }).result
  const { sync_info } = await ask<{ sync_info: { latest_block_height: string } }>("status")
  const batches: Array<string> = []
  for (let height = 1; height <= Number(sync_info.latest_block_height); height++) {
    const { txs_results } = await ask<{ txs_results: ReadonlyArray<{ code: number; events: ReadonlyArray<BlockEvent> }> | null }>(`block_results?height=${height}`)
    for (const { events } of (txs_results ?? []).filter(({ code }) => code === 0)) {
      for (const { attributes } of events.filter(({ type }) => type === "commonwatt.settlement.v1.EventBatchSettled")) {
        const value = (key: string): string => String(JSON.parse(attributes.find((one) => one.key === key)?.value ?? "null"))
        batches.push(`${value("settlement_period")}/${value("version")}`)
      }
    }
  }
  return batches
}

const journaledBalances = async (one: Village): Promise<Pick<ChainInside, "journaled" | "moved">> => {
  const world = loadWorld(one.worldFile)
  const secret = demoKeys(world.seed).vaultSecret
  return withDatabase(one.data, "embedded", async (pool) => {
    const vault = await Effect.runPromise(Effect.provide(Effect.map(Vault, (found) => found), vaultLayer(pool, secret)))
    const { rows } = await pool.query<{ month: string; position: number }>(
      "select max(left(settlement_period, 7)) as month, max(position) as position from run where area = $1 and position is not null",
      [world.area]
    )
    const balances = await readBalancesBefore(pool, world.area, world.community, rows[0]!.position + 1)
    const named = (amountOf: (one: Balance) => bigint) =>
      Object.fromEntries(balances.filter((one) => amountOf(one) !== 0n).map((one) => [toHex(accountOf(vault, world.community, one.member, rows[0]!.month)), String(amountOf(one))]))
    return { journaled: named(({ credit }) => credit), moved: named(({ escrow }) => escrow) }
  })
}
