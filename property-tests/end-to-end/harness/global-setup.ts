import { join } from "node:path"
import type { TestProject } from "vitest/node"
import { removeDataFolder } from "./data-folder.ts"
import { emptyFolder } from "./market-process.ts"
import { rm } from "node:fs/promises"

/** Gives a test run one folder for what its files share, and removes it in the end. */
export default (project: TestProject): (() => Promise<void>) => {
  const shared = emptyFolder("end-to-end")
  project.provide("sharedFolder", shared)
  return async () => {
    await removeDataFolder(join(shared, "reference"))
    await rm(shared, { recursive: true, force: true })
  }
}
