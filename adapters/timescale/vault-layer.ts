import { createHmac, randomBytes } from "node:crypto"
import { Effect, Layer } from "effect"
import type pg from "pg"
import { Vault, VaultUnavailable, type MemberKey } from "../../engine/service/ports/driven/vault.ts"

const ask = <A>(query: () => Promise<A>) => Effect.tryPromise({ try: query, catch: (cause) => new VaultUnavailable({ cause }) })
const derive = (seed: Uint8Array, purpose: string, name: Uint8Array): Uint8Array =>
  createHmac("sha256", seed).update(`commonwatt/vault/v1/${purpose}\n`).update(name).digest()

/**
 * Members' keys in a schema of their own; salts and the account secret derived from the vault's secret, so that a run
 * computed twice has one root. Whoever runs this for real keeps the schema `vault` in another database and backup.
 */
export const vaultLayer = (pool: pg.Pool, secret: Uint8Array): Layer.Layer<Vault> =>
  Layer.sync(Vault, () => {
    const known = new Map<string, MemberKey>()
    const makeKey = async (subject: string): Promise<MemberKey> => {
      await pool.query("insert into vault.member_key (subject, key) values ($1, $2) on conflict do nothing", [subject, randomBytes(32)])
      const { rows } = await pool.query<{ key_id: number; key: Buffer }>("select key_id, key from vault.member_key where subject = $1", [subject])
      const key = { keyId: rows[0]!.key_id, key: rows[0]!.key }
      known.set(subject, key)
      return key
    }
    return Vault.of({
      keyOf: (subject) => {
        const key = known.get(subject)
        return key === undefined ? ask(() => makeKey(subject)) : Effect.succeed(key)
      },
      keys: (keyIds) =>
        ask(async () => {
          const { rows } = await pool.query<{ key_id: number; key: Buffer }>("select key_id, key from vault.member_key where key_id = any($1::bigint[])", [keyIds])
          return new Map(rows.map(({ key_id, key }) => [key_id, key]))
        }),
      salt: (name) => derive(secret, "salt", name),
      accountSecret: derive(secret, "account", new Uint8Array())
    })
  })
