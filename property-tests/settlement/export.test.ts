import fc from "fast-check"
import { expect, it } from "vitest"
import { offlineFiles } from "../../adapters/cli/export/offline-files.ts"
import { settledDayOf } from "../../adapters/cli/export/settled-day.ts"
import { inputFile, parseInputs, type Role } from "../../adapters/cli/settle/inputs.ts"
import type { Entry } from "../../engine/core/settlement/community/ledger.ts"
import { settleCommunity, type CommunityResult } from "../../engine/core/settlement/community/settle-community.ts"
import type { Posting } from "../../engine/core/settlement/posting.ts"
import type { Run } from "../../engine/core/settlement/run.ts"
import { liveDays, playDays } from "../arbitraries/live-days.ts"
import { runs } from "../arbitraries/runs.ts"

/** Runs of one community from one local day to another, all versions. */
interface Span {
  readonly community: string
  readonly from: string
  readonly until: string
  readonly runs: ReadonlyArray<Run>
}

/** Every span of settled days of every community: each day alone, and all that follow each other. */
const spansOf = (played: ReadonlyArray<Run>): Array<Span> =>
  [...Map.groupBy(played, ({ inputs }) => inputs.community)].flatMap(([community, own]) => {
    const days = [...new Set(own.map(({ inputs }) => inputs.settlementPeriod))].sort()
    return days.flatMap((from, place) =>
      days.slice(place).map((until) => ({ community, from, until, runs: own.filter(({ inputs }) => inputs.settlementPeriod >= from && inputs.settlementPeriod <= until) }))
    )
  })

/** The files of a span; undefined where nobody had a metering point. */
const filesOf = ({ runs: all }: Span, timeZone: string): ReadonlyMap<string, string> | undefined => {
  const newest = [...Map.groupBy(all, ({ inputs }) => inputs.settlementPeriod)].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, versions]) => versions.at(-1)!)
  return newest.every(({ inputs }) => inputs.points.length === 0) ? undefined : offlineFiles({ days: newest.map(settledDayOf), timeZone })
}

/** What `commonwatt settle` makes of the files: their bytes are read, nothing else is known. */
const settleAgain = (files: ReadonlyMap<string, string>): CommunityResult => {
  const roles: ReadonlyArray<Role> = ["rules", "tariffs", "intervals", "trades"]
  const inputs = [...files].flatMap(([path, content]) => roles.filter((role) => path.startsWith(`${role}.`)).map((role) => inputFile(role, path, Buffer.from(content))))
  return settleCommunity(parseInputs(inputs, { unit: "Wh", on: "2040-01-01" }), "2040-01-01")
}

type Sums = Map<string, { wh: number; nano: bigint }>

const add = (sums: Sums, name: ReadonlyArray<string>, wh: number, nano: bigint): void => {
  const key = name.join(" ")
  const sum = sums.get(key) ?? { wh: 0, nano: 0n }
  sums.set(key, { wh: sum.wh + wh, nano: sum.nano + nano })
}

const sorted = (sums: Sums) => [...sums].filter(([, { wh, nano }]) => wh !== 0 || nano !== 0n).sort(([left], [right]) => (left < right ? -1 : 1))

const offlineKind = { market: "market", imbalance: "imbalance", sharing: "sharing", "residual-supply": "energy", "feed-in": "feed-in" } as const satisfies Record<Posting["kind"], Entry["kind"]>

/** Wh and nano-units in favour of each member's metering point, by kind, as the market posted them over all versions. */
const postedByPoint = (all: ReadonlyArray<Run>): Sums => {
  const sums: Sums = new Map()
  for (const { postings } of all) for (const { kind, holder, meteringPoint, energyWh, amount } of postings) if (meteringPoint !== "") add(sums, [holder, meteringPoint, offlineKind[kind]], energyWh, BigInt(amount))
  return sums
}

