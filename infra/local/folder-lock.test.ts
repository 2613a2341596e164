import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, expect, test } from "vitest"
import { withLock } from "./folder-lock.ts"

const folder = await mkdtemp(join(tmpdir(), "commonwatt-lock-"))
const lock = join(folder, "lock")
afterAll(() => rm(folder, { recursive: true }))

test("only one works at a time, and nothing is left behind", async () => {
  let inside = 0
  let most = 0
  const work = async (): Promise<void> => {
    most = Math.max(most, ++inside)
    await sleep(5)
    inside--
  }
  await Promise.all(Array.from({ length: 8 }, () => withLock(lock, work)))
  expect(most).toBe(1)
  expect(await readdir(folder)).toEqual([])
})

test("the lock of a dead process, or half a lock, is broken", async () => {
  for (const left of [JSON.stringify({ pid: process.pid, startMark: "an earlier life" }), "{"]) {
    await writeFile(lock, left)
    expect(await withLock(lock, async () => "worked")).toBe("worked")
  }
})

test("work that fails frees the lock", async () => {
  await expect(withLock(lock, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken")
  expect(await withLock(lock, async () => "worked")).toBe("worked")
})
