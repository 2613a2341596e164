import type pg from "pg"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Figures } from "../../adapters/cli/report/figures.ts"
import { withDatabase } from "./harness/database.ts"
import { removeVillages, village, type Village } from "./harness/village.ts"

let one: Village
let figures: Figures

beforeAll(async () => {
  one = village("replay")
  figures = await one.finish()
})
afterAll(removeVillages)

describe("a finished market", () => {
  it("has one state hash: live, by replay from genesis, by snapshot and tail", async () => {
    const { code, reports } = await one.audit()
    const { stateHash } = figures
    expect(reports).toEqual([
      { area: "semiurb4", records: expect.any(Number), stateHash, stateHashFromGenesis: stateHash, stateHashFromSnapshot: stateHash, runs: 1, runsThatDiffer: 0, corrections: [], sound: true }
    ])
    expect(code).toBe(0)
  })

  it("prints the same object when it is started once more", async () => {
    expect(await one.finish()).toEqual(figures)
  })

  it("comes to the same state over a tail, where the newest snapshot is gone", async () => {
    await withDatabase(one.data, "embedded", (pool) => pool.query("delete from snapshot"))
    expect(await one.finish()).toEqual(figures)
  })
})

/** Someone with the database's password changes something and covers it up no further; `found` is what the audit says. */
interface Tampering {
  readonly name: string
  readonly change: string
  readonly undo: string
  readonly found: RegExp
}

const swap = "update journal set position = case position when 300 then 301 when 301 then -301 else 300 end where area = 'semiurb4' and position in "
const tamperings: ReadonlyArray<Tampering> = [
  {
    name: "one bit of a ciphertext",
    change: "update journal set ciphertext = set_byte(ciphertext, 20, get_byte(ciphertext, 20) # 1) where position = 300",
    undo: "update journal set ciphertext = set_byte(ciphertext, 20, get_byte(ciphertext, 20) # 1) where position = 300",
    found: /the hash chain breaks at position 300/
  },
  {
    name: "a deleted row",
    change: "create table taken as select * from journal where position = 300; delete from journal where position = 300",
    undo: "insert into journal select * from taken; drop table taken",
    found: /position 300 is missing/
  },
  {
    name: "the last row deleted",
    change: "create table taken as select * from journal order by position desc limit 1; delete from journal where position = (select position from taken)",
    undo: "insert into journal select * from taken; drop table taken",
    found: /position \d+ is missing/
  },
  {
    name: "two rows swapped",
    change: `${swap}(301); ${swap}(300); ${swap}(-301)`,
    undo: `${swap}(301); ${swap}(300); ${swap}(-301)`,
    found: /the hash chain breaks at position 300/
  },
  {
    name: "a verdict",
    change: "update journal set verdict = 'BadSignature' where position = 300",
    undo: "update journal set verdict = 'Accepted' where position = 300",
    found: /the hash chain breaks at position 300/
  },
  {
    name: "a snapshot",
    change: "update snapshot set state = set_byte(state, 100, get_byte(state, 100) # 1)",
    undo: "update snapshot set state = set_byte(state, 100, get_byte(state, 100) # 1)",
    found: /the snapshot at \d+ does not match its hash/
  },
  {
    name: "a Wh in an interval value",
    change: "update interval_value set energy_wh = energy_wh + 1 where metering_point = 'semiurb4-load-09' and period = 1458990000",
    undo: "update interval_value set energy_wh = energy_wh - 1 where metering_point = 'semiurb4-load-09' and period = 1458990000",
    found: /"runsThatDiffer": 1[^]*the journal is not sound/
  },
  {
    name: "the price of a trade",
    change: "update trade set price = price + 1 where trade_id = (select min(trade_id) from trade)",
    undo: "update trade set price = price - 1 where trade_id = (select min(trade_id) from trade)",
    found: /"runsThatDiffer": 1[^]*the journal is not sound/
  }
]

/** Changes the stored bytes; the change is worth nothing unless it hits something. */
const apply = async (pool: pg.Pool, sql: string): Promise<void> => {
  const results = [await pool.query(sql)].flat() as ReadonlyArray<pg.QueryResult>
  expect(results.at(-1)!.command === "DROP" || results.every(({ rowCount }) => rowCount !== 0)).toBe(true)
}

describe("tampering that the audit names", () => {
  it.each(tamperings)("$name", async ({ change, undo, found }) => {
    await withDatabase(one.data, "embedded", async (pool) => {
      await apply(pool, change)
      const tampered = await one.audit()
      await apply(pool, undo)
      expect(`${tampered.stdout}${tampered.stderr}`).toMatch(found)
      expect(tampered.code).toBe(1)
    })
  })

  it("leaves nothing behind once it is undone, and never stops a database that ran before it", async () => {
    await withDatabase(one.data, "embedded", async (pool) => {
      expect((await one.audit()).code).toBe(0)
      expect((await pool.query("select 1 as one")).rows).toEqual([{ one: 1 }])
    })
  })

  it("a start over a tampered tail refuses and says what to do", async () => {
    const { change, undo } = tamperings[0]!
    await withDatabase(one.data, "embedded", (pool) => apply(pool, change))
    await withDatabase(one.data, "embedded", (pool) => pool.query("delete from snapshot"))
    const { code, stderr } = await one.spawn().ended
    expect(stderr).toMatch(/the journal of area semiurb4 does not hold together: the hash chain breaks at position 300\n {2}To mend it: keep the data folder/)
    expect(code).toBe(1)
    await withDatabase(one.data, "embedded", (pool) => apply(pool, undo))
    expect(await one.finish()).toEqual(figures)
  })
})

describe("a second writer", () => {
  it("fences the first, which explains itself, ends with 1 and writes nothing more", async () => {
    const fenced = village("fenced")
    const market = fenced.spawn()
    await market.says(/lockstep: market time 2016-03-26T0[1-9]/)
    const headAt = "next_position, epoch, state_hash, (select count(*) from journal) as records, (select max(next_position) from snapshot) as snapshot"
    const taken = await withDatabase(fenced.data, "embedded", async (pool) => {
      await pool.query("update area_head set epoch = epoch + 1")
      return (await pool.query(`select ${headAt} from area_head`)).rows
    })
    const { code, stdout, stderr } = await market.ended
    expect(stderr).toMatch(/another process has taken area semiurb4 over, so this one stopped without writing\n {2}To mend it: /)
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" })
    expect(await withDatabase(fenced.data, "embedded", async (pool) => (await pool.query(`select ${headAt} from area_head`)).rows)).toEqual(taken)
    expect((await fenced.finish()).outcomeHash).toBe(figures.outcomeHash)
  })
})
