import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { GatewayStore, type NewReading } from "./gateway-store.ts"

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "commonwatt-store-"))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const file = () => join(folder, "gateway.sqlite")

const reading = (time: number, change: Partial<NewReading> = {}): NewReading => ({
  site: "ada", meteringPoint: "p1", time, registerWh: time, powerW: 0, flags: [], raw: Uint8Array.of(1), isWithheld: false, memory: {}, ...change
})
const sealOne = (store: GatewayStore, time: number): void =>
  store.transaction(() => {
    store.stash(store.assign([reading(time)]))
    store.keep({ site: "ada", signer: "s", hash: Uint8Array.of(time), bytes: Uint8Array.of(time), readings: store.unsealed("ada", 10) })
  })

describe("a store", () => {
  test("forgets a batch only when it has its receipt and the retention is over", () => {
    const store = new GatewayStore(file())
    for (const time of [1, 2, 3]) sealOne(store, time)
    const [one, two] = store.pending("s", 10)
    store.settle([{ id: one!.id, receipt: Uint8Array.of(9), isRefused: false }], 1_000)
    store.settle([{ id: two!.id, receipt: Uint8Array.of(9), isRefused: true }], 2_000)
    expect(store.prune(1_000)).toBe(0)
    expect(store.prune(1_001)).toBe(1)
    expect([...store.received("s")]).toEqual([])
    expect(store.sendAgain([one!.id, two!.id])).toBe(0)
    expect(store.counts()).toEqual({ unsealed: 0, waiting: 1, refused: 1 })
    expect(store.prune(1_000_000)).toBe(1)
    expect(store.pending("s", 10).map(({ bytes }) => [...bytes])).toEqual([[3]])
    store.close()
  })

  test("gives a withheld reading no sequence", () => {
    const store = new GatewayStore(file())
    store.transaction(() => store.stash(store.assign([reading(1), reading(2, { isWithheld: true }), reading(3)])))
    expect(store.unsealed("ada", 10).map(({ sequence }) => sequence)).toEqual([1, 0, 2])
    store.close()
  })

  test("takes back everything of a transaction that fails, sequences too", () => {
    const store = new GatewayStore(file())
    expect(() => store.transaction(() => {
      store.stash(store.assign([reading(1)]))
      throw new Error("in the middle")
    })).toThrow("in the middle")
    expect(store.meter("p1").sequence).toBe(0)
    store.transaction(() => store.stash(store.assign([reading(2)])))
    expect(store.unsealed("ada", 10)).toMatchObject([{ sequence: 1, time: 2 }])
    store.close()
  })

  test("belongs to one gateway at a time", () => {
    const store = new GatewayStore(file())
    expect(() => new GatewayStore(file())).toThrow(expect.objectContaining({ name: "StoreError", problem: "in use" }))
    store.close()
    new GatewayStore(file()).close()
  })

  test("names a file that is none, an older form and a folder that is not there", () => {
    writeFileSync(file(), "no database at all, and longer than a header of one: ".repeat(20))
    expect(() => new GatewayStore(file())).toThrow(expect.objectContaining({ problem: "not a store" }))
    const old = join(folder, "old.sqlite")
    const database = new DatabaseSync(old)
    database.exec("create table pending (id integer)")
    database.close()
    expect(() => new GatewayStore(old)).toThrow(expect.objectContaining({ problem: "not a store" }))
    expect(() => new GatewayStore(join(folder, "nowhere", "g.sqlite"))).toThrow(expect.objectContaining({ problem: "not writable" }))
  })

  test("of the earlier form is brought up to the present one, with everything that it holds; one of a later form is refused", () => {
    // The form of the release before: no clock offsets, no site of a batch.
    const before = new DatabaseSync(file())
    before.exec(`create table meter (metering_point text primary key, sequence integer not null, time integer not null, memory text not null) without rowid;
      create table chain (signer text primary key, last_batch blob not null) without rowid;
      create table reading (id integer primary key autoincrement, site text not null, metering_point text not null, sequence integer not null,
        time integer not null, register_wh integer not null, power_w integer not null, flags text not null, raw blob not null);
      create index reading_of_site on reading (site, id);
      create table batch (id integer primary key autoincrement, signer text not null, hash blob not null, bytes blob not null,
        state integer not null default 0, refills integer not null default 0, receipt blob, received_at integer);
      create index batch_waiting on batch (signer, id) where state in (0, 2);
      create index batch_received on batch (received_at) where state in (1, 3);
      insert into meter values ('p1', 7, 900, '{}');
      insert into chain values ('s', x'0506');
      insert into reading values (1, 'ada', 'p1', 7, 900, 1000, 40, '["TornWords"]', x'01');
      insert into batch (signer, hash, bytes) values ('s', x'0506', x'09');
      pragma user_version = 2;`)
    before.close()
    const store = new GatewayStore(file())
    expect(store.meter("p1")).toEqual({ sequence: 7, time: 900, memory: {} })
    expect(store.lastBatch("s")).toEqual(Uint8Array.of(5, 6))
    expect(store.unsealed("ada", 10)).toEqual([{ id: 1, meteringPoint: "p1", sequence: 7, time: 900, registerWh: 1_000, powerW: 40, flags: ["TornWords"], raw: Uint8Array.of(1), clockOffset: undefined }])
    expect(store.pending("s", 10)).toMatchObject([{ bytes: Uint8Array.of(9), site: undefined }])
    store.transaction(() => store.stash(store.assign([reading(1_800, { clockOffset: -3 })])))
    store.close()
    const again = new GatewayStore(file())
    expect(again.unsealed("ada", 10).map(({ sequence, clockOffset }) => [sequence, clockOffset])).toEqual([[7, undefined], [8, -3]])
    again.close()
    const later = new DatabaseSync(file())
    later.exec("pragma user_version = 4")
    later.close()
    expect(() => new GatewayStore(file())).toThrow(expect.objectContaining({ problem: "not a store", message: expect.stringContaining("form 4") as string }))
  })

  test("has every write that returned after kill -9, and nothing of the one that ran", () => {
    // A process of its own writes and says so; in the middle of a transaction it kills itself.
    const program = `
      const { GatewayStore } = await import(${JSON.stringify(new URL("./gateway-store.ts", import.meta.url).href)})
      const store = new GatewayStore(${JSON.stringify(file())})
      const reading = (time) => ({ site: "ada", meteringPoint: "p1", time, registerWh: time, powerW: 0, flags: [], raw: new Uint8Array(1), isWithheld: false, memory: {} })
      for (let time = 1; time <= 20; time++) store.transaction(() => store.stash(store.assign([reading(time)])))
      store.transaction(() => { store.stash(store.assign([reading(21)])); process.kill(process.pid, "SIGKILL"); for (;;) {} })`
    expect(spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" })).toMatchObject({ signal: "SIGKILL" })
    const store = new GatewayStore(file())
    expect(store.unsealed("ada", 100).map(({ sequence, time }) => [sequence, time])).toEqual(Array.from({ length: 20 }, (_, index) => [index + 1, index + 1]))
    store.close()
  })
})
