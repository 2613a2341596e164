import { randomBytes } from "node:crypto"
import type pg from "pg"
import type { JournalBatch, JournalEntry } from "../../../engine/service/ports/driven/journal.ts"
import type { MemberKey } from "../../../engine/service/ports/driven/vault.ts"
import { insertRows } from "../rows.ts"
import { changes, insertsOf, Projection } from "./projection.ts"
import { nextHead, seal } from "./seal.ts"

/** What a commit found in the head row. */
export type CommitOutcome = "Committed" | "Fenced" | "OffsetMismatch"

/** Writes a batch in the transaction of `client`: the head row is locked first, so epoch and offset are checked once for all. */
export const commitBatch = async (
  client: pg.ClientBase,
  batch: JournalBatch,
  keys: ReadonlyMap<string, MemberKey>,
  checkOffset: boolean
): Promise<CommitOutcome> => {
  const { area, epoch, entries } = batch
  const head = (
    await client.query<{ epoch: number; next_position: number; head_hash: Buffer }>(
      "select epoch, next_position, head_hash from area_head where area = $1 for update",
      [area]
    )
  ).rows[0]
  if (head === undefined || head.epoch !== epoch) return "Fenced"
  if (checkOffset && head.next_position !== entries[0]!.record.position) return "OffsetMismatch"
  const headHash = await writeJournal(client, area, head.head_hash, entries, keys)
  const projection = new Projection(area)
  for (const entry of entries) projection.entry(entry)
  for (const rows of insertsOf(projection)) await insertRows(client, rows)
  for (const { name, types, sql } of changes) {
    const rows = projection.rows(name)
    if (rows.length === 0) continue
    const arrays = types.map((type, index) => `$${index + 1}::${type}[]`).join(", ")
    await client.query(sql(arrays), types.map((_, index) => rows.map((row) => row[index])))
  }
  await client.query("update area_head set next_position = $2, head_hash = $3, state_hash = $4, market_time = $5 where area = $1", [
    area,
    entries.at(-1)!.record.position + 1,
    headHash,
    batch.stateHash,
    batch.marketTime
  ])
  return "Committed"
}

const writeJournal = async (
  client: pg.ClientBase,
  area: string,
  head: Uint8Array,
  entries: ReadonlyArray<JournalEntry>,
  keys: ReadonlyMap<string, MemberKey>
): Promise<Uint8Array> => {
  let headHash = head
  const rows = entries.map(({ record, bytes, subject }) => {
    const key = subject === undefined ? undefined : keys.get(subject)
    const salt = randomBytes(32)
    const ciphertext = key === undefined ? bytes : seal(key.key, area, record.position, bytes)
    headHash = nextHead(headHash, record.position, record.verdict, salt, ciphertext)
    return [area, record.position, record.hash, record.verdict, subject ?? null, key?.keyId ?? null, salt, ciphertext, headHash]
  })
  await insertRows(client, {
    table: "journal",
    columns: [
      ["area", "text"],
      ["position", "bigint"],
      ["record_hash", "bytea"],
      ["verdict", "text"],
      ["subject", "text"],
      ["key_id", "bigint"],
      ["salt", "bytea"],
      ["ciphertext", "bytea"],
      ["head_hash", "bytea"]
    ],
    rows
  })
  await insertRows(client, {
    table: "receipt",
    columns: [
      ["area", "text"],
      ["record_hash", "bytea"],
      ["position", "bigint"],
      ["verdict", "text"],
      ["refused", "integer"]
    ],
    rows: entries.map(({ record, refused }) => [area, record.hash, record.position, record.verdict, refused]),
    onConflict: "on conflict do nothing"
  })
  return headHash
}
