import type { DatabaseSync, StatementSync } from "node:sqlite"
import type { MeterMemory } from "../plausibility/judge.ts"
import { openStoreFile } from "./open-store.ts"
import { StoreError, storeErrorOf } from "./store-error.ts"
import { batchOf, readingOf, type KeptBatch, type MeterState, type NewReading, type PendingBatch, type Settled, type StoreCounts, type StoredReading } from "./store-rows.ts"

export type { KeptBatch, MeterState, NewReading, PendingBatch, Settled, StoreCounts, StoredReading } from "./store-rows.ts"

/** How often a batch is sent again on request. */
const MOST_REFILLS = 3

/** Limits of a store. */
export interface StoreLimits {
  /** Bytes that readings and batches may take at the most, so that a gateway never fills its machine's disk; receipts may take a quarter more. */
  readonly mostBytes?: number | undefined
}

const PAGE = 4_096

const none: MeterState = { sequence: 0, time: 0, memory: {} }

/** A gateway's memory: sequences, hash chains, unsealed readings, and batches until receipt and retention. It survives kill -9 and full disks. */
export class GatewayStore {
  private readonly file: string
  private readonly database: DatabaseSync
  private readonly pages: number | undefined
  private pagesNow: number | undefined
  private readonly statements = new Map<string, StatementSync>()
  private readonly meters = new Map<string, MeterState>()

  /** Opens or makes the store; a write that returned is on disk. Throws StoreError. */
  constructor(file: string, limits: StoreLimits = {}) {
    this.file = file
    this.database = this.named(() => openStoreFile(file))
    this.pages = limits.mostBytes === undefined ? undefined : Math.max(1, Math.floor(limits.mostBytes / PAGE))
    for (const row of this.all("select * from meter")) {
      this.meters.set(String(row["metering_point"]), { sequence: Number(row["sequence"]), time: Number(row["time"]), memory: JSON.parse(String(row["memory"])) as MeterMemory })
    }
  }

  /** What is known of a metering point; zeros before its first reading. */
  meter(meteringPoint: string): MeterState {
    return this.meters.get(meteringPoint) ?? none
  }

  /** Hash of the signer's last batch, empty before the first. */
  lastBatch(signer: string): Uint8Array {
    return (this.all("select last_batch from chain where signer = ?", signer)[0]?.["last_batch"] as Uint8Array | undefined) ?? new Uint8Array()
  }

  /**
   * Does everything in `work` in one transaction: all of it is on disk when this returns, nothing when it throws
   * StoreError.
   */
  transaction<A>(work: () => A, mayUseReserve = false): A {
    this.limitPages(mayUseReserve)
    const before = new Map<string, MeterState>()
    this.undo = before
    return this.named(() => {
      this.database.exec("begin immediate")
      try {
        const result = work()
        this.database.exec("commit")
        return result
      } catch (cause) {
        // After some failures SQLite has rolled back already.
        if (this.database.isTransaction) this.database.exec("rollback")
        for (const [meteringPoint, state] of before) this.meters.set(meteringPoint, state)
        throw cause
      } finally {
        this.undo = undefined
      }
    })
  }
  private limitPages(mayUseReserve: boolean): void {
    const wanted = this.pages === undefined || !mayUseReserve ? this.pages : Math.ceil(this.pages * 1.25)
    if (wanted === undefined || wanted === this.pagesNow) return
    this.named(() => this.database.exec(`pragma max_page_count = ${wanted}`))
    this.pagesNow = wanted
  }
  private undo: Map<string, MeterState> | undefined

  /** Gives each reading of a poll its sequence and moves its meter. Stash or seal them in the same transaction. */
  assign(readings: ReadonlyArray<NewReading>): Array<StoredReading & { readonly site: string }> {
    return readings.map(({ isWithheld, memory, ...reading }) => {
      const { meteringPoint, time } = reading
      const before = this.meter(meteringPoint)
      const sequence = isWithheld ? 0 : before.sequence + 1
      const after = { sequence: isWithheld ? before.sequence : sequence, time: Math.max(time, before.time), memory }
      this.move(meteringPoint, after)
      return { ...reading, id: 0, sequence }
    })
  }

