import { randomBytes } from "node:crypto"
import { toHex } from "../../../engine/core/quantity/bytes.ts"
import { newFolder, writeFolder } from "../new-folder.ts"
import { computeRun, type CommunityRun } from "./compute-run.ts"
import type { EnergyUnit } from "./files/energy-cell.ts"
import { inputFile, openInput, type InputFile, type Role, type Settings } from "./inputs.ts"
import { CHANGES_FILE, keepPrevious, previousOf } from "./previous-run.ts"
import { SEED_FILE } from "./seed-file.ts"
import { explainChanges } from "./write/changes.ts"
import { runFiles, runJson } from "./write/run-files.ts"
import { SUMMARY_FILE, summaryText } from "./write/summary.ts"

export interface SettleOptions {
  readonly rules: string
  readonly tariffs: string
  readonly intervals: string
  readonly trades: string | undefined
  readonly prices: string | undefined
  readonly coefficients: string | undefined
  /** Another rule set to settle by beside the real one. */
  readonly shadow: string | undefined
  /** The grid operator's allocation to hold against ours. */
  readonly official: string | undefined
  readonly previous: string | undefined
  readonly unit: EnergyUnit
  /** Local day on which the run is made. */
  readonly on: string
  readonly out: string
}

/** Settings are an input: they decide how the others are read. */
export const settingsFile = (settings: Settings): InputFile => inputFile("settings", "settings.json", Buffer.from(`${JSON.stringify(settings)}\n`))

const filesOf = (options: SettleOptions, settings: Settings, spreadsheets: ReadonlyMap<string, Uint8Array>): Array<InputFile> => {
  const named = (["rules", "tariffs", "intervals", "trades", "prices", "coefficients", "shadow", "official"] as const).flatMap((role: Role & keyof SettleOptions) => {
    const path = options[role]
    return path === undefined ? [] : [openInput(role, path, spreadsheets)]
  })
  return [...named, settingsFile(settings), ...(options.previous === undefined ? [] : [keepPrevious(options.previous)])]
}

/**
 * Settles plain files without any server and writes the run's folder in one move: a wrong row leaves nothing behind, and
 * a run that exists is never overwritten. `spreadsheets` has the workbooks among them as CSV (`readSpreadsheets`). Returns
 * the run for the summary.
 */
export const settleFiles = (options: SettleOptions, spreadsheets: ReadonlyMap<string, Uint8Array> = new Map()): CommunityRun => {
  const out = newFolder(options.out, "a run")
  const settings = { unit: options.unit, on: options.on }
  const files = filesOf(options, settings, spreadsheets)
  const previous = files.find(({ role }) => role === "previous")
  const run = computeRun(files, settings, previous === undefined ? undefined : previousOf(previous), randomBytes(32))
  const written = runFiles(run)
  if (options.previous !== undefined) written.set(CHANGES_FILE, explainChanges(options.previous, run))
  written.set(SUMMARY_FILE, summaryText(run))
  writeFolder(out, [...written, ["run.json", runJson(run, written)], [SEED_FILE, `${toHex(run.seed)}\n`]], (path) => path === SEED_FILE)
  return run
}
