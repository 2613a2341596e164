import { createHash } from "node:crypto"
import { timeToText } from "../../../../engine/core/calendar/period.ts"
import { proveStatements } from "../../../../engine/core/proof/community-tree.ts"
import { compareText, toHex } from "../../../../engine/core/quantity/bytes.ts"
import type { Booking } from "../../../../engine/core/settlement/community/booking.ts"
import type { Difference } from "../../../../engine/core/settlement/community/official.ts"
import { centsOf, NANO_OF_A_CENT, type Statement } from "../../../../engine/core/settlement/community/statement.ts"
import type { CommunityRun } from "../compute-run.ts"
import { csvText } from "../../../documents/table/csv-text.ts"
import { statementCsv, statementJson, statementText } from "./statement-files.ts"
import { statusText } from "./status-text.ts"

export const bookingHeader = ["payer", "payee", "kind", "label", "payerPoint", "payeePoint", "energyWh", "amountNano"] as const

/** Bookings as a run keeps them. */
export const bookingsText = (bookings: ReadonlyArray<Booking>): string =>
  csvText(bookingHeader, bookings.map((one) => [one.payer, one.payee, one.kind, one.label, one.payerPoint, one.payeePoint, one.energyWh, one.amount]))

const entriesText = ({ result }: CommunityRun): string =>
  csvText(
    ["payer", "payee", "kind", "label", "payerPoint", "payeePoint", "from", "until", "price", "energyWh", "amountNano"],
    result.entries.flatMap((entry) => entry.parts.map((part) => [entry.payer, entry.payee, entry.kind, entry.label, entry.payerPoint, entry.payeePoint, part.from, part.until, part.price, part.energyWh, part.amount]))
  )

const roundingText = ({ result }: CommunityRun): string =>
  csvText(
    ["payer", "payee", "kind", "label", "payerPoint", "payeePoint", "amountNano", "cents", "differenceNano"],
    result.entries.map((entry) => [entry.payer, entry.payee, entry.kind, entry.label, entry.payerPoint, entry.payeePoint, entry.amount, centsOf(entry), centsOf(entry) * NANO_OF_A_CENT - entry.amount])
  )

const balances = (bookings: ReadonlyArray<Booking>): Map<string, bigint> => {
  const sums = new Map<string, bigint>()
  for (const { payer, payee, amount } of bookings) {
    sums.set(payer, (sums.get(payer) ?? 0n) - amount)
    sums.set(payee, (sums.get(payee) ?? 0n) + amount)
  }
  return new Map([...sums].sort(([left], [right]) => (left < right ? -1 : 1)))
}

/** Sums that must be zero; a run is written only if they are. */
export const errorsOf = ({ result, bookings }: CommunityRun): { readonly energyErrorWh: number; readonly moneyErrorNano: bigint } => ({
  energyErrorWh: result.points.reduce((sum, one) => sum + Math.abs(one.energyWh - one.tradedWh - one.ownWh - one.sharedWh - one.beyondWh), 0),
  moneyErrorNano: [...balances(bookings).values()].reduce((sum, amount) => sum + amount, 0n)
})

/** What each member's total is, and what it would be by the shadow rule set. */
const shadowText = (real: ReadonlyArray<Statement>, shadow: ReadonlyArray<Statement>): string => {
  const totals = (statements: ReadonlyArray<Statement>) => new Map(statements.map(({ member, totalCents }) => [member, totalCents]))
  const [ours, theirs] = [totals(real), totals(shadow)]
  const members = [...new Set([...ours.keys(), ...theirs.keys()])].sort(compareText)
  return csvText(["member", "totalCents", "shadowTotalCents", "differenceCents"], members.map((member) => {
    const [is, wouldBe] = [ours.get(member) ?? 0n, theirs.get(member) ?? 0n]
    return [member, is, wouldBe, wouldBe - is]
  }))
}

const officialText = (differences: ReadonlyArray<Difference>): string =>
  csvText(["utc", "meteringPoint", "oursWh", "officialWh", "reason"], differences.map((one) => [timeToText(one.time), one.meteringPoint, one.oursWh, one.officialWh, one.reason]))

/** Name of a member's files: any name is a safe file name. */
export const fileNameOf = (member: string): string => encodeURIComponent(member).replaceAll("*", "%2A")

/** Every file of a run but `run.json`, by its path in the run's folder; the same run gives the same bytes. */
export const runFiles = (run: CommunityRun): Map<string, string | Uint8Array> => {
  const { result, statements } = run
  const files = new Map<string, string | Uint8Array>(run.inputs.map(({ name, bytes }) => [`inputs/${name}`, bytes]))
  files.set("entries.csv", entriesText(run))
  files.set("bookings.csv", bookingsText(run.bookings))
  files.set("postings.csv", bookingsText(run.delta))
  files.set("rounding.csv", roundingText(run))
  files.set("balances.csv", csvText(["holder", "amountNano"], balances(run.bookings)))
  files.set(
    "points.csv",
    csvText(["member", "meteringPoint", "direction", "energyWh", "tradedWh", "ownWh", "sharedWh", "beyondWh"], result.points.map((one) => [one.member, one.meteringPoint, one.direction, one.energyWh, one.tradedWh, one.ownWh, one.sharedWh, one.beyondWh]))
  )
  files.set(
    "periods.csv",
    csvText(["utc", "injectedWh", "withdrawnWh", "tradedWh", "sharedWh", "members"], result.periods.map((row) => [timeToText(row.time), row.injectedWh, row.withdrawnWh, row.tradedWh, row.sharedWh, row.members]))
  )
  if (run.shadow !== undefined) files.set("shadow.csv", shadowText(statements, run.shadow))
  if (run.differences !== undefined) files.set("official.csv", officialText(run.differences))
  const proofs = proveStatements(run.runId, run.seed, statements, result.periods)
  for (const [place, statement] of statements.entries()) {
    const name = `statements/${fileNameOf(statement.member)}`
    files.set(`${name}.json`, statementJson(run, statement, proofs[place]!))
    files.set(`${name}.csv`, statementCsv(statement))
    files.set(`${name}.txt`, statementText(run, statement))
  }
  return files
}

const sumOf = <A>(items: ReadonlyArray<A>, value: (item: A) => number): number => items.reduce((sum, item) => sum + value(item), 0)

/** `run.json`: what the run is, its hashes, its sums, and the hash of every other file. */
export const runJson = (run: CommunityRun, files: ReadonlyMap<string, string | Uint8Array>): string => {
  const { result } = run
  const { energyErrorWh, moneyErrorNano } = errorsOf(run)
  return `${JSON.stringify(
    {
      format: "commonwatt-community-run/1",
      community: result.community,
      settlementPeriod: result.settlementPeriod,
      version: run.version,
      status: statusText(run.status),
      currency: result.currency,
      runId: toHex(run.runId),
      inputsHash: toHex(run.inputsHash),
      resultHash: toHex(run.resultHash),
      root: toHex(run.root),
      previousRunId: run.previous?.runId ?? null,
      injectedWh: sumOf(result.periods, (row) => row.injectedWh),
      withdrawnWh: sumOf(result.periods, (row) => row.withdrawnWh),
      tradedWh: sumOf(result.periods, (row) => row.tradedWh),
      sharedWh: sumOf(result.periods, (row) => row.sharedWh),
      energyErrorWh,
      moneyErrorNano: moneyErrorNano.toString(),
      lacks: result.lacks,
      files: Object.fromEntries([...files].map(([path, content]) => [path, createHash("sha256").update(content).digest("hex")]))
    },
    null,
    2
  )}\n`
}