const settledByPoint = ({ entries }: CommunityResult): Sums => {
  const sums: Sums = new Map()
  for (const { payer, payee, kind, payerPoint, payeePoint, energyWh, amount } of entries) {
    if (payerPoint !== "") add(sums, [payer, payerPoint, kind], energyWh, -amount)
    if (payeePoint !== "") add(sums, [payee, payeePoint, kind], energyWh, amount)
  }
  return sums
}

/** Who owes whom between members: payer stands first in an entry. */
const postedByPair = (all: ReadonlyArray<Run>): Sums => {
  const sums: Sums = new Map()
  for (const { postings } of all) {
    for (const entry of Map.groupBy(postings, (line) => line.entry).values()) {
      if (entry[0]!.kind !== "market" && entry[0]!.kind !== "imbalance") continue
      const [payer, payee] = entry as [Posting, Posting]
      add(sums, [payer.kind, payer.meteringPoint, payee.meteringPoint], payee.energyWh, BigInt(payee.amount))
    }
  }
  return sums
}

const settledByPair = ({ entries }: CommunityResult): Sums => {
  const sums: Sums = new Map()
  for (const { kind, payerPoint, payeePoint, energyWh, amount } of entries) if (kind === "market" || kind === "imbalance") add(sums, [kind, payerPoint, payeePoint], energyWh, amount)
  return sums
}

it("settled again from exported files, every day and span of days is to the nano-unit what the live market posted over all versions", () => {
  fc.assert(
    fc.property(liveDays, (days) => {
      for (const span of spansOf(playDays(days).runs)) {
        const files = filesOf(span, days.world.timeZone)
        if (files === undefined) continue
        const result = settleAgain(files)
        expect(sorted(settledByPoint(result))).toEqual(sorted(postedByPoint(span.runs)))
        expect(sorted(settledByPair(result))).toEqual(sorted(postedByPair(span.runs)))
        const rows = [...new Map(span.runs.flatMap(({ publicRows }) => publicRows.map((row) => [row.period, row] as const))).values()]
        for (const field of ["injectedWh", "withdrawnWh", "tradedWh", "sharedWh"] as const) {
          const offline = new Map(result.periods.map((row) => [row.time, row[field]]))
          expect(rows.map(({ period }) => offline.get(period))).toEqual(rows.map((row) => row[field]))
        }
      }
    }),
    runs(20)
  )
})

it("the days are worth their name: trades, shortfalls, corrections that post, joins, leaves, silent meters, qualities of every kind, days of 92 and 100 periods", () => {
  const seen = new Map<string, number>()
  const count = (name: string) => seen.set(name, (seen.get(name) ?? 0) + 1)
  for (const days of fc.sample(liveDays, { numRuns: 25, seed: 11 })) {
    const { runs: all } = playDays(days)
    for (const { inputs, postings } of all) {
      for (const { kind } of postings) count(kind)
      if (inputs.version > 1 && postings.length > 0) count("a correction posts")
      if (inputs.version > 1 && postings.some(({ kind }) => kind === "market")) count("a correction of trades")
      count(`${inputs.periods.length} periods`)
      for (const { values } of inputs.points) {
        for (const { quality, energyWh } of values) count(quality === "missing" && energyWh > 0 ? "missing, and counted" : quality)
        if (values[0]!.version === 0 && values.at(-1)!.version > 0) count("joins within a day")
      }
    }
    for (const { community, from, until, runs: own } of spansOf(all)) {
      const known = own.map(({ inputs }) => inputs.points.length)
      if (from !== until && new Set(known).size > 1) count("joins on a later day")
      if (community === "moon") count("two communities")
    }
    if (days.leaves.some((tick) => tick > 0)) count("leaves")
    if (days.silences.some(({ length }) => length > 96)) count("a meter is dead")
  }
  const wanted = ["market", "imbalance", "sharing", "residual-supply", "feed-in", "a correction posts", "a correction of trades", "92 periods", "100 periods", "joins within a day", "joins on a later day", "two communities", "leaves", "a meter is dead"]
  for (const name of [...wanted, "measured", "calculated", "substitute", "provisional", "missing", "missing, and counted"]) expect(seen.get(name) ?? 0, name).toBeGreaterThan(0)
})
