// Shared by the chain's scripts: where things lie, and how a child process is run with its output on stderr.
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"

export const chainDir = dirname(dirname(fileURLToPath(import.meta.url)))
export const repoDir = dirname(chainDir)
export const cacheDir = process.env.COMMONWATT_CACHE || join(repoDir, ".commonwatt", "cache")
export const exe = process.platform === "win32" ? ".exe" : ""

/** One progress line; stdout stays free for results. */
export const say = (line) => process.stderr.write(`${line}\n`)

/** Runs a program to its end and returns its stdout; ends this process with a readable line if it fails. */
export function run(program, args, options = {}) {
  const result = spawnSync(program, args, { cwd: chainDir, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"], ...options })
  if (result.error) fail(`${program} cannot be started: ${result.error.message}`)
  if (result.status !== 0) fail(`${program} ${args.slice(0, 3).join(" ")} ended with ${result.status ?? result.signal}`)
  return result.stdout ?? ""
}

export function fail(line) {
  say(`chain: ${line}`)
  process.exit(1)
}

/** All files below a directory, sorted, so that hashes and comparisons do not depend on the file system. */
export function filesBelow(dir, keep = () => true) {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter(keep)
    .sort()
}

/** SHA-256 over names and contents. */
export function hashOf(files, salt = "") {
  const hash = createHash("sha256").update(salt)
  for (const file of files) {
    const bytes = readFileSync(file)
    hash.update(`${relative(chainDir, file)}\0${bytes.length}\0`).update(bytes)
  }
  return hash.digest("hex")
}
