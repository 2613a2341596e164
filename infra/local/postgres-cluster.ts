import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { diskFull, errorText } from "./file-problem.ts"
import { PartUnavailable, type Progress } from "./part.ts"
import { endOrphan } from "./postgres-orphan.ts"
import { handOver, housedFolder, type ServerUser } from "./server-user.ts"

const run = promisify(execFile)

/** The two programs that make and run a cluster. */
export interface ClusterTools {
  readonly initdb: string
  readonly postgres: string
  /** Version of the programs, such as "18.4". */
  readonly version: string
  readonly env: NodeJS.ProcessEnv
}

export interface NewCluster {
  readonly part: string
  readonly tools: ClusterTools
  /** Folder that will hold `data`; belongs to the server's user. */
  readonly cluster: string
  readonly password: string
  readonly user: ServerUser | undefined
  readonly progress: Progress
}

/** The real folder of a cluster, owned by the server's user and closed to all others. */
export const housedCluster = async (cluster: string, user: ServerUser | undefined): Promise<string> => {
  const { real, fresh } = await housedFolder(cluster, user)
  await endOrphan(join(real, "data"))
  // The link was removed, so the data behind it was meant to go too; its password is lost anyway.
  if (fresh) for (const name of await readdir(real)) await rm(join(real, name), { recursive: true, force: true })
  await handOver(real, user)
  await chmod(real, 0o700)
  return real
}

/** Runs initdb unless the cluster exists; a cluster of another major version is refused. */
export const ensureCluster = async (plan: NewCluster): Promise<void> => {
  const data = join(plan.cluster, "data")
  if (existsSync(join(data, "PG_VERSION"))) return refuseOtherMajor(plan, data)
  plan.progress({ part: plan.part, text: "making a new database cluster" })
  const draft = join(plan.cluster, "data.new")
  await rm(draft, { recursive: true, force: true })
  await initialise(plan, draft)
  // Renamed when whole: a crash inside initdb leaves nothing that looks like a cluster.
  await rename(draft, data)
}

const initialise = async ({ part, tools, cluster, password, user }: NewCluster, data: string): Promise<void> => {
  const passwordFile = join(cluster, "password.new")
  await mkdir(data, { mode: 0o700 })
  await handOver(data, user)
  await writeFile(passwordFile, password, { mode: 0o600 })
  await handOver(passwordFile, user)
  const args = ["-D", data, "-U", "commonwatt", "--auth=scram-sha-256", `--pwfile=${passwordFile}`, "--encoding=UTF8", "--locale=C"]
  try {
    await run(tools.initdb, args, { cwd: cluster, env: tools.env, ...(user ? { uid: user.uid, gid: user.gid } : {}) })
  } catch (error) {
    throw failedInit(part, cluster, errorText(error))
  } finally {
    await rm(passwordFile, { force: true })
  }
}

const failedInit = (part: string, cluster: string, text: string): PartUnavailable =>
  text.includes("No space left on device")
    ? diskFull(part, cluster)
    : new PartUnavailable({ part, cause: `initdb failed:\n${text}`, mend: "see the message of initdb above" })

const refuseOtherMajor = async ({ part, tools }: NewCluster, data: string): Promise<void> => {
  const found = (await readFile(join(data, "PG_VERSION"), "utf8")).trim()
  const major = tools.version.split(".")[0]
  if (found === major) return
  throw new PartUnavailable({
    part,
    cause: `${data} was made by PostgreSQL ${found}, this is PostgreSQL ${major}`,
    mend: "choose another data folder, or remove this one to begin with empty data"
  })
}
