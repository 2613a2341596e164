import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { identify, isAlive, readRecord, writeRecord } from "./process-record.ts"

const folder = await mkdtemp(join(tmpdir(), "commonwatt-record-"))
afterAll(() => rm(folder, { recursive: true }))

test("a living process is known by its pid and its start", () => {
  const self = identify(process.pid)
  expect(self).toBeDefined()
  expect(self && isAlive(self)).toBe(true)
})

test("a reused pid is not the process of the record", () => {
  expect(isAlive({ pid: process.pid, startMark: "another start" })).toBe(false)
})

test("a process that has ended is not alive", async () => {
  const child = spawn("sleep", ["60"])
  const identity = identify(child.pid ?? 0)
  child.kill("SIGKILL")
  await once(child, "exit")
  expect(identity && isAlive(identity)).toBe(false)
})

test("a record comes back as written, and an unreadable one counts as none", async () => {
  const record = { part: "test", version: "1", ports: { port: 5 }, process: { pid: 7, startMark: "x" } }
  writeRecord(folder, record)
  expect(readRecord(folder)).toEqual(record)
  await writeFile(join(folder, "record.json"), `{"part":"te`)
  expect(readRecord(folder)).toBeUndefined()
})
