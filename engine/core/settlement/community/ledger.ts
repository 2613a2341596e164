import { assertLaw } from "../../quantity/invariant.ts"
import { compareText } from "../../quantity/bytes.ts"
import { choice, type Infer } from "../../quantity/codec.ts"
import { componentKinds } from "../../tariff/component.ts"

/** What an entry is for. */
export const entryKinds = ["market", "imbalance", "own", "sharing", "contract", "premium", ...componentKinds] as const
export const entryKind = choice(entryKinds)
export type EntryKind = Infer<typeof entryKind>

/** Holders that are no members: names of members never begin with an at sign. */
export const COMMUNITY = "@community"
export const PREMIUM = "@premium"
export const TAX = "@tax"
export const ROUNDING = "@rounding"
export const balanceGroupHolder = (name: string): string => `@balance-group/${name}`
export const isMember = (holder: string): boolean => !holder.startsWith("@")

/** Energy and money of an entry at one price; a price that changed from period to period is undefined. */
export interface EntryPart {
  /** Local days from and until, both included. */
  readonly from: string
  readonly until: string
  readonly price: number | undefined
  energyWh: number
  /** Nano-units that `payer` owes `payee`; negative where the price is. */
  amount: bigint
}

/**
 * One double entry of a run: `payer` owes `payee` the amount. It sums the postings of all delivery periods of one
 * relation, kind and label; every posting is a whole number of nano-units (Wh x micro-units per kWh).
 */
export interface Entry {
  readonly payer: string
  readonly payee: string
  readonly kind: EntryKind
  /** Name of the sharing step or tariff component. */
  readonly label: string
  /** Metering points of payer and payee; empty where a side is no member. */
  readonly payerPoint: string
  readonly payeePoint: string
  readonly vatPerMille: number
  readonly parts: Array<EntryPart>
  energyWh: number
  amount: bigint
}

export type EntryName = Pick<Entry, "payer" | "payee" | "kind" | "label" | "payerPoint" | "payeePoint">

/** Identifies an entry over all versions of a run. */
export const entryKey = ({ payer, payee, kind, label, payerPoint, payeePoint }: EntryName): string => [payer, payee, kind, label, payerPoint, payeePoint].join("\n")

/** Collects the entries of a run. */
export class Ledger {
  private readonly entries = new Map<string, Entry>()

  /** Adds energy and money to the entry of its relation; nothing at all leaves no entry. */
  post(name: EntryName, vatPerMille: number, part: EntryPart): void {
    if (part.energyWh === 0 && part.amount === 0n) return
    const key = `${entryKey(name)}\n${vatPerMille}`
    let entry = this.entries.get(key)
    if (entry === undefined) this.entries.set(key, (entry = { ...name, vatPerMille, parts: [], energyWh: 0, amount: 0n }))
    entry.energyWh += part.energyWh
    entry.amount += part.amount
    assertLaw(Number.isSafeInteger(entry.energyWh), "the energy of an entry is exact")
    const same = entry.parts.find((one) => one.from === part.from && one.until === part.until && one.price === part.price)
    if (same === undefined) entry.parts.push({ ...part })
    else {
      same.energyWh += part.energyWh
      same.amount += part.amount
    }
  }

  /** All entries in canonical order. */
  finish(): Array<Entry> {
    return [...this.entries].sort(([left], [right]) => compareText(left, right)).map(([, entry]) => entry)
  }
}

/** What each holder has gained or owes, in nano-units. They sum to zero by construction, and it is asserted. */
export const balancesOf = (entries: ReadonlyArray<Pick<Entry, "payer" | "payee" | "amount">>): Map<string, bigint> => {
  const balances = new Map<string, bigint>()
  const add = (holder: string, amount: bigint) => balances.set(holder, (balances.get(holder) ?? 0n) + amount)
  for (const { payer, payee, amount } of entries) {
    add(payer, -amount)
    add(payee, amount)
  }
  assertLaw([...balances.values()].reduce((sum, amount) => sum + amount, 0n) === 0n, "balances of a run sum to zero")
  return new Map([...balances].sort(([left], [right]) => compareText(left, right)))
}