  private move(meteringPoint: string, after: MeterState): void {
    this.run("insert into meter values (?, ?, ?, ?) on conflict do update set sequence = excluded.sequence, time = excluded.time, memory = excluded.memory", meteringPoint, after.sequence, after.time, JSON.stringify(after.memory))
    if (this.undo?.has(meteringPoint) === false) this.undo.set(meteringPoint, this.meter(meteringPoint))
    this.meters.set(meteringPoint, after)
  }

  /** Stores readings until a batch holds them. Call within a transaction. */
  stash(readings: ReadonlyArray<StoredReading & { readonly site: string }>): void {
    for (const { site, meteringPoint, sequence, time, registerWh, powerW, flags, raw, clockOffset } of readings) {
      this.run("insert into reading (site, metering_point, sequence, time, register_wh, power_w, flags, raw, clock_offset) values (?, ?, ?, ?, ?, ?, ?, ?, ?)", site, meteringPoint, sequence, time, registerWh, powerW, JSON.stringify(flags), raw, clockOffset ?? null)
    }
  }

  /** Oldest readings of a site that no batch holds, without those of the metering points in `except`. */
  unsealed(site: string, limit: number, except: ReadonlyArray<string> = []): Array<StoredReading> {
    return this.all("select * from reading where site = ? and metering_point not in (select value from json_each(?)) order by time, id limit ?", site, JSON.stringify(except), limit).map(readingOf)
  }

  /** The oldest reading of a metering point that no batch holds. */
  oldestUnsealed(site: string, meteringPoint: string): Array<StoredReading> {
    return this.all("select * from reading where site = ? and metering_point = ? order by time, id limit 1", site, meteringPoint).map(readingOf)
  }

  /** Sites of which there are readings that no batch holds. */
  sites(): Array<string> {
    return this.all("select distinct site from reading order by site").map((row) => String(row["site"]))
  }

  /** Time of the newest reading; 0 where there is none. */
  newestTime(): number {
    return Math.max(0, ...this.meters.values().map(({ time }) => time))
  }

  /**
   * Keeps a signed batch in place of its readings and moves the signer's chain. Evidence alone names the batch before it
   * and is named by none, as the engine follows chains by readings. Call within a transaction.
   */
  keep({ site, signer, hash, bytes, readings }: KeptBatch): void {
    this.run("insert into batch (signer, hash, bytes, site) values (?, ?, ?, ?)", signer, hash, bytes, site)
    if (readings.some(({ sequence }) => sequence > 0)) this.setLastBatch(signer, hash)
    for (const { id } of readings) if (id > 0) this.run("delete from reading where id = ?", id)
  }

  private setLastBatch(signer: string, hash: Uint8Array): void {
    this.run("insert into chain values (?, ?) on conflict do update set last_batch = excluded.last_batch", signer, hash)
  }

  /** Puts a batch that never reached the log back into its readings, and its chain to the batch before it. Call within a transaction. */
  takeBack({ id, signer }: PendingBatch, previousBatch: Uint8Array, readings: ReadonlyArray<StoredReading & { readonly site: string }>): void {
    this.run("delete from batch where id = ?", id)
    this.setLastBatch(signer, previousBatch)
    this.stash(readings)
  }

  /** Oldest batches of a signer that wait for their receipt. */
  pending(signer: string, limit: number): Array<PendingBatch> {
    return this.all("select * from batch where signer = ? and state in (0, 2) order by id limit ?", signer, limit).map(batchOf)
  }

  /** A signer's batches that never had a receipt, oldest first, read as they are asked for. */
  *waiting(signer: string): Generator<PendingBatch> {
    let after = 0
    for (;;) {
      const rows = this.all("select * from batch where signer = ? and state = 0 and id > ? order by id limit 64", signer, after)
      if (rows.length === 0) return
      for (const row of rows) yield batchOf(row)
      after = Number(rows.at(-1)!["id"])
    }
  }

  /** Newest batches of a signer from `id` on that never had a receipt, newest first. */
  newestPending(signer: string, id: number, limit: number): Array<PendingBatch> {
    return this.all("select * from batch where signer = ? and state = 0 and id >= ? order by id desc limit ?", signer, id, limit).map(batchOf)
  }

  /** Whoever signed what waits. */
  pendingSigners(): Array<string> {
    return this.all("select distinct signer from batch where state in (0, 2)").map((row) => String(row["signer"]))
  }

  /** Lets a batch rest that was asked for again and is not taken again: it has its receipt. */
  rest(id: number): void {
    this.run("update batch set state = 1 where id = ? and state = 2", id)
  }

