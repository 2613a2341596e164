import { compareText } from "../../../engine/core/quantity/bytes.ts"
import type { Booking } from "../../../engine/core/settlement/community/booking.ts"
import { COMMUNITY, entryKey, type EntryKind, type EntryName } from "../../../engine/core/settlement/community/ledger.ts"
import { SUPPLIER, type Posting } from "../../../engine/core/settlement/posting.ts"
import { holderOf } from "../../../engine/core/tariff/component.ts"
import { LABELS, pointsOf, tariffsOf } from "./offline-rules.ts"
import type { SettledDays } from "./settled-day.ts"

/** What a posting of the live market is called on an offline statement. */
const KINDS = {
  market: { kind: "market", label: "market" },
  imbalance: { kind: "imbalance", label: "imbalance" },
  sharing: { kind: "sharing", label: LABELS.sharing },
  "residual-supply": { kind: "energy", label: LABELS.supplier },
  "feed-in": { kind: "feed-in", label: LABELS.feedIn }
} as const satisfies Record<Posting["kind"], { readonly kind: EntryKind; readonly label: string }>

/**
 * What the live market has posted, relation by relation over all days, in the form and the order of a run's bookings.csv
 * without rounding, so that both can be held against each other line by line. What is shared is one entry of many sides
 * there; here each side stands against the community.
 */
export const postedBookings = (settled: SettledDays): Array<Booking> => {
  const isInjection = new Set(pointsOf(settled).filter(({ direction }) => direction === "injection").map(({ meteringPoint }) => meteringPoint))
  const supplier = holderOf(tariffsOf(settled).components[0]!)
  const sideOf = ({ holder, meteringPoint }: Posting) => ({ holder: holder === SUPPLIER ? supplier : holder, point: meteringPoint })
  const community = { holder: COMMUNITY, point: "" }
  const sums = new Map<string, Booking>()
  const add = ({ kind }: Posting, payer: ReturnType<typeof sideOf>, payee: ReturnType<typeof sideOf>, energyWh: number, amount: number): void => {
    const name: EntryName = { payer: payer.holder, payee: payee.holder, ...KINDS[kind], payerPoint: payer.point, payeePoint: payee.point }
    const before = sums.get(entryKey(name))
    sums.set(entryKey(name), { ...name, energyWh: (before?.energyWh ?? 0) + energyWh, amount: (before?.amount ?? 0n) + BigInt(amount) })
  }
  for (const { posted } of settled.days) {
    for (const entry of Map.groupBy(posted, (line) => line.entry).values()) {
      if (entry[0]!.kind !== "sharing") {
        const [payer, payee] = entry as [Posting, Posting]
        add(payer, sideOf(payer), sideOf(payee), payee.energyWh, payee.amount)
        continue
      }
      for (const line of entry) {
        if (isInjection.has(line.meteringPoint)) add(line, community, sideOf(line), line.energyWh, line.amount)
        else add(line, sideOf(line), community, line.energyWh, 0 - line.amount)
      }
    }
  }
  return [...sums.values()].sort((left, right) => compareText(entryKey(left as EntryName), entryKey(right as EntryName)))
}
