import { execFile } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, expect, it } from "vitest"
import { makeXlsx } from "../../adapters/documents/testing/make-xlsx.ts"

const repository = fileURLToPath(new URL("../../", import.meta.url))
const demo = join(repository, "infra/demo/settlement")
const folder = mkdtempSync(join(tmpdir(), "commonwatt-offline-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the command line as its own process. */
const commonwatt = (...args: ReadonlyArray<string>): Promise<{ readonly code: number; readonly output: string; readonly errors: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [join(repository, "adapters/cli/main.ts"), ...args], { cwd: folder }, (error, output, errors) => {
      resolve({ code: error === null ? 0 : Number(error.code), output, errors })
    })
  })

const files = ["--rules", join(demo, "rules.json"), "--tariffs", join(demo, "tariffs.json"), "--trades", join(demo, "trades.csv"), "--on", "2016-04-15"]

it("settles, verifies and explains on the command line; a wrong row ends with its name and leaves nothing", async () => {
  const out = join(folder, "march")
  const settled = await commonwatt("settle", ...files, "--intervals", join(demo, "intervals.csv"), "--out", out)
  expect([settled.code, settled.errors]).toEqual([0, ""])
  expect(settled.output).toContain("energy error 0 Wh, money error 0 nano-EUR")
  expect((await commonwatt("verify", out)).output).toContain("all hashes and the root are right")
  expect((await commonwatt("explain", out, "--member", "cleo", "--line", "community")).output).toContain("rounded once to")

  const wrong = join(folder, "wrong.csv")
  writeFileSync(wrong, readFileSync(join(demo, "intervals.csv"), "utf8").replace("2016-03-26T11:00Z,2016-03-26T12:00+0100,761", "2016-03-26T11:00Z,2016-03-26T12:00+0100,7.61"))
  const refused = await commonwatt("settle", ...files, "--intervals", wrong, "--out", join(folder, "none"))
  expect(refused.code).not.toBe(0)
  expect(refused.errors).toMatch(/row 50, column 3 \(ada-roof\): "7\.61" is no amount of Wh/)
  expect(existsSync(join(folder, "none"))).toBe(false)
})

it("settles a workbook as it comes from an office, and names its cell where it is wrong", async () => {
  const rows = readFileSync(join(demo, "intervals.csv"), "utf8").trim().split("\n").map((line) => line.split(","))
  // kWh as numbers and as texts with a comma, times without an offset, and a row left empty.
  const sheet = rows.map((cells, row) => cells.map((cell, column) => (row === 0 ? cell : column < 2 ? (column === 0 ? cell.replace("T", " ").replace("Z", "") : cell) : column === 3 ? (Number(cell) / 1_000).toFixed(3).replace(".", ",") : Number(cell) / 1_000)))
  const workbook = join(folder, "march.xlsx")
  writeFileSync(workbook, makeXlsx(sheet.toSpliced(40, 0, [])))
  const out = join(folder, "of-a-workbook")
  const settled = await commonwatt("settle", ...files, "--intervals", workbook, "--unit", "kWh", "--out", out)
  expect([settled.code, settled.errors]).toEqual([0, ""])
  const plain = join(folder, "of-a-csv")
  await commonwatt("settle", ...files, "--intervals", join(demo, "intervals.csv"), "--out", plain)
  const resultOf = (run: string): unknown => (JSON.parse(readFileSync(join(run, "run.json"), "utf8")) as { resultHash: string }).resultHash
  expect(resultOf(out)).toBe(resultOf(plain))
  expect((await commonwatt("verify", out)).output).toContain("all hashes and the root are right")

  writeFileSync(workbook, makeXlsx(sheet.with(50, sheet[50]!.with(2, "much"))))
  const refused = await commonwatt("settle", ...files, "--intervals", workbook, "--unit", "kWh", "--out", join(folder, "of-nothing"))
  expect(refused.errors).toContain('row 51, column 3 (ada-roof): "much" is no amount of kWh')
  expect(existsSync(join(folder, "of-nothing"))).toBe(false)
}, 240_000)
