import { join } from "node:path"
import { Effect } from "effect"
import type pg from "pg"
import { demoKeys, type DemoKeys } from "../../../adapters/cli/world/demo-keys.ts"
import type { World } from "../../../adapters/cli/world/world.ts"
import { AppchainClient } from "../../../adapters/cosmos/appchain.ts"
import { makePool } from "../../../adapters/timescale/pool.ts"
import { vaultLayer } from "../../../adapters/timescale/vault-layer.ts"
import { chainAccount } from "../../../engine/core/account/chain-account.ts"
import { toHex } from "../../../engine/core/quantity/bytes.ts"
import { Vault } from "../../../engine/service/ports/driven/vault.ts"
import { startChain } from "../../../infra/local/chain.ts"
import { startEmbeddedPostgres } from "../../../infra/local/embedded-postgres.ts"

/** Database and chain of a finished start, running again for an auditor. */
export interface SettledChain {
  readonly world: World
  readonly keys: DemoKeys
  readonly pool: pg.Pool
  readonly client: AppchainClient
  readonly rpcUrl: string
  readonly vault: Vault["Service"]
  /** Account on chain of a member for a month, in hexadecimal. */
  readonly accountOf: (member: string, month: string) => string
  /** Balances of all accounts that hold something. */
  readonly escrows: () => Promise<Map<string, bigint>>
  readonly stop: () => Promise<void>
}

/** Starts database and chain of a data folder, without the market. */
export const openSettledChain = async (data: string, world: World): Promise<SettledChain> => {
  const keys = demoKeys(world.seed)
  const postgres = await startEmbeddedPostgres({ dataDir: join(data, "postgres") })
  const chain = await startChain({ dataDir: join(data, "chain"), communityFile: join(data, "community.json"), chainId: `commonwatt-${world.name}` })
  const pool = makePool(postgres.url)
  const { rpcUrl, chainId } = chain
  const client = await AppchainClient.connect({ rpcUrl, chainId, treasurerKey: keys.treasurerSecret, submitterKey: keys.submitterSecret })
  const vault = await Effect.runPromise(Effect.provide(Vault, vaultLayer(pool, keys.vaultSecret)))
  return {
    world,
    keys,
    pool,
    client,
    rpcUrl,
    vault,
    accountOf: (member, month) => toHex(chainAccount(vault.accountSecret, world.community, member, month)),
    escrows: async () => {
      const found = new Map<string, bigint>()
      for await (const { account, balance } of client.escrows(world.community, 20)) found.set(toHex(account), balance)
      return found
    },
    stop: async () => {
      client.disconnect()
      await pool.end()
      await chain.stop()
      await postgres.stop()
    }
  }
}

/** What decision 10 says that members have in escrow: deposits, and postings that move between members. */
export const escrowByPostings = async (pool: pg.Pool): Promise<Map<string, bigint>> => {
  const { rows } = await pool.query<{ member: string; amount: string }>(
    `select member, sum(amount) as amount from (
       select member, amount from deposit
       union all
       select p.holder, p.amount from posting p join run r using (area, run_id)
       where r.position is not null and p.kind in ('market', 'imbalance', 'sharing')
     ) moved group by member order by member`
  )
  return new Map(rows.map(({ member, amount }) => [member, BigInt(amount)]))
}
