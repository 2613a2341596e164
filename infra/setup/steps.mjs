import { constants } from "node:os"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { consoleIsCurrent, buildConsole } from "./console.mjs"
import { onlyOne } from "./only-one.mjs"
import { installPackages, packagesAreCurrent } from "./packages.mjs"
import { explain } from "./explain.mjs"
import { Stopped } from "./run-quietly.mjs"

/** The clone this file lies in. */
export const repository = resolve(dirname(fileURLToPath(import.meta.url)), "../..")

/** Brings packages and console up to date; returns the exit code. Quiet and quick when both are current. `whole`: what developers need, too. */
export async function setUp({ whole }, root = repository) {
  if (packagesAreCurrent(root, whole) && consoleIsCurrent(root)) return 0
  try {
    // Looked at again inside: another start may have done the work while this one waited.
    await onlyOne(join(root, ".commonwatt", "set-up.lock"), async () => {
      if (!packagesAreCurrent(root, whole)) await installPackages(root, whole)
      if (!consoleIsCurrent(root)) await buildConsole(root)
    })
    return 0
  } catch (error) {
    if (error instanceof Stopped) {
      console.error("commonwatt: set-up was stopped; run the command again and it begins anew")
      return 128 + constants.signals[error.signal]
    }
    console.error(`commonwatt: ${explain(error, root)}`)
    return 1
  }
}
