import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { readdir, rename, rm } from "node:fs/promises"
import { basename, join } from "node:path"
import { promisify } from "node:util"
import { cacheFolder, fillOnce } from "./cache.ts"
import { debianPlatform, type DebianPlatform } from "./debian-mirror.ts"
import { unpackPackages } from "./debian-packages.ts"
import { PartUnavailable, type PartOptions, silent } from "./part.ts"
import type { ClusterTools } from "./postgres-cluster.ts"
import { findServerUser, housedFolder } from "./server-user.ts"

const run = promisify(execFile)

// Old point versions leave the mirrors, so suite and major are pinned and the version found is read from the programs.
const suite = "trixie"
const major = 17

/** Named by postgresql-17, but only for just-in-time compilation, Debian's own cluster scripts and locales. */
const unneeded = [
  "libllvm19", "locales", "tzdata", "postgresql-common", "postgresql-client-common", `postgresql-client-${major}`, "perl",
  "libperl5.40", "perl-base", "ssl-cert", "debconf", "passwd", "procps", "adduser", "openssl"
]

/** The unpacked programs of PostgreSQL with TimescaleDB; fetched into the cache folder when they are not there yet. */
export const timescaleTools = async (part: string, options: PartOptions): Promise<ClusterTools> => {
  const platform = debianPlatform(part)
  requireTimeZones(part)
  const cache = options.cacheDir ?? cacheFolder(options.env)
  const home = await housedFolder(join(cache, `timescaledb-${suite}-${platform.architecture}`), await findServerUser(part))
  const progress = options.progress ?? silent
  // The folder is part of the key: the programs hold their loader's absolute path, so a moved clone fetches anew.
  const key = `${suite} ${major} ${home.real} 1`
  const fill = (folder: string): Promise<void> => fillTree(part, platform, progress, folder)
  await fillOnce({ part, folder: home.real, key, fill, progress })
  const bin = join(home.real, `usr/lib/postgresql/${major}/bin`)
  const env = { PATH: "/usr/bin:/bin", LC_ALL: "C" }
  const { stdout } = await run(join(bin, "postgres"), ["--version"], { env })
  const version = /\d+\.\d+/.exec(stdout)?.[0] ?? String(major)
  return { initdb: join(bin, "initdb"), postgres: join(bin, "postgres"), version, env }
}

const fillTree = async (part: string, platform: DebianPlatform, progress: NonNullable<PartOptions["progress"]>, folder: string): Promise<void> => {
  const packages = [`postgresql-${major}`, `postgresql-${major}-timescaledb`, "patchelf"]
  const draft = join(folder, "tree")
  await unpackPackages({ part, platform, suite, packages, without: unneeded, progress }, join(folder, "apt"), draft)
  for (const ballast of ["usr/share/doc", "usr/share/man", "usr/share/locale", `usr/lib/postgresql/${major}/lib/bitcode`]) {
    await rm(join(draft, ballast), { recursive: true, force: true })
  }
  await rename(join(draft, "usr"), join(folder, "usr"))
  await rm(draft, { recursive: true, force: true })
  progress({ part, text: "pointing the programs at their own libraries" })
  await relocate(platform, folder)
}

/** The release's C library is newer than the system's: each program gets the tree's own loader and library path. */
const relocate = async ({ loader, libraries }: DebianPlatform, folder: string): Promise<void> => {
  const bin = join(folder, `usr/lib/postgresql/${major}/bin`)
  const ownLoader = join(folder, loader)
  const ownLibraries = join(folder, libraries)
  const patchelf = ["--library-path", ownLibraries, join(folder, "usr/bin/patchelf")]
  for (const name of await readdir(bin)) {
    const patched = ["--set-interpreter", ownLoader, "--force-rpath", "--set-rpath", ownLibraries, join(bin, basename(name))]
    await run(ownLoader, [...patchelf, ...patched])
  }
}

/** Debian's PostgreSQL reads time zones from the system, which a bare container may lack. */
const requireTimeZones = (part: string): void => {
  if (existsSync("/usr/share/zoneinfo/UTC")) return
  throw new PartUnavailable({ part, cause: "the system has no time zone data", mend: "apt install tzdata" })
}
