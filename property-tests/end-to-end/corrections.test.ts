import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, expect, it } from "vitest"
import { lookIntoChain } from "./harness/chain-inside.ts"
import { copyDataFolder } from "./harness/data-folder.ts"
import { withDatabase } from "./harness/database.ts"
import { emptyFolder, runCommonwatt } from "./harness/market-process.ts"
import { LAST_OF_MARCH, writeTwoMonths } from "./harness/two-months.ts"
import { killAt, removeVillages, village, type Village } from "./harness/village.ts"

afterAll(removeVillages)

const POINT = "semiurb4-load-00"
const OTHER = "semiurb4-load-07"
/** Noon of the last of March by the clock on the wall. */
const NOON = "2016-03-31T12:00:00+02:00"

type Days = readonly [first: Village, second: Village, third: Village]

/** The same data folder of a few households, run to the end of the first, second and third local day. */
const daysOf = (data: string, feeder: string, chain: boolean): Days => {
  const until = (periods: number) => village("corrections", { data, periods, chain, from: LAST_OF_MARCH, change: (world) => void (world.feeder = feeder) })
  return [until(96), until(192), until(288)]
}

const standing = (one: Village, meteringPoint: string, time: string) =>
  withDatabase(one.data, "embedded", async (pool) => {
    const { rows } = await pool.query<{ version: number; energy_wh: number }>(
      "select version, energy_wh from interval_value where metering_point = $1 and period = $2 order by version desc limit 1",
      [meteringPoint, Date.parse(time) / 1_000]
    )
    return rows[0]!
  })

/** An operator's edit: `more` Wh than stand there. */
const edit = async (one: Village, meteringPoint: string, more: number): Promise<void> => {
  const { version, energy_wh } = await standing(one, meteringPoint, NOON)
  const file = join(one.data, "edit.json")
  const who = { who: "erika", why: "read at the meter" }
  writeFileSync(file, JSON.stringify([{ kind: "EditIntervalValue", meteringPoint, period: NOON, beforeWh: energy_wh, beforeVersion: version, afterWh: energy_wh + more, quality: "substitute", ...who }]))
  expect(await runCommonwatt(["operate", "--file", file, "--data", one.data, "--world", one.worldFile])).toMatchObject({ code: 0 })
}

/** The grid operator's values of an hour of the evening. */
const importHour = async (one: Village): Promise<void> => {
  const file = join(one.data, "official.csv")
  const rows = ["18:00", "18:15", "18:30", "18:45"].map((clock, index) => `31.03.2016;${clock};${clock};0,${200 + index};W`)
  writeFileSync(file, ["Messlokation;DE0001", "", "Datum;von;bis;Verbrauch [kWh];Status", ...rows].join("\n"))
  writeFileSync(join(one.data, "points.json"), JSON.stringify({ DE0001: OTHER }))
  const imported = await runCommonwatt(["import", "--file", file, "--data", one.data, "--world", one.worldFile, "--points", join(one.data, "points.json"), "--json"])
  expect(JSON.parse(imported.stdout)).toMatchObject({ written: true, points: [{ meteringPoint: OTHER, takenOver: 4 }] })
}

it("an edit and an import behind a settled day, over the turn of a month and two kills: versions 2 and 3 are anchored, and escrow is what all versions posted", async () => {
  const data = emptyFolder("corrections")
  const feeder = writeTwoMonths(data)
  const undisturbed = daysOf(data, feeder, false)
  await undisturbed[0].finish()
  await edit(undisturbed[0], POINT, 400)
  await importHour(undisturbed[0])
  const [first, second, third] = daysOf(await copyDataFolder(data, "corrections-chain"), feeder, true)
  const { outcomeHash } = await undisturbed[1].finish()

  expect(await first.finish()).toMatchObject({ batches: 1, anchored: 1 })
  // Version 2 is computed and stored, but not recorded; then recorded and sent, its fate unknown.
  await killAt(second, "before-record-run", 1)
  await killAt(second, "after-broadcast", 1)
  expect(await second.finish()).toMatchObject({ outcomeHash, chain: "running", batches: 3, anchored: 3, moneyError: 0 })
  // The accounts of March are empty by now.
  await edit(second, POINT, 50)
  expect(await third.finish()).toMatchObject({ batches: 5, anchored: 5, moneyError: 0 })

  const { settled, escrow, journaled } = await lookIntoChain(third)
  expect(settled).toEqual(["2016-03-31/1", "2016-03-31/2", "2016-04-01/1", "2016-03-31/3", "2016-04-02/1"])
  expect(Object.keys(escrow)).toHaveLength(7)
  expect(escrow).toEqual(journaled)

  const audit = await second.audit()
  expect(audit.reports).toMatchObject([{ runs: 5, runsThatDiffer: 0, sound: true }])
  const [before, after] = audit.reports[0]!.corrections
  expect(before).toMatchObject({ settlementPeriod: LAST_OF_MARCH, version: 2 })
  expect(before!.values.map(({ meteringPoint, afterWh }) => [meteringPoint, afterWh]).slice(1)).toEqual([200, 201, 202, 203].map((wh) => [OTHER, wh]))
  expect(after).toMatchObject({ version: 3, values: [{ meteringPoint: POINT, period: "2016-03-31T10:00:00Z", beforeWh: before!.values[0]!.afterWh, afterWh: before!.values[0]!.afterWh + 50 }] })
  const versions = await withDatabase(first.data, "embedded", async (pool) =>
    (await pool.query("select r.version, count(p.line) > 0 as posts, coalesce(sum(p.amount), 0) = 0 as balanced from run r left join posting p using (area, run_id) where settlement_period = $1 group by r.version order by r.version", [LAST_OF_MARCH])).rows
  )
  expect(versions).toEqual([1, 2, 3].map((version) => ({ version, posts: true, balanced: true })))
})

it("a member who cannot pay holds up no batch: what can be paid is paid, and the next day is anchored as well", async () => {
  const one = village("debt", { periods: 188, chain: true, change: (world) => void (world.members[0]!.depositCents = 1) })
  expect(await one.finish()).toMatchObject({ batches: 2, anchored: 2, moneyError: 0 })
  const { settled, escrow, journaled, moved } = await lookIntoChain(one)
  expect(settled).toEqual(["2016-03-26/1", "2016-03-27/1"])
  expect(escrow).toEqual(moved)
  expect(Object.values(journaled).some((credit) => credit.startsWith("-"))).toBe(true)
  expect(Object.values(moved).some((amount) => amount.startsWith("-"))).toBe(false)
})
