import { readdirSync } from "node:fs"
import { join, relative } from "node:path"
import { equalBytes, toHex } from "../../../engine/core/quantity/bytes.ts"
import { UserError } from "../user-error.ts"
import { readRunFile, readRunPart } from "./previous-run.ts"
import { recompute } from "./run-folder.ts"
import { SEED_FILE } from "./seed-file.ts"
import { errorsOf, runFiles } from "./write/run-files.ts"
import { statusText } from "./write/status-text.ts"

/** What a verification found; `differences` is empty if the run is what it claims to be. */
export interface Verification {
  readonly files: number
  readonly differences: ReadonlyArray<string>
}

const allFiles = (folder: string): Array<string> =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))

/**
 * Recomputes everything in a run's folder from the inputs it keeps: hashes of inputs and result, run id, root over the
 * statements, and every file byte by byte. What explains the run to people (summary and changes) is held against its hash.
 */
export const verifyFolder = (folder: string): Verification => {
  const run = readRunFile(folder)
  const differences: Array<string> = []
  for (const path of Object.keys(run.files)) readRunPart(folder, run, path)
  const known = new Set([...Object.keys(run.files), "run.json", SEED_FILE])
  for (const path of allFiles(folder)) if (!known.has(path)) differences.push(`${path} is no part of the run`)
  const found = recompute(folder, run)
  const claims = [
    ["inputsHash", run.inputsHash, toHex(found.inputsHash)],
    ["resultHash", run.resultHash, toHex(found.resultHash)],
    ["runId", run.runId, toHex(found.runId)],
    ["root", run.root, toHex(found.root)],
    ["version", String(run.version), String(found.version)],
    ["status", run.status, statusText(found.status)]
  ] as const
  for (const [name, claimed, computed] of claims) if (claimed !== computed) differences.push(`${name} is ${computed}, not ${claimed}`)
  const files = runFiles(found)
  for (const [path, content] of files) {
    if (run.files[path] === undefined) differences.push(`${path} lacks`)
    else if (!equalBytes(Buffer.from(content), readRunPart(folder, run, path))) differences.push(`${path} is not what the inputs give`)
  }
  const { energyErrorWh, moneyErrorNano } = errorsOf(found)
  if (energyErrorWh !== 0 || moneyErrorNano !== 0n) differences.push(`energy error ${energyErrorWh} Wh, money error ${moneyErrorNano} nano-units`)
  return { files: files.size, differences }
}

/** Verifies a folder and says so; a UserError names what differs. */
export const verify = (folder: string): string => {
  const { files, differences } = verifyFolder(folder)
  if (differences.length > 0) throw new UserError(`${folder} is not what its inputs give:\n  ${differences.join("\n  ")}`, "do not pay by it; ask who made the run, or settle the inputs again")
  return `${folder}: recomputed from its inputs; ${files} files, all hashes and the root are right\n`
}
