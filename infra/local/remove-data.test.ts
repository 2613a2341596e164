import { existsSync } from "node:fs"
import { readlink, rm } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { startEmbeddedPostgres } from "./embedded-postgres.ts"
import { PartUnavailable } from "./part.ts"
import { removeData } from "./remove-data.ts"
import { temporaryFolder } from "./testing/temporary-folder.ts"

const { folder, keep } = await temporaryFolder()
const start = async (name: string) => keep(await startEmbeddedPostgres({ dataDir: join(folder, name) }))

test("data of a running part stays; after a stop nothing of it is left anywhere", async () => {
  const dataDir = join(folder, "removed")
  const server = await start("removed")
  const house = await readlink(join(dataDir, "cluster")).catch(() => dataDir)
  await expect(removeData(dataDir)).rejects.toBeInstanceOf(PartUnavailable)
  await server.stop()
  await removeData(dataDir)
  expect([dataDir, house, `${house}.origin`].filter((path) => existsSync(path))).toEqual([])
})

test.runIf(process.getuid?.() === 0)("what a killed test left is swept away at the next start", async () => {
  const server = await start("left")
  const house = await readlink(join(folder, "left", "cluster"))
  await server.stop()
  await rm(join(folder, "left"), { recursive: true })
  expect(existsSync(house)).toBe(true)
  await start("next")
  expect(existsSync(house)).toBe(false)
})
