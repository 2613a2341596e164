import { amountOf } from "../quantity/money.ts"
import { assertLaw } from "../quantity/invariant.ts"
import { choice, integer, list, struct, text, unsigned, type Infer } from "../quantity/codec.ts"
import type { PeriodAllocation } from "../allocation/allocate-period.ts"
import type { Tariff } from "../tariff/tariff.ts"

/** What a posting is for. `market`, `imbalance` and `sharing` move between members and stand in escrow; the others concern the supplier. */
export const postingKind = choice(["market", "imbalance", "sharing", "residual-supply", "feed-in"])
export type PostingKind = Infer<typeof postingKind>

/** Who stands against a member in residual supply and feed-in. */
export const SUPPLIER = "supplier"

/** One line of a double entry: nano-units of currency, positive = in favour of `holder`. Lines of one entry sum to zero. */
export const posting = struct({
  entry: unsigned,
  period: unsigned,
  kind: postingKind,
  /** A member, or the supplier. */
  holder: text,
  /** The metering point the line concerns; empty for the supplier. */
  meteringPoint: text,
  /** Below zero where a correction takes energy back. */
  energyWh: integer,
  amount: integer
})
export type Posting = Infer<typeof posting>
export const postings = list(posting)

/** True for the kinds that move between members and are therefore in escrow (design, decision 10). */
export const isInEscrow = (kind: PostingKind): boolean => kind === "market" || kind === "imbalance" || kind === "sharing"

type Line = Omit<Posting, "entry" | "period" | "kind">

/** Postings of one period's allocation; entries are numbered on from `firstEntry`. */
export const postPeriod = (period: number, allocation: PeriodAllocation, prices: Tariff, firstEntry: number): Array<Posting> => {
  const lines: Array<Posting> = []
  let entry = firstEntry
  const post = (kind: PostingKind, entryLines: ReadonlyArray<Line>): void => {
    assertLaw(entryLines.reduce((sum, line) => sum + BigInt(line.amount), 0n) === 0n, "an entry sums to zero")
    for (const line of entryLines) lines.push({ entry, period, kind, ...line })
    entry++
  }
  postTrades(allocation, prices, post)
  postSharing(allocation, prices, post)
  postSupplier(allocation, prices, post)
  return lines
}

type Post = (kind: PostingKind, lines: ReadonlyArray<Line>) => void

const between = (
  payer: { holder: string; meteringPoint: string },
  payee: { holder: string; meteringPoint: string },
  energyWh: number,
  amount: number
): ReadonlyArray<Line> => [
  { ...payer, energyWh, amount: amount === 0 ? 0 : -amount },
  { ...payee, energyWh, amount }
]

/** Delivered Wh at the trade's price; a shortfall costs residual supply, an excess earns feed-in, the other side is held harmless. */
const postTrades = (allocation: PeriodAllocation, prices: Tariff, post: Post): void => {
  for (const { trade, deliveredWh, sellerShortfallWh, buyerExcessWh } of allocation.delivered) {
    const buyer = { holder: trade.buyer, meteringPoint: trade.buyPoint }
    const seller = { holder: trade.seller, meteringPoint: trade.sellPoint }
    if (deliveredWh > 0) post("market", between(buyer, seller, deliveredWh, amountOf(deliveredWh, trade.price)))
    if (sellerShortfallWh > 0) {
      const price = Math.max(0, prices.residualSupplyPrice - trade.price)
      post("imbalance", between(seller, buyer, sellerShortfallWh, amountOf(sellerShortfallWh, price)))
    }
    if (buyerExcessWh > 0) {
      const price = Math.max(0, trade.price - prices.feedInPrice)
      post("imbalance", between(buyer, seller, buyerExcessWh, amountOf(buyerExcessWh, price)))
    }
  }
}

/** Consumers pay, producers are paid the sharing price; both sides carry the same Wh, so the entry balances. */
const postSharing = (allocation: PeriodAllocation, prices: Tariff, post: Post): void => {
  const shares = allocation.points.filter((point) => point.sharedWh > 0)
  if (shares.length === 0) return
  post(
    "sharing",
    shares.map(({ member, meteringPoint, direction, sharedWh }) => {
      const amount = amountOf(sharedWh, prices.sharingPrice)
      return { holder: member, meteringPoint, energyWh: sharedWh, amount: direction === "injection" || amount === 0 ? amount : -amount }
    })
  )
}

const postSupplier = (allocation: PeriodAllocation, prices: Tariff, post: Post): void => {
  const supplier = { holder: SUPPLIER, meteringPoint: "" }
  for (const { member, meteringPoint, direction, beyondWh } of allocation.points) {
    if (beyondWh === 0) continue
    const own = { holder: member, meteringPoint }
    if (direction === "withdrawal") post("residual-supply", between(own, supplier, beyondWh, amountOf(beyondWh, prices.residualSupplyPrice)))
    else post("feed-in", between(supplier, own, beyondWh, amountOf(beyondWh, prices.feedInPrice)))
  }
}
