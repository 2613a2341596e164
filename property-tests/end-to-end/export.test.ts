import { execFileSync } from "node:child_process"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type pg from "pg"
import { afterAll, beforeAll, expect, it } from "vitest"
import { removeDataFolder } from "./harness/data-folder.ts"
import { withDatabase } from "./harness/database.ts"
import { emptyFolder, runCommonwatt, settle } from "./harness/market-process.ts"
import { demoArguments, periods } from "./harness/worlds.ts"

/*
 * The demo market over two local days, one of 96 and one of 92 periods, with a correction of the first: taken out by
 * `export` and settled again by `settle`, which share nothing but the files. What was posted is read by code of its own.
 */

const data = emptyFolder("export")
const work = emptyFolder("export-files")
afterAll(async () => {
  await removeDataFolder(data)
  await removeDataFolder(work)
})

const POINT = "semiurb4-load-00"
const [first, second] = ["2016-03-26", "2016-03-27"]

const inDatabase = <Row>(sql: string, values: ReadonlyArray<unknown> = []): Promise<ReadonlyArray<Row>> =>
  withDatabase(data, "embedded", async (pool: pg.Pool) => (await pool.query(sql, [...values])).rows as ReadonlyArray<Row>)

/** An operator's edit behind the first day: 400 Wh more at noon. */
const editNoon = async (): Promise<void> => {
  const noon = "2016-03-26T12:00:00+01:00"
  const [standing] = await inDatabase<{ version: number; energy_wh: number }>("select version, energy_wh from interval_value where metering_point = $1 and period = $2 order by version desc limit 1", [POINT, Date.parse(noon) / 1_000])
  const file = join(work, "edit.json")
  writeFileSync(file, JSON.stringify([{ kind: "EditIntervalValue", meteringPoint: POINT, period: noon, beforeWh: standing!.energy_wh, beforeVersion: standing!.version, afterWh: standing!.energy_wh + 400, quality: "substitute", who: "erika", why: "read at the meter" }]))
  expect(await runCommonwatt(["operate", "--file", file, "--data", data])).toMatchObject({ code: 0 })
}

beforeAll(async () => {
  const start = (count: number) => settle(data, count, [...demoArguments, "--no-chain"])
  await start(100)
  await editNoon()
  await start(periods)
})

const linesOf = (path: string): Array<string> => readFileSync(path, "utf8").trimEnd().split("\n")

/** Wh and nano-units in favour of each member's metering point, by kind, as the database has them over all versions of some days. */
const postedByPoint = async (days: ReadonlyArray<string>): Promise<Record<string, string>> => {
  const rows = await inDatabase<{ holder: string; metering_point: string; kind: string; wh: string; nano: string }>(
    `select holder, metering_point, kind, sum(energy_wh) as wh, sum(amount) as nano from posting join run using (area, run_id)
     where metering_point <> '' and position is not null and settlement_period = any($1) group by holder, metering_point, kind having sum(energy_wh) <> 0 or sum(amount) <> 0`,
    [days]
  )
  const kinds: Record<string, string> = { "residual-supply": "energy" }
  return Object.fromEntries(rows.map(({ holder, metering_point, kind, wh, nano }) => [`${holder} ${metering_point} ${kinds[kind] ?? kind}`, `${wh} Wh ${nano}`]))
}

/** The same of a run's bookings.csv. */
const settledByPoint = (run: string): Record<string, string> => {
  const sums = new Map<string, { wh: number; nano: bigint }>()
  const add = (key: string, wh: number, nano: bigint): void => {
    const sum = sums.get(key) ?? { wh: 0, nano: 0n }
    sums.set(key, { wh: sum.wh + wh, nano: sum.nano + nano })
  }
  for (const line of linesOf(join(run, "bookings.csv")).slice(1)) {
    const [payer, payee, kind, , payerPoint, payeePoint, wh, nano] = line.split(",") as [string, string, string, string, string, string, string, string]
    if (kind === "rounding") continue
    if (payerPoint !== "") add(`${payer} ${payerPoint} ${kind}`, Number(wh), -BigInt(nano))
    if (payeePoint !== "") add(`${payee} ${payeePoint} ${kind}`, Number(wh), BigInt(nano))
  }
  return Object.fromEntries([...sums].map(([key, { wh, nano }]) => [key, `${wh} Wh ${nano}`]))
}

