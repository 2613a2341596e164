import { lstat, readdir, readlink, rm } from "node:fs/promises"
import { join, resolve } from "node:path"
import { forgetOrigin } from "./deserted-houses.ts"
import { PartUnavailable } from "./part.ts"
import { isAlive, readRecord } from "./process-record.ts"
import { servedFolder } from "./server-user.ts"

/**
 * Removes a part's data folder and, as root, the places under /var/lib/commonwatt that it links to.
 * Throws PartUnavailable while the part runs.
 */
export const removeData = async (dataDir: string): Promise<void> => {
  const record = readRecord(dataDir)
  if (record?.process && isAlive(record.process)) {
    const cause = `process ${record.process.pid} still runs on ${dataDir}`
    throw new PartUnavailable({ part: record.part, cause, mend: "stop it first" })
  }
  for (const name of await readdir(dataDir).catch(() => [])) {
    const path = join(dataDir, name)
    const target = (await lstat(path)).isSymbolicLink() ? resolve(dataDir, await readlink(path)) : ""
    if (!target.startsWith(`${servedFolder}/`)) continue
    await rm(target, { recursive: true, force: true })
    await forgetOrigin(target)
  }
  await rm(dataDir, { recursive: true, force: true })
}
