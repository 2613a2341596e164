import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Schema } from "effect"
import { entryKind } from "../../../engine/core/settlement/community/ledger.ts"
import type { Booking, BookingKind } from "../../../engine/core/settlement/community/booking.ts"
import { encode } from "../../../engine/core/quantity/codec.ts"
import { UserError } from "../user-error.ts"
import type { PreviousRun } from "./compute-run.ts"
import { inputFile, type InputFile } from "./inputs.ts"
import { readJson } from "./files/json-file.ts"
import { bookingHeader } from "./write/run-files.ts"
import { statusOf } from "./write/status-text.ts"
import { Table } from "./files/table.ts"

const hash = Schema.String.pipe(Schema.check(Schema.isPattern(/^[0-9a-f]{64}$/)))

/** What `settle`, `explain` and `verify` read of a run's `run.json`; further fields are for people. */
const RunFile = Schema.Struct({
  format: Schema.Literal("commonwatt-community-run/1"),
  community: Schema.String,
  settlementPeriod: Schema.String,
  version: Schema.Int,
  status: Schema.String,
  runId: hash,
  inputsHash: hash,
  resultHash: hash,
  root: hash,
  files: Schema.Record(Schema.String, hash)
})
export type RunFile = Schema.Schema.Type<typeof RunFile>

/** What a later version changes, for people: told from the folder of the version before, which the run does not keep. */
export const CHANGES_FILE = "changes.txt"

const keep = "keep run folders as they were written; take this one from a backup, or settle again"

/** Reads `run.json` of a run's folder. */
export const readRunFile = (folder: string): RunFile => {
  const file = join(folder, "run.json")
  let text: string
  try {
    text = readFileSync(file, "utf8")
  } catch (cause) {
    throw new UserError(`${folder} is no folder of a run (${(cause as Error).message})`, "name a folder that `commonwatt settle --out` wrote")
  }
  let known: unknown
  try {
    known = Object.fromEntries(Object.entries(JSON.parse(text) as Record<string, unknown>).filter(([name]) => Object.hasOwn(RunFile.fields, name)))
  } catch (cause) {
    throw new UserError(`${file} is not JSON (${(cause as Error).message})`, keep)
  }
  const decoded = Schema.decodeUnknownExit(RunFile)(known)
  if (decoded._tag === "Failure") throw new UserError(`${file} is not the run.json of a run`, keep)
  return decoded.value
}

/** Bytes of one of a run's files, held against its hash in `run.json`. */
export const readRunPart = (folder: string, run: RunFile, path: string): Buffer => {
  let bytes: Buffer
  try {
    bytes = readFileSync(join(folder, path))
  } catch (cause) {
    throw new UserError(`${join(folder, path)} cannot be read (${(cause as Error).message})`, keep)
  }
  if (createHash("sha256").update(bytes).digest("hex") !== run.files[path]) throw new UserError(`${join(folder, path)} is not what was written: its hash differs from the one in run.json`, keep)
  return bytes
}

const isKind = (kind: string): kind is BookingKind => {
  if (kind === "vat" || kind === "rounding") return true
  try {
    encode(entryKind, kind as never)
    return true
  } catch {
    return false
  }
}

const readBookings = (file: string, bytes: Uint8Array): Array<Booking> => {
  const table = new Table(file, bytes)
  const places = bookingHeader.map((name) => table.column(name))
  return table.rows((cells, row) => {
    const [payer, payee, kind, label, payerPoint, payeePoint, energyWh, amount] = places.map((place) => cells[place]!) as [string, string, string, string, string, string, string, string]
    if (!isKind(kind)) throw table.problem(row, places[2], `${kind} is no kind of posting`)
    if (!/^-?\d{1,40}$/.test(amount)) throw table.problem(row, places[7], `"${amount}" is no whole number`)
    return { payer, payee, kind, label, payerPoint, payeePoint, energyWh: table.whole(row, places[6]!, energyWh, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER), amount: BigInt(amount) }
  })
}

const Kept = Schema.Struct({ runId: hash, community: Schema.String, settlementPeriod: Schema.String, version: Schema.Int, status: Schema.String, bookings: Schema.String })

/** The previous run as an input file of the next: complete, so that the next can be verified without its folder. */
export const keepPrevious = (folder: string): InputFile => {
  const run = readRunFile(folder)
  const { runId, community, settlementPeriod, version, status } = run
  if (statusOf(status) === undefined) throw new UserError(`${join(folder, "run.json")}: ${status} is no status of a run`, keep)
  const bookings = readRunPart(folder, run, "bookings.csv").toString("utf8")
  const kept = { runId, community, settlementPeriod, version, status, bookings }
  return inputFile("previous", "previous.json", Buffer.from(`${JSON.stringify(kept, null, 2)}\n`))
}

/** The previous run of an input file that {@link keepPrevious} made. */
export const previousOf = ({ path, bytes }: InputFile): PreviousRun => {
  const { value, problem } = readJson(path, bytes, Kept)
  const status = statusOf(value.status)
  if (status === undefined) throw problem("status", `${value.status} is no status`)
  return { ...value, status, bookings: readBookings(`${path}, bookings`, Buffer.from(value.bookings)) }
}
