/** The store's form. A file of an earlier form is brought up to it, one of any other is refused and never guessed at. */
export const STORE_VERSION = 3

/**
 * - `meter`: what is known of a metering point: its last sequence, the time of its last poll, its memory for plausibility;
 * - `chain`: each signer's last batch;
 * - `reading`: readings that no batch holds yet; sequence 0 is evidence that was withheld; `clock_offset` is what is to
 *   be reported of a clock with it, in seconds;
 * - `batch`: signed batches of a site, until their receipt and at least seven days; `state` 0 waits, 1 has its receipt,
 *   2 was asked for again, 3 was refused whole by the engine.
 */
export const storeSchema = `
  create table if not exists meter (metering_point text primary key, sequence integer not null, time integer not null, memory text not null) without rowid;
  create table if not exists chain (signer text primary key, last_batch blob not null) without rowid;
  create table if not exists reading (id integer primary key autoincrement, site text not null, metering_point text not null, sequence integer not null,
    time integer not null, register_wh integer not null, power_w integer not null, flags text not null, raw blob not null, clock_offset integer);
  create index if not exists reading_of_site on reading (site, time, id);
  create table if not exists batch (id integer primary key autoincrement, signer text not null, hash blob not null, bytes blob not null,
    state integer not null default 0, refills integer not null default 0, receipt blob, received_at integer, site text);
  create index if not exists batch_waiting on batch (signer, id) where state in (0, 2);
  create index if not exists batch_received on batch (received_at) where state in (1, 3);
  pragma user_version = ${STORE_VERSION};`

/** What brings a store of an earlier form to the next one. */
export const storeSteps: ReadonlyMap<number, string> = new Map([
  [
    2,
    `alter table reading add column clock_offset integer;
    alter table batch add column site text;
    drop index if exists reading_of_site;
    create index reading_of_site on reading (site, time, id);
    pragma user_version = 3;`
  ]
])
