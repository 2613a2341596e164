import { readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { equalBytes, toHex } from "../../../engine/core/quantity/bytes.ts"
import { UserError } from "../user-error.ts"
import type { CommunityRun } from "./compute-run.ts"
import { CHANGES_FILE, readRunFile, readRunPart, type RunFile } from "./previous-run.ts"
import { recompute } from "./run-folder.ts"
import { SEED_FILE } from "./seed-file.ts"
import { errorsOf, runFiles, runJson } from "./write/run-files.ts"
import { statusText } from "./write/status-text.ts"
import { SUMMARY_FILE, summaryText } from "./write/summary.ts"

/** What a verification found; `differences` is empty if the run is what it claims to be. */
export interface Verification {
  readonly files: number
  readonly differences: ReadonlyArray<string>
}

/** Everything in the folder but folders: a link is no file of a run either, so it is found. */
const allFiles = (folder: string): Array<string> =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))

/** Hashes and names of the run as it claims them, beside what the inputs give. */
const claimDifferences = (run: RunFile, found: CommunityRun): Array<string> => {
  const claims = [
    ["inputsHash", run.inputsHash, toHex(found.inputsHash)],
    ["resultHash", run.resultHash, toHex(found.resultHash)],
    ["runId", run.runId, toHex(found.runId)],
    ["root", run.root, toHex(found.root)],
    ["version", String(run.version), String(found.version)],
    ["status", run.status, statusText(found.status)]
  ] as const
  return claims.flatMap(([name, claimed, computed]) => (claimed === computed ? [] : [`${name} is ${computed}, not ${claimed}`]))
}

/** Every file that the inputs give. Of a later version what changed is told from the version before, which is not here: its text stands as it is. */
const givenFiles = (folder: string, run: RunFile, found: CommunityRun): Map<string, string | Uint8Array> => {
  const files = runFiles(found)
  if (found.previous !== undefined && run.files[CHANGES_FILE] !== undefined) files.set(CHANGES_FILE, readRunPart(folder, run, CHANGES_FILE))
  files.set(SUMMARY_FILE, summaryText(found))
  return files
}

/**
 * Recomputes everything in a run's folder from the inputs it keeps: hashes of inputs and result, run id, root over the
 * statements, and every file byte by byte, `run.json` included. Nothing may lack, and nothing else may lie in the folder.
 */
export const verifyFolder = (folder: string): Verification => {
  const run = readRunFile(folder)
  for (const path of Object.keys(run.files)) readRunPart(folder, run, path)
  const found = recompute(folder, run)
  const files = givenFiles(folder, run, found)
  const differences = claimDifferences(run, found)
  const known = new Set([...files.keys(), "run.json", SEED_FILE])
  for (const path of new Set([...Object.keys(run.files), ...allFiles(folder)])) if (!known.has(path)) differences.push(`${path} is no part of the run`)
  for (const [path, content] of files) {
    if (run.files[path] === undefined) differences.push(`${path} lacks`)
    else if (!equalBytes(Buffer.from(content), readRunPart(folder, run, path))) differences.push(`${path} is not what the inputs give`)
  }
  if (!equalBytes(Buffer.from(runJson(found, files)), readFileSync(join(folder, "run.json")))) differences.push("run.json is not what the inputs give")
  const { energyErrorWh, moneyErrorNano } = errorsOf(found)
  if (energyErrorWh !== 0 || moneyErrorNano !== 0n) differences.push(`energy error ${energyErrorWh} Wh, money error ${moneyErrorNano} nano-units`)
  return { files: files.size, differences }
}

/** Verifies a folder, against the published root if that is given, and says so; a UserError names what differs. */
export const verify = (folder: string, root?: string): string => {
  const { files, differences } = verifyFolder(folder)
  const own = readRunFile(folder).root
  const found = root === undefined || root === own ? differences : [...differences, `its root is ${own}, the published one ${root}`]
  if (found.length > 0) throw new UserError(`${folder} is not what its inputs give:\n  ${found.join("\n  ")}`, "do not pay by it; ask who made the run, or settle the inputs again")
  return `${folder}: recomputed from its inputs; ${files} files, all hashes and the root are right\n${root === undefined ? `  (compare its root ${own} with the published one, or give that by --root)\n` : ""}`
}
