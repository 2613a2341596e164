import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { promisify } from "node:util"
import { PartUnavailable } from "./part.ts"

const run = promisify(execFile)

/** What Debian calls this processor, and where its packages keep libraries and the program loader. */
export interface DebianPlatform {
  readonly architecture: string
  readonly libraries: string
  readonly loader: string
}

const platforms: Readonly<Record<string, DebianPlatform>> = {
  x64: { architecture: "amd64", libraries: "usr/lib/x86_64-linux-gnu", loader: "usr/lib64/ld-linux-x86-64.so.2" },
  arm64: { architecture: "arm64", libraries: "usr/lib/aarch64-linux-gnu", loader: "usr/lib/ld-linux-aarch64.so.1" }
}

const mend = "run on Debian with apt, or point COMMONWATT_POSTGRES_URL at a running PostgreSQL"

/** This machine as Debian sees it; throws PartUnavailable elsewhere. */
export const debianPlatform = (part: string): DebianPlatform => {
  const platform = process.platform === "linux" ? platforms[process.arch] : undefined
  if (platform) return platform
  throw new PartUnavailable({ part, cause: `Debian packages do not run on ${process.platform}-${process.arch}`, mend })
}

/** The archive's keys; apt refuses lists that none of them signed. */
export const debianKeys = "/usr/share/keyrings/debian-archive-keyring.gpg"

/**
 * Address of the Debian mirror that this machine already uses, from apt's own sources; never a fixed one.
 * Throws PartUnavailable when there is no apt, no Debian source, or no keyring.
 */
export const debianMirror = async (part: string): Promise<string> => {
  const format = ["indextargets", "--format", "$(REPO_URI) $(RELEASE)", "Created-By: Packages"]
  const { stdout } = await run("apt-get", format).catch(() => {
    throw new PartUnavailable({ part, cause: "there is no apt-get on this machine", mend })
  })
  const sources = stdout.split("\n").map((line) => line.split(" "))
  const main = sources.find(([uri, release]) => isDebianArchive(uri) && release !== undefined && !release.includes("-"))
  if (!main?.[0]) throw new PartUnavailable({ part, cause: "apt's sources name no Debian mirror", mend })
  if (!existsSync(debianKeys)) {
    throw new PartUnavailable({ part, cause: `${debianKeys} is missing`, mend: "apt install debian-archive-keyring" })
  }
  return main[0]
}

// Every mirror keeps the archive in a folder of this name; vendors' own repositories do not.
const isDebianArchive = (uri: string | undefined): boolean => uri !== undefined && /\/debian(\/|$)/.test(uri)
