import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { removeData } from "../../infra/local/remove-data.ts"
import { withDatabase } from "./harness/database.ts"
import { emptyFolder, runCommonwatt, settle, spawnCommonwatt, type MarketProcess } from "./harness/market-process.ts"
import { deriveWorld } from "./harness/worlds.ts"

/** Official values and the operator's commands, on a market at rest and on one that runs. */
const folder = emptyFolder("import")
const data = join(folder, "data")
mkdirSync(data)
const file = join(folder, "export.csv")
const world = deriveWorld(folder, (one) => {
  Object.assign(one, { name: "import", liveFromClock: "02:00", members: (one as unknown as { members: Array<unknown> }).members.slice(0, 4) })
})
const begun = ["--world", world, "--from", "2016-03-26", "--no-chain"]
const point = "semiurb4-load-00"
let market: MarketProcess | undefined

const row = (clock: string, wattHours: string, quality = "W"): string => `26.03.2016;${clock};${clock};${wattHours};${quality}`
const write = (...rows: ReadonlyArray<string>): void => writeFileSync(file, ["Messlokation;DE0001", "", "Datum;von;bis;Verbrauch [kWh];Status", ...rows].join("\n"))
const importFile = (...args: ReadonlyArray<string>) => runCommonwatt(["import", "--file", file, "--data", data, "--world", world, "--points", join(folder, "points.json"), "--json", ...args])
const versions = () =>
  withDatabase(data, "embedded", async (pool) =>
    (await pool.query("select period, version, energy_wh, quality from interval_value where metering_point = $1 and period < $2 order by period, version", [point, Date.UTC(2016, 2, 25, 23, 30) / 1000])).rows.map((one) => [one.version, one.energy_wh, one.quality])
  )

beforeAll(async () => {
  writeFileSync(join(folder, "points.json"), JSON.stringify({ DE0001: point }))
  await settle(data, 6, begun)
})

afterAll(async () => {
  market?.interrupt()
  await market?.ended
  await removeData(join(data, "postgres"))
})

test("a market at rest: problems by row and a preview write nothing, an import makes new versions", async () => {
  const before = await versions()
  write(row("00:00", "0,050"), row("00:15", "0,0515"), row("00:30", "?"))
  const wrong = await importFile()
  expect(wrong.code).toBe(1)
  expect(wrong.stderr).toContain("row 5, column D: finer than 1 Wh (\"0,0515\")")
  expect(wrong.stderr).toContain("row 6, column D: not a number (\"?\")")
  write(row("00:00", "0,050"), row("00:15", "0,051", "E"))
  const preview = await importFile("--preview")
  expect(JSON.parse(preview.stdout)).toMatchObject({ layout: "german-portal", written: false, points: [{ meteringPoint: point, periods: 2, officialWh: 101, takenOver: 2 }] })
  expect(await versions()).toEqual(before)
  const done = await importFile()
  expect(JSON.parse(done.stdout)).toMatchObject({ written: true })
  expect(await versions()).toEqual([before[0], [2, 50, "measured"], before[1], [2, 51, "substitute"]])
})

test("a market that runs takes imports and the operator's commands from its log, and the API shows who and why", async () => {
  market = spawnCommonwatt(["start", "--data", data, ...begun, "--speed", "60", "--port", "0"])
  const [, url] = /console: (http:\S+)/.exec(await market.says(/console: http:\S+/))!
  await market.says("live from")
  expect(JSON.parse((await importFile()).stdout)).toMatchObject({ written: false, points: [{ takenOver: 0, unchanged: 2 }] })
  write(row("00:00", "99999"))
  const above = await importFile()
  expect([above.code, above.stderr.includes("above the connection's capacity")]).toEqual([1, true])
  write(row("00:00", "0,060"))
  expect(JSON.parse((await importFile()).stdout)).toMatchObject({ written: true })
  const commands = join(folder, "commands.json")
  const period = "2016-03-26T00:15:00+01:00"
  writeFileSync(commands, JSON.stringify([
    { kind: "EditIntervalValue", meteringPoint: point, period, beforeWh: 51, beforeVersion: 2, afterWh: 55, quality: "substitute", who: "erika", why: "estimated by hand" },
    { kind: "AssignLoadProfile", meteringPoint: point, profile: "H25", yearlyWh: 3_500_000 }
  ]))
  const operate = () => runCommonwatt(["operate", "--file", commands, "--data", data, "--world", world])
  expect(await operate()).toMatchObject({ code: 0 })
  const again = await operate()
  expect([again.code, again.stderr.includes("VersionNotCurrent")]).toEqual([1, true])
  const shown = (await (await fetch(`${url}/api/metering-points/${point}/versions?day=2016-03-26`)).json()) as Array<{ version: number; energyWh: number; edit: unknown }>
  expect(shown.filter(({ version }) => version === 3)).toMatchObject([{ energyWh: 60, edit: null }, { energyWh: 55, edit: { who: "erika", why: "estimated by hand" } }])
  market.interrupt()
  expect((await market.ended).code).toBe(0)
})
