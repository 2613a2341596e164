import { DatabaseSync } from "node:sqlite"

/** A reading batch that waits for the engine's receipt. */
export interface PendingBatch {
  readonly id: number
  readonly hash: Uint8Array
  readonly bytes: Uint8Array
}

/** A gateway's memory: sequences, hash chain and the batches that have no receipt yet. It survives kill -9. */
export class GatewayStore {
  private readonly database: DatabaseSync

  /** Opens or makes the store; a write that returned is on disk. */
  constructor(file: string) {
    this.database = new DatabaseSync(file)
    this.database.exec(`pragma journal_mode = wal; pragma synchronous = full;
      create table if not exists meter (metering_point text primary key, sequence integer not null, time integer not null);
      create table if not exists chain (signer text primary key, last_batch blob not null);
      create table if not exists pending (id integer primary key autoincrement, hash blob not null, bytes blob not null);`)
  }

  /** Last sequence and reading time of a metering point; zeros before the first. */
  meter(meteringPoint: string): { readonly sequence: number; readonly time: number } {
    const row = this.database.prepare("select sequence, time from meter where metering_point = ?").get(meteringPoint)
    return row === undefined ? { sequence: 0, time: 0 } : { sequence: Number(row["sequence"]), time: Number(row["time"]) }
  }

  /** Hash of the signer's last batch, empty before the first. */
  lastBatch(signer: string): Uint8Array {
    const row = this.database.prepare("select last_batch from chain where signer = ?").get(signer)
    return row === undefined ? new Uint8Array() : (row["last_batch"] as Uint8Array)
  }

  /** Keeps signed batches and moves sequences and chains with them: all or nothing. */
  keep(batches: ReadonlyArray<KeptBatch>): void {
    this.database.exec("begin immediate")
    try {
      const moveMeter = this.database.prepare("insert into meter values (?, ?, ?) on conflict do update set sequence = excluded.sequence, time = excluded.time")
      const moveChain = this.database.prepare("insert into chain values (?, ?) on conflict do update set last_batch = excluded.last_batch")
      const add = this.database.prepare("insert into pending (hash, bytes) values (?, ?)")
      for (const { signer, hash, bytes, readings } of batches) {
        add.run(hash, bytes)
        moveChain.run(signer, hash)
        for (const { meteringPoint, sequence, time } of readings) moveMeter.run(meteringPoint, sequence, time)
      }
      this.database.exec("commit")
    } catch (cause) {
      this.database.exec("rollback")
      throw cause
    }
  }

  /** Oldest batches without a receipt. */
  pending(limit: number): Array<PendingBatch> {
    return this.database
      .prepare("select id, hash, bytes from pending order by id limit ?")
      .all(limit)
      .map((row) => ({ id: Number(row["id"]), hash: row["hash"] as Uint8Array, bytes: row["bytes"] as Uint8Array }))
  }

  /** Forgets batches whose receipts are here. */
  forget(ids: ReadonlyArray<number>): void {
    this.database.prepare("delete from pending where id in (select value from json_each(?))").run(JSON.stringify(ids))
  }

  close(): void {
    this.database.close()
  }
}

/** A batch to keep, with what it moves. */
export interface KeptBatch {
  readonly signer: string
  readonly hash: Uint8Array
  readonly bytes: Uint8Array
  readonly readings: ReadonlyArray<{ readonly meteringPoint: string; readonly sequence: number; readonly time: number }>
}
