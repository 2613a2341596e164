import { compareText } from "../quantity/bytes.ts"
import { assertLaw } from "../quantity/invariant.ts"
import { postingKind, type Posting } from "./posting.ts"
import { encode } from "../quantity/codec.ts"

interface Relation {
  readonly period: number
  readonly kind: Posting["kind"]
  readonly name: string
  /** By holder and metering point, in the order in which they came: the payer stands first. */
  readonly lines: Map<string, Posting>
}

const numberOf = (kind: Posting["kind"]): number => encode(postingKind, kind)[0]!

/** Who stands in an entry: what is shared has one entry for all, everything else one for payer and payee. */
const nameOf = (entry: ReadonlyArray<Posting>): string =>
  entry[0]!.kind === "sharing" ? "" : entry.map(({ holder, meteringPoint }) => `${holder}\n${meteringPoint}`).join("\n")

/** Lines of one entry follow each other. */
const entriesOf = (postings: ReadonlyArray<Posting>): Array<Array<Posting>> => {
  const entries: Array<Array<Posting>> = []
  for (const [index, line] of postings.entries()) {
    if (index > 0 && postings[index - 1]!.entry === line.entry) entries.at(-1)!.push(line)
    else entries.push([line])
  }
  return entries
}

const addEntry = (relations: Map<string, Relation>, entry: ReadonlyArray<Posting>): void => {
  const { period, kind } = entry[0]!
  const name = nameOf(entry)
  const key = `${period}\n${kind}\n${name}`
  const relation = relations.get(key) ?? { period, kind, name, lines: new Map<string, Posting>() }
  relations.set(key, relation)
  for (const line of entry) {
    const own = `${line.holder}\n${line.meteringPoint}`
    const before = relation.lines.get(own)
    relation.lines.set(own, before === undefined ? line : { ...before, energyWh: before.energyWh + line.energyWh, amount: before.amount + line.amount })
  }
}

/** What all postings of several versions come to: one entry for each relation of a period, in canonical order; what comes to nothing is left out. */
export const sumPostings = (versions: ReadonlyArray<ReadonlyArray<Posting>>): Array<Posting> => {
  const relations = new Map<string, Relation>()
  for (const postings of versions) for (const entry of entriesOf(postings)) addEntry(relations, entry)
  const sorted = [...relations.values()].sort(
    (left, right) => left.period - right.period || numberOf(left.kind) - numberOf(right.kind) || compareText(left.name, right.name)
  )
  let entry = 0
  return sorted.flatMap(({ kind, lines }) => {
    const left = [...lines].filter(([, { energyWh, amount }]) => energyWh !== 0 || amount !== 0)
    if (left.length === 0) return []
    entry++
    assertLaw(left.every(([, { energyWh, amount }]) => Number.isSafeInteger(energyWh) && Number.isSafeInteger(amount)), "a sum of postings is exact")
    assertLaw(left.reduce((sum, [, { amount }]) => sum + BigInt(amount), 0n) === 0n, "an entry sums to zero")
    if (kind === "sharing") left.sort(([one], [other]) => compareText(one, other))
    return left.map(([, line]) => ({ ...line, entry }))
  })
}

/** The postings that lead from what stands to `now`: a relation that is gone is posted back to zero. */
export const postDifference = (now: ReadonlyArray<Posting>, standing: ReadonlyArray<Posting>): Array<Posting> =>
  sumPostings([now, standing.map((line) => ({ ...line, energyWh: 0 - line.energyWh, amount: 0 - line.amount }))])
