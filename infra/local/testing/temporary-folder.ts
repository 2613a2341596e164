import { chmod, mkdtemp, readdir, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"
import type { RunningPart } from "../part.ts"
import { removeData } from "../remove-data.ts"

/** A folder for the data of one test file's parts, open to other users; parts and folder go when the file ends. */
export const temporaryFolder = async (): Promise<{ folder: string; keep: <P extends RunningPart>(part: P) => P }> => {
  const folder = await mkdtemp(join(tmpdir(), "commonwatt-local-"))
  await chmod(folder, 0o755)
  const parts: RunningPart[] = []
  afterAll(async () => {
    for (const part of parts) await part.stop()
    for (const name of await readdir(folder)) await removeData(join(folder, name))
    await rm(folder, { recursive: true, force: true })
  })
  const keep = <P extends RunningPart>(part: P): P => {
    parts.push(part)
    return part
  }
  return { folder, keep }
}
