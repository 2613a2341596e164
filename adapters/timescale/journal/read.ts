import { createHash } from "node:crypto"
import type pg from "pg"
import type { Verdict } from "../../../engine/core/envelope.ts"
import type { ReplayRecord, Snapshot, StoredReceipt } from "../../../engine/service/ports/driven/journal.ts"
import { nextHead, unseal } from "./seal.ts"

/** First receipts of the given record hashes. */
export const readReceipts = async (pool: pg.Pool, area: string, hashes: ReadonlyArray<Uint8Array>): Promise<Array<StoredReceipt>> => {
  if (hashes.length === 0) return []
  const found = await pool.query<{ record_hash: Buffer; position: number; verdict: Verdict; refused: number }>(
    "select record_hash, position, verdict, refused from receipt where area = $1 and record_hash = any($2::bytea[])",
    [area, hashes]
  )
  return found.rows.map(({ record_hash, position, verdict, refused }) => ({ recordHash: record_hash, position, verdict, refused }))
}

interface JournalRow {
  readonly position: number
  readonly record_hash: Buffer
  readonly verdict: Verdict
  readonly key_id: number | null
  readonly salt: Buffer
  readonly ciphertext: Buffer
  readonly head_hash: Buffer
}

/** A journal that does not hold together: the reason names the position. */
export class BrokenJournal extends Error {
  override readonly name = "BrokenJournal"
}

/** Reads journaled records back, checking each against the hash chain, its place and its own hash. */
export const readRecords = async (
  pool: pg.Pool,
  area: string,
  from: number,
  limit: number,
  keysOf: (keyIds: ReadonlyArray<number>) => Promise<ReadonlyMap<number, Uint8Array>>
): Promise<Array<ReplayRecord>> => {
  const { rows } = await pool.query<JournalRow>(
    `select position, record_hash, verdict, key_id, salt, ciphertext, head_hash from journal
     where area = $1 and position >= $2 order by position limit $3`,
    [area, from, limit]
  )
  const before = await pool.query<{ head_hash: Buffer }>("select head_hash from journal where area = $1 and position = $2", [area, from - 1])
  const keys = await keysOf([...new Set(rows.flatMap(({ key_id }) => key_id ?? []))])
  let head: Uint8Array = from === 0 ? Buffer.alloc(32) : (before.rows[0]?.head_hash ?? Buffer.alloc(32))
  return rows.map((row, index) => {
    if (row.position !== from + index) throw new BrokenJournal(`position ${from + index} is missing`)
    head = nextHead(head, row.position, row.verdict, row.salt, row.ciphertext)
    if (!row.head_hash.equals(head)) throw new BrokenJournal(`the hash chain breaks at position ${row.position}`)
    return { position: row.position, recordHash: row.record_hash, verdict: row.verdict, bytes: open(area, row, keys) }
  })
}

const open = (area: string, row: JournalRow, keys: ReadonlyMap<number, Uint8Array>): Uint8Array | undefined => {
  const key = row.key_id === null ? undefined : keys.get(row.key_id)
  if (row.key_id !== null && key === undefined) return undefined
  const bytes = key === undefined ? row.ciphertext : unseal(key, area, row.position, row.ciphertext)
  if (!createHash("sha256").update(bytes).digest().equals(row.record_hash)) {
    throw new BrokenJournal(`the record at position ${row.position} does not match its hash`)
  }
  return bytes
}

/** Newest snapshot of an area. */
export const readSnapshot = async (pool: pg.Pool, area: string): Promise<Snapshot | undefined> => {
  const { rows } = await pool.query<{ next_position: number; state: Buffer; hash: Buffer }>(
    "select next_position, state, hash from snapshot where area = $1 order by next_position desc limit 1",
    [area]
  )
  const row = rows[0]
  return row === undefined ? undefined : { nextPosition: row.next_position, state: row.state, hash: row.hash }
}