/** Exports days and settles the files as the README in their folder says. */
const exportAndSettle = async (name: string, more: ReadonlyArray<string>) => {
  const folder = join(work, name)
  const exported = await runCommonwatt(["export", "--data", data, "--out", folder, ...more])
  expect([exported.code, exported.code === 0 ? "" : exported.stderr]).toEqual([0, ""])
  const lines = readFileSync(join(folder, "README.txt"), "utf8").split("\n")
  const line = lines.find((one) => one.includes("npx commonwatt settle"))!
  const settleArguments = line.trim().split(" ").slice(2).map((word) => word.replace("$D", folder))
  const settled = await runCommonwatt(settleArguments)
  expect([settled.code, settled.stderr]).toEqual([0, ""])
  // The comparison as the README has it: what differs would be printed, and is an error.
  expect(execFileSync("sh", ["-c", lines.find((one) => one.includes("grep"))!], { env: { ...process.env, D: folder }, encoding: "utf8" })).toBe("")
  return { folder, run: join(folder, "settled"), said: exported.stdout, summary: settled.stdout }
}

it("two days with a correction, settled again from the exported files, are to the nano-unit what the database says was posted", async () => {
  const { folder, run, said, summary } = await exportAndSettle("both", [])
  expect(said).toContain("settled again from the files, to the Wh and nano-EUR")
  expect(summary).toContain(`${first}..${second}, version 1`)
  expect((await runCommonwatt(["verify", run])).stdout).toContain("all hashes and the root are right")
  const found = settledByPoint(run)
  expect(Object.keys(found).length).toBeGreaterThan(150)
  expect(new Set(Object.keys(found).map((key) => key.split(" ")[2]))).toEqual(new Set(["market", "imbalance", "sharing", "energy", "feed-in"]))
  expect(found).toEqual(await postedByPoint([first, second]))
  expect(linesOf(join(run, "bookings.csv")).filter((line) => !line.includes("@rounding"))).toEqual(linesOf(join(folder, "posted.csv")))
  const manifest = JSON.parse(readFileSync(join(folder, "export.json"), "utf8")) as { days: ReadonlyArray<{ batch: string; version: number; root: string; status: string }> }
  const batches = await inDatabase<{ settlement_period: string; version: number; root: Buffer; status: string }>("select settlement_period, version, root, status from batch")
  expect(batches).toHaveLength(3)
  expect(manifest.days.map(({ version }) => version)).toEqual([2, 1])
  for (const { batch, root, status } of manifest.days) {
    const own = batches.find((one) => batch.endsWith(`/${one.settlement_period}/${one.version}`))!
    expect([root, status]).toEqual([own.root.toString("hex"), own.status])
  }
})

it("one day alone", async () => {
  const { run } = await exportAndSettle("one", ["--from", second, "--until", second])
  expect(settledByPoint(run)).toEqual(await postedByPoint([second]))
})

it("a folder that exists is not overwritten, and what is refused leaves nothing behind", async () => {
  const again = await runCommonwatt(["export", "--data", data, "--out", work])
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("exists, and an export is never overwritten") as string])
  const none = join(work, "none")
  const refused = async (...more: ReadonlyArray<string>): Promise<string> => {
    const ended = await runCommonwatt(["export", "--data", data, "--out", none, ...more])
    expect(ended.code).toBe(1)
    expect(existsSync(none)).toBe(false)
    return ended.stderr
  }
  expect(await refused("--until", "2016-03-28")).toContain(`2016-03-28 of sonnenhang is not settled; its settled days are ${first} to ${second}`)
  expect(await refused("--community", "elsewhere")).toContain("elsewhere is no community with a settled day")
  expect((await runCommonwatt(["export", "--data", work, "--out", none])).stderr).toContain("is no data folder of commonwatt")
  // The journal was changed from outside: its first day no longer gives the run that was recorded.
  await inDatabase("update interval_value set energy_wh = energy_wh + 1 where metering_point = $1 and period = $2", [POINT, Date.parse("2016-03-27T12:00:00+02:00") / 1_000])
  expect(await refused()).toContain(`the journal no longer gives the run of ${second} that was recorded (version 1 of sonnenhang)`)
  expect((await exportAndSettle("untouched", ["--until", first])).said).toContain(`sonnenhang/${first}/2 root`)
})
