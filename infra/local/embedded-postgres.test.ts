import { existsSync } from "node:fs"
import { chown, mkdir, rm, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { expect, test } from "vitest"
import { startEmbeddedPostgres } from "./embedded-postgres.ts"
import { PartUnavailable } from "./part.ts"
import { withClient } from "./postgres-connection.ts"
import { identify, readRecord, writeRecord } from "./process-record.ts"
import { crash, startElsewhere } from "./testing/other-program.ts"
import { temporaryFolder } from "./testing/temporary-folder.ts"

const { folder, keep } = await temporaryFolder()
const root = process.getuid?.() === 0
const nobody = 65_534

const one = async (url: string, sql: string): Promise<unknown> =>
  withClient(url, async (client) => Object.values((await client.query(sql)).rows[0] ?? {})[0])

const start = async (name: string) => keep(await startEmbeddedPostgres({ dataDir: join(folder, name) }))

test("a new cluster has the wanted settings, and a restart keeps data and port", async () => {
  const first = await start("keeps")
  expect(first.adopted).toBe(false)
  expect(await one(first.url, "show fsync")).toBe("on")
  expect(await one(first.url, "show synchronous_commit")).toBe("on")
  expect(await one(first.url, "show server_encoding")).toBe("UTF8")
  expect(await one(first.url, "select datcollate from pg_database where datname = current_database()")).toBe("C")
  await one(first.url, "create table kept as select 42 as value")
  await first.stop()
  expect(identify(first.pid ?? 0)).toBeUndefined()
  const second = await start("keeps")
  expect(second.url).toBe(first.url)
  expect(await one(second.url, "select value from kept")).toBe(42)
})

test("nobody else can read the data or the password, and a wrong password is refused", async () => {
  const dataDir = join(folder, "keeps")
  expect((await stat(join(dataDir, "password"))).mode & 0o077).toBe(0)
  expect((await stat(join(dataDir, "cluster"))).mode & 0o077).toBe(0)
  const { url, password } = await start("keeps")
  await expect(one(url.replace(password, "guess"), "select 1")).rejects.toThrow(/password authentication failed/)
})

test("the server survives kill -9 of its starter and is adopted, not doubled", async () => {
  const dataDir = join(folder, "crash")
  const { child, started } = await startElsewhere("embedded-postgres.ts", "startEmbeddedPostgres", { dataDir })
  await crash(child)
  const adopted = await start("crash")
  expect(adopted).toMatchObject({ adopted: true, pid: started.pid })
  expect(await one(adopted.url, "select 1")).toBe(1)
})

test("after kill -9 of the server itself a new one recovers the data", async () => {
  const first = await start("killed")
  await one(first.url, "create table kept as select 7 as value")
  process.kill(first.pid ?? 0, "SIGKILL")
  while (identify(first.pid ?? 0)) await sleep(5)
  const second = await start("killed")
  expect(second.adopted).toBe(false)
  expect(await one(second.url, "select value from kept")).toBe(7)
})

test("a stale record and lock file with a reused pid do not hinder a start", async () => {
  const dataDir = join(folder, "stale")
  const first = await start("stale")
  await first.stop()
  const record = readRecord(dataDir)
  if (record === undefined) throw new Error("the record is gone")
  writeRecord(dataDir, { ...record, process: { pid: process.pid, startMark: "an earlier life" } })
  const lock = [process.pid, join(dataDir, "cluster", "data"), 0, first.port, "", "127.0.0.1", ""].join("\n")
  await writeFile(join(dataDir, "cluster", "data", "postmaster.pid"), lock)
  const second = await start("stale")
  expect(second.adopted).toBe(false)
  expect(second.pid).not.toBe(process.pid)
})

test("a data folder deleted under a running server begins anew", async () => {
  const first = await start("deleted")
  await one(first.url, "create table gone (value int)")
  await rm(join(folder, "deleted"), { recursive: true })
  const second = await start("deleted")
  expect(await one(second.url, "select to_regclass('gone')")).toBeNull()
  if (root) expect(identify(first.pid ?? 0)).toBeUndefined()
})

test("data of another major version is refused with a mend", async () => {
  const first = await start("older")
  await first.stop()
  await writeFile(join(folder, "older", "cluster", "data", "PG_VERSION"), "15\n")
  const refused = await start("older").catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(PartUnavailable)
  expect(String(refused)).toMatch(/made by PostgreSQL 15.*To mend it: choose another data folder/)
})

test.runIf(root)("it runs for a plain user too, who is told about a folder that he may not write", async () => {
  const home = join(folder, "plain")
  await mkdir(home, { mode: 0o755 })
  await chown(home, nobody, nobody)
  const options = { dataDir: join(home, "pg"), cacheDir: join(home, "cache") }
  const { child, started } = await startElsewhere("embedded-postgres.ts", "startEmbeddedPostgres", options, nobody)
  expect(started.error).toBeUndefined()
  expect(existsSync(join(home, "pg", "cluster", "data", "PG_VERSION"))).toBe(true)
  await crash(child)
  if (started.pid !== undefined) process.kill(started.pid, "SIGINT")
  while (identify(started.pid ?? 0)) await sleep(5)
  const barred = { ...options, dataDir: join(folder, "barred") }
  const { started: refused } = await startElsewhere("embedded-postgres.ts", "startEmbeddedPostgres", barred, nobody)
  expect(refused.error).toMatch(/not writable for user 65534.*To mend it: make it writable/)
})
