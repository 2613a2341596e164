import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { hashOf } from "./hash.mjs"
import { runQuietly } from "./run-quietly.mjs"

const listOf = (root) => join(root, "node_modules", ".package-lock.json")
const markerOf = (root) => join(root, "node_modules", ".commonwatt-set-up")

// Native packages differ by platform, so a clone that is mounted elsewhere is installed anew.
const wanted = (root) => hashOf(root, [join(root, "package-lock.json")], `${process.platform} ${process.arch}`)

/** Which packages: those that run the market, or also those that develop, test and measure it. */
const RUNNING = "to run"
const WHOLE = "whole"
const scopeOf = (whole) => (whole ? WHOLE : RUNNING)

/** True when node_modules holds what package-lock.json asks for: all of it, or what it takes to run. */
export function packagesAreCurrent(root, whole) {
  const marker = markerOf(root)
  const scopes = whole ? [WHOLE] : [RUNNING, WHOLE]
  if (existsSync(marker)) return scopes.some((scope) => readFileSync(marker, "utf8") === `${wanted(root)} ${scope}`)
  const scope = [WHOLE, RUNNING].find((one) => scopes.includes(one) && installedByHand(root, one === WHOLE))
  if (scope === undefined) return false
  writeMarker(root, scope)
  return true
}

// Three retries within half a minute: by npm's defaults a missing network shows only after more than a minute.
const retries = ["--fetch-retries=3", "--fetch-retry-mintimeout=2000", "--fetch-retry-maxtimeout=10000"]

/** Installs exactly what package-lock.json names; what only developers need comes with the first test. */
export async function installPackages(root, whole) {
  // npm itself may run on the Node inside node_modules, which is about to be removed: the outer one is better.
  const node = process.env.npm_node_execpath ?? process.execPath
  const npm = process.env.npm_execpath
  // npm ci removes everything first: a market that runs from this clone would lose its packages. What developers need
  // besides comes beside what is there, at the versions that the lock names.
  const isThere = whole && packagesAreCurrent(root, false)
  // Stopped half-way, what is there is nobody's to believe: neither our mark nor npm's own list.
  for (const file of [markerOf(root), listOf(root)]) rmSync(file, { force: true })
  const install = isThere ? ["install", "--no-save"] : ["ci", ...(whole ? [] : ["--omit=dev"])]
  const [command, args] = npm ? [node, [npm, ...install, ...retries]] : ["npm", [...install, ...retries]]
  await runQuietly(`installing packages (npm ${install[0]})`, command, args, { cwd: root })
  writeMarker(root, scopeOf(whole))
}

function writeMarker(root, scope) {
  writeFileSync(markerOf(root), `${wanted(root)} ${scope}`)
}

/** `npm ci` run by a developer leaves no marker of ours, but a list of what it installed. */
function installedByHand(root, whole) {
  const installed = packagesIn(listOf(root))
  const locked = packagesIn(join(root, "package-lock.json"))
  if (!installed || !locked) return false
  const same = ([name, entry]) => name === "" || locked[name]?.version === entry.version
  const there = ([name, entry]) => name === "" || entry.optional || entry.devOptional || (entry.dev && !whole) || name in installed
  return Object.entries(installed).every(same) && Object.entries(locked).every(there)
}

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages
  } catch {
    return undefined
  }
}
