import { compareText } from "../../quantity/bytes.ts"
import { roundQuotient } from "./amounts.ts"
import { isMember, type Entry } from "./ledger.ts"
import type { PlainCosts, PointTotals } from "./findings.ts"
import type { CommunityResult } from "./settle-community.ts"

/** Nano-units of a cent. */
export const NANO_OF_A_CENT = 10_000_000n

/** An entry's amount on paper: rounded once, halves away from zero, and the same cents on both sides (design, decision 8). */
export const centsOf = ({ amount }: Pick<Entry, "amount">): bigint => roundQuotient(amount, NANO_OF_A_CENT)

/** One line of a statement; `cents` and `amount` (nano-units) are positive in the member's favour. */
export interface BillLine {
  readonly kind: Entry["kind"]
  readonly label: string
  readonly meteringPoint: string
  /** The other side and its metering point, if it is a neighbour. */
  readonly counterparty: string
  readonly counterpartyPoint: string
  readonly energyWh: number
  readonly amount: bigint
  readonly cents: bigint
  /** VAT in thousandths that the member pays on the line. */
  readonly vatPerMille: number
}

/** VAT of one rate: on the sum of its lines, rounded once. */
export interface VatLine {
  readonly perMille: number
  readonly baseCents: bigint
  readonly vatCents: bigint
}

/** Wh of a member; import and export are never netted. */
export interface MemberEnergy {
  readonly withdrawnWh: number
  readonly ownWh: number
  readonly tradedWh: number
  readonly sharedWh: number
  readonly residualWh: number
  readonly injectedWh: number
  readonly soldWh: number
  readonly givenWh: number
  readonly feedInWh: number
}

/** A member's settlement period on paper. Totals are sums of the lines; positive is in the member's favour. */
export interface Statement {
  readonly member: string
  readonly energy: MemberEnergy
  readonly lines: ReadonlyArray<BillLine>
  readonly vat: ReadonlyArray<VatLine>
  readonly netCents: bigint
  readonly totalCents: bigint
  /** The same Wh at the plain grid tariff, without trades and sharing. */
  readonly plainCents: bigint
  /** `totalCents` - `plainCents`. */
  readonly savingsCents: bigint
}

const vatOf = (perMille: number, baseCents: bigint): bigint => roundQuotient(baseCents * BigInt(perMille), 1_000n)

const vatLines = (lines: ReadonlyArray<BillLine>): Array<VatLine> => {
  const bases = new Map<number, bigint>()
  for (const { vatPerMille, cents } of lines) if (vatPerMille !== 0) bases.set(vatPerMille, (bases.get(vatPerMille) ?? 0n) + cents)
  return [...bases].sort(([left], [right]) => left - right).map(([perMille, baseCents]) => ({ perMille, baseCents, vatCents: vatOf(perMille, baseCents) }))
}

const linesOf = (member: string, entries: ReadonlyArray<Entry>): Array<BillLine> =>
  entries.flatMap((entry) => {
    const { kind, label, payer, payee, payerPoint, payeePoint, energyWh, amount, vatPerMille } = entry
    const rest = { kind, label, energyWh }
    const asPayer = { ...rest, meteringPoint: payerPoint, counterparty: payee, counterpartyPoint: payeePoint, amount: -amount, cents: -centsOf(entry), vatPerMille }
    const asPayee = { ...rest, meteringPoint: payeePoint, counterparty: payer, counterpartyPoint: payerPoint, amount, cents: centsOf(entry), vatPerMille: 0 }
    return [...(payer === member ? [asPayer] : []), ...(payee === member ? [asPayee] : [])]
  })

const energyOf = (points: ReadonlyArray<PointTotals>): MemberEnergy => {
  const sum = (direction: string, field: "energyWh" | "ownWh" | "tradedWh" | "sharedWh" | "beyondWh"): number =>
    points.reduce((total, point) => (point.direction === direction ? total + point[field] : total), 0)
  return {
    withdrawnWh: sum("withdrawal", "energyWh"),
    ownWh: sum("withdrawal", "ownWh"),
    tradedWh: sum("withdrawal", "tradedWh"),
    sharedWh: sum("withdrawal", "sharedWh"),
    residualWh: sum("withdrawal", "beyondWh"),
    injectedWh: sum("injection", "energyWh"),
    soldWh: sum("injection", "tradedWh"),
    givenWh: sum("injection", "sharedWh"),
    feedInWh: sum("injection", "beyondWh")
  }
}

const plainOf = (costs: PlainCosts): bigint =>
  [...costs].reduce((sum, [perMille, amount]) => {
    const cents = -roundQuotient(amount, NANO_OF_A_CENT)
    return sum + cents + vatOf(perMille, cents)
  }, 0n)

const statementOf = (member: string, entries: ReadonlyArray<Entry>, points: ReadonlyArray<PointTotals>, plain: CommunityResult["plain"]): Statement => {
  const lines = linesOf(member, entries)
  const vat = vatLines(lines)
  const netCents = lines.reduce((sum, { cents }) => sum + cents, 0n)
  const totalCents = vat.reduce((sum, { vatCents }) => sum + vatCents, netCents)
  const plainCents = plainOf(plain.get(member) ?? new Map())
  return { member, energy: energyOf(points), lines, vat, netCents, totalCents, plainCents, savingsCents: totalCents - plainCents }
}

/** Statements of all members that have a metering point or a line in the run, ordered by member. */
export const statementsOf = (result: CommunityResult): Array<Statement> => {
  const byHolder = new Map<string, Array<Entry>>()
  const file = (holder: string, entry: Entry): void => {
    if (!isMember(holder)) return
    const filed = byHolder.get(holder)
    if (filed === undefined) byHolder.set(holder, [entry])
    else filed.push(entry)
  }
  for (const entry of result.entries) {
    file(entry.payer, entry)
    if (entry.payee !== entry.payer) file(entry.payee, entry)
  }
  const pointsOf = Map.groupBy(result.points, ({ member }) => member)
  const members = new Set([...pointsOf.keys(), ...byHolder.keys()])
  return [...members].sort(compareText).map((member) => statementOf(member, byHolder.get(member) ?? [], pointsOf.get(member) ?? [], result.plain))
}
