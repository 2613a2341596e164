import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { filesBelow, hashOf } from "./hash.mjs"
import { runQuietly } from "./run-quietly.mjs"

const room = join("adapters", "console")
const markerOf = (root) => join(root, "dist", "console", ".sources")

// The console and the rooms of the core that it takes code from; a new lock may bring a new compiler.
const sourceFolders = [room, ...["quantity", "calendar", "proof"].map((name) => join("engine", "core", name))]

function sourcesHash(root) {
  const sources = sourceFolders.flatMap((folder) => filesBelow(join(root, folder))).filter((file) => !file.endsWith(".test.ts"))
  return hashOf(root, [...sources, join(root, "package-lock.json")])
}

/** True when dist/console was built from the sources as they are, or there is no console to build. */
export function consoleIsCurrent(root) {
  if (!existsSync(join(root, room, "vite.config.ts"))) return true
  const marker = markerOf(root)
  return existsSync(marker) && readFileSync(marker, "utf8") === sourcesHash(root)
}

/** Builds the console with vite, on the Node that the packages bring. */
export async function buildConsole(root) {
  const built = sourcesHash(root)
  const node = join(root, "node_modules", ".bin", "node")
  const vite = join(root, "node_modules", "vite", "bin", "vite.js")
  await runQuietly("building the browser console", existsSync(node) ? node : process.execPath, [vite, "build", room], { cwd: root })
  if (!existsSync(join(root, "dist", "console"))) throw new Error("vite wrote nothing to dist/console; see adapters/console/vite.config.ts")
  writeFileSync(markerOf(root), built)
}
