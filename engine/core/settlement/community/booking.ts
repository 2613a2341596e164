import { assertLaw } from "../../quantity/invariant.ts"
import { compareText } from "../../quantity/bytes.ts"
import { entryKey, ROUNDING, TAX, type Entry, type EntryName } from "./ledger.ts"
import { centsOf, NANO_OF_A_CENT, type Statement } from "./statement.ts"

/** What a run posts: entries in nano-units, VAT, and what rounding to cents adds to either. */
export type BookingKind = Entry["kind"] | "vat" | "rounding"

/** One double posting of a run: `payer` owes `payee`. Exact, in nano-units. */
export interface Booking {
  readonly payer: string
  readonly payee: string
  readonly kind: BookingKind
  readonly label: string
  readonly payerPoint: string
  readonly payeePoint: string
  readonly energyWh: number
  readonly amount: bigint
}

const rounding = (entry: Entry): Array<Booking> => {
  const amount = centsOf(entry) * NANO_OF_A_CENT - entry.amount
  if (amount === 0n) return []
  const shared = { kind: "rounding" as const, label: `${entry.kind} ${entry.label}`, payerPoint: entry.payerPoint, payeePoint: entry.payeePoint, energyWh: 0, amount }
  return [
    { ...shared, payer: entry.payer, payee: ROUNDING },
    { ...shared, payer: ROUNDING, payee: entry.payee }
  ]
}

/**
 * Everything that a run's version stands for: each entry exactly, what its rounding to cents adds (through the rounding
 * account, which both sides leave even), and VAT in cents to the tax account.
 */
export const bookingsOf = (entries: ReadonlyArray<Entry>, statements: ReadonlyArray<Statement>): Array<Booking> => [
  ...entries.map(({ payer, payee, kind, label, payerPoint, payeePoint, energyWh, amount }) => ({ payer, payee, kind, label, payerPoint, payeePoint, energyWh, amount })),
  ...entries.flatMap(rounding),
  ...statements.flatMap(({ member, vat }) =>
    vat.map(({ perMille, vatCents }) => ({ payer: member, payee: TAX, kind: "vat" as const, label: `${perMille / 10} %`, payerPoint: "", payeePoint: "", energyWh: 0, amount: -vatCents * NANO_OF_A_CENT }))
  )
]

const keyOf = (booking: Booking): string => entryKey(booking as EntryName)

const summed = (bookings: ReadonlyArray<Booking>): Map<string, Booking> => {
  const sums = new Map<string, Booking>()
  for (const booking of bookings) {
    const key = keyOf(booking)
    const before = sums.get(key)
    sums.set(key, before === undefined ? booking : { ...before, energyWh: before.energyWh + booking.energyWh, amount: before.amount + booking.amount })
  }
  return sums
}

/**
 * What a new version posts on top of the one before: only differences; a relation that is gone is posted back to zero.
 * Sums over all versions are therefore the bookings of the last (design, decision 12).
 */
export const deltaOf = (before: ReadonlyArray<Booking>, now: ReadonlyArray<Booking>): Array<Booking> => {
  const [old, current] = [summed(before), summed(now)]
  const delta: Array<Booking> = []
  for (const [key, booking] of current) {
    const was = old.get(key)
    const amount = booking.amount - (was?.amount ?? 0n)
    const energyWh = booking.energyWh - (was?.energyWh ?? 0)
    if (amount !== 0n || energyWh !== 0) delta.push({ ...booking, amount, energyWh })
  }
  for (const [key, booking] of old) {
    if (!current.has(key)) delta.push({ ...booking, amount: -booking.amount, energyWh: -booking.energyWh })
  }
  const sum = (bookings: Iterable<Booking>): bigint => [...bookings].reduce((total, { amount }) => total + amount, 0n)
  assertLaw(sum(delta) === sum(now) - sum(before), "a delta leads from one version to the next")
  return delta.sort((left, right) => compareText(keyOf(left), keyOf(right)))
}
