import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { removeData } from "../../../infra/local/remove-data.ts"
import { findServerUser, handOver, housedFolder } from "../../../infra/local/server-user.ts"
import { emptyFolder } from "./market-process.ts"

const partNames = ["postgres", "timescale", "kafka", "chain"]

/** Removes a data folder with everything that its parts keep elsewhere; fails while one of them runs. */
export const removeDataFolder = async (data: string): Promise<void> => {
  for (const name of partNames) await removeData(join(data, name))
  await rm(data, { recursive: true, force: true })
}

/** Copies the data folder of a stopped embedded start, with its database and chain, so that nobody spoils it for others. */
export const copyDataFolder = async (data: string, name: string): Promise<string> => {
  const copy = emptyFolder(name)
  const cluster = join("postgres", "cluster")
  await cp(data, copy, { recursive: true, filter: (path) => path !== join(data, cluster) })
  const user = await findServerUser("embedded PostgreSQL")
  const { real } = await housedFolder(join(copy, cluster), user)
  await cp(join(data, cluster, "data"), join(real, "data"), { recursive: true })
  for (const path of [real, ...(await readdir(real, { recursive: true })).map((entry) => join(real, entry))]) await handOver(path, user)
  for (const part of partNames) await forgetPorts(join(copy, part, "record.json"))
  return copy
}

/** Two copies that run at once must not ask for the same remembered ports. */
const forgetPorts = async (file: string): Promise<void> => {
  if (!existsSync(file)) return
  const record = JSON.parse(await readFile(file, "utf8")) as object
  await writeFile(file, JSON.stringify({ ...record, ports: {} }))
}
