import { createHash } from "node:crypto"
import { toHex } from "../../../engine/core/quantity/bytes.ts"
import { CURRENCY, pointsOf } from "./offline-rules.ts"
import type { RecordedRun } from "./choose-days.ts"
import type { SettledDays } from "./settled-day.ts"

/** A recorded run with what names it to others: its hashes, the root over its statements, and its batch on chain. */
export interface RunOrigin extends RecordedRun {
  readonly runId: Uint8Array
  readonly inputsHash: Uint8Array
  readonly resultHash: Uint8Array
  readonly root: Uint8Array
  readonly batch: { readonly status: string; readonly transaction: Uint8Array | undefined; readonly height: number | undefined } | undefined
}

/** One run for each of `days`, in their order. */
export type Origins = ReadonlyArray<RunOrigin>

/** `export.json`: which runs the files were made from, and the hash of each file. */
export const manifestText = ({ days, timeZone }: SettledDays, origins: Origins, files: ReadonlyMap<string, string>): string => {
  const { area, community } = days[0]!.inputs
  const runs = origins.map((one, place) => ({
    day: one.settlementPeriod,
    version: one.version,
    batch: `${community}/${one.settlementPeriod}/${one.version}`,
    status: one.batch?.status ?? "waiting",
    transaction: one.batch?.transaction === undefined ? null : toHex(one.batch.transaction),
    height: one.batch?.height ?? null,
    root: toHex(one.root),
    runId: toHex(one.runId),
    inputsHash: toHex(one.inputsHash),
    resultHash: toHex(one.resultHash),
    logPosition: days[place]!.inputs.logPosition
  }))
  const hashes = Object.fromEntries([...files].map(([path, content]) => [path, createHash("sha256").update(content).digest("hex")]))
  return `${JSON.stringify({ format: "commonwatt-export/1", area, community, timeZone, currency: CURRENCY, from: origins[0]!.settlementPeriod, until: origins.at(-1)!.settlementPeriod, days: runs, files: hashes }, null, 2)}\n`
}

/** `README.txt`: what the folder is, for whoever opens it. */
export const readmeText = ({ days }: SettledDays): string => {
  const { community } = days[0]!.inputs
  const [first, last] = [days[0]!.inputs.settlementPeriod, days.at(-1)!.inputs.settlementPeriod]
  return `${community}, ${first === last ? first : `${first} to ${last}`}: what the live market settled, to be settled again.

  rules.json      trades first in first out, then the dynamic key
  tariffs.json    the supplier's prices
  intervals.csv   interval values in the versions that the newest run of each day used
  trades.csv      trades in the order in which they were made
  posted.csv      what all runs of these days have posted, relation by relation
  export.json     the runs, their batches and roots, and the hash of each file

Settle it, from where commonwatt is, with D for this folder; the last command prints nothing if all is the same:

  npx commonwatt settle --rules $D/rules.json --tariffs $D/tariffs.json --intervals $D/intervals.csv --trades $D/trades.csv --out $D/settled
  npx commonwatt verify $D/settled
  grep -v @rounding $D/settled/bookings.csv | diff - $D/posted.csv

The root that settle prints is of the files of its own run; those in export.json are of the market's runs, which were
a day each, in versions. They differ, and what was posted does not: that is what the last command compares.

The folder names every member and metering point as the market knows them, and nothing else of anybody. It holds
everybody's values: it is for whoever makes, approves or audits the settlement.
`
}

/** What was exported, on one screen. */
export const summaryText = (settled: SettledDays, origins: Origins, out: string): string => {
  const { days } = settled
  const { community } = days[0]!.inputs
  const [first, last] = [origins[0]!.settlementPeriod, origins.at(-1)!.settlementPeriod]
  const points = pointsOf(settled)
  const trades = days.reduce((sum, { inputs }) => sum + inputs.trades.length, 0)
  return `${[
    `${community}, ${first === last ? first : `${first}..${last}`}: settled again from the files, to the Wh and nano-${CURRENCY}`,
    `  ${points.length} metering points of ${new Set(points.map(({ member }) => member)).size} members, ${days.length} ${days.length === 1 ? "day" : "days"}, ${trades} trades`,
    ...origins.map(({ settlementPeriod, version, root }) => `  ${community}/${settlementPeriod}/${version} root ${toHex(root)}`),
    `  ${out}: see README.txt`
  ].join("\n")}\n`
}