  /**
   * Readings later than `limit` were read by a clock that was wrong: they become evidence without a sequence, and their
   * numbers are free again, for no batch holds them. Their meters are trusted anew. Returns how many. Call within a transaction.
   */
  disbelieve(limit: number): number {
    const wrong = this.all("select metering_point, min(case when sequence > 0 then sequence end) as first from reading where time > ? group by metering_point", limit)
    for (const row of wrong) {
      const meteringPoint = String(row["metering_point"])
      const before = this.meter(meteringPoint)
      const time = this.all("select max(time) as time from reading where metering_point = ? and time <= ?", meteringPoint, limit)[0]?.["time"]
      const sequence = row["first"] === null ? before.sequence : Number(row["first"]) - 1
      this.move(meteringPoint, { sequence, time: Number(time ?? 0), memory: {} })
    }
    return Number(this.run("update reading set sequence = 0, clock_offset = null, flags = json_insert(flags, '$[#]', 'WrongTime') where time > ? and not exists (select 1 from json_each(flags) where value = 'WrongTime')", limit).changes)
  }

  /** Moves back what is known of meters whose last reading lies after `limit` and is not here any more. Call within a transaction. */
  rewind(limit: number): void {
    for (const [meteringPoint, before] of this.meters) if (before.time > limit) this.move(meteringPoint, { ...before, time: limit, memory: {} })
  }

  /** Notes the receipts of batches; `now` is the wall clock in seconds, from which retention counts. */
  settle(settled: ReadonlyArray<Settled>, now: number): void {
    this.transaction(() => {
      for (const { id, receipt, isRefused } of settled) this.run("update batch set state = ?, receipt = ?, received_at = ? where id = ?", isRefused ? 3 : 1, receipt, now, id)
    }, true)
  }

  /** A signer's batches that have their receipt, newest first, read as they are asked for: a week of them is much. */
  *received(signer: string): Generator<PendingBatch> {
    let before = Number.MAX_SAFE_INTEGER
    for (;;) {
      const rows = this.all("select id, hash, bytes from batch where signer = ? and state = 1 and id < ? order by id desc limit 64", signer, before)
      if (rows.length === 0) return
      for (const row of rows) yield { id: Number(row["id"]), signer, hash: row["hash"] as Uint8Array, bytes: row["bytes"] as Uint8Array }
      before = Number(rows.at(-1)!["id"])
    }
  }

  /** Lets batches wait again; returns how many. What was pruned meanwhile, or asked for too often, does not. */
  sendAgain(ids: ReadonlyArray<number>): number {
    return this.transaction(() =>
      Number(this.run(`update batch set state = 2, refills = refills + 1 where state = 1 and refills < ${MOST_REFILLS} and id in (select value from json_each(?))`, JSON.stringify(ids)).changes)
    )
  }

  /** Forgets batches whose receipt came before `before` (wall clock in seconds); returns how many. */
  prune(before: number): number {
    return this.transaction(() => Number(this.run("delete from batch where state in (1, 3) and received_at < ?", before).changes), true)
  }

  /** How much waits and lies here. */
  counts(): StoreCounts {
    const row = this.all("select (select count(*) from reading) as unsealed, (select count(*) from batch where state in (0, 2)) as waiting, (select count(*) from batch where state = 3) as refused")[0]!
    return { unsealed: Number(row["unsealed"]), waiting: Number(row["waiting"]), refused: Number(row["refused"]) }
  }

  /** Ends; what was written stays. */
  close(): void {
    if (this.database.isOpen) this.database.close()
  }

  private named<A>(work: () => A): A {
    try {
      return work()
    } catch (cause) {
      if (cause instanceof StoreError || (cause as { readonly code?: string } | null)?.code !== "ERR_SQLITE_ERROR") throw cause
      throw storeErrorOf(this.file, cause)
    }
  }

  private prepared(sql: string): StatementSync {
    const found = this.statements.get(sql) ?? this.database.prepare(sql)
    this.statements.set(sql, found)
    return found
  }

  private all(sql: string, ...values: Array<string | number | Uint8Array>): Array<Record<string, unknown>> {
    return this.named(() => this.prepared(sql).all(...values)) as Array<Record<string, unknown>>
  }

  private run(sql: string, ...values: Array<string | number | bigint | Uint8Array | null>): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint } {
    return this.named(() => this.prepared(sql).run(...values))
  }
}
