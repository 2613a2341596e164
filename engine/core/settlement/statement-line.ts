import { compareText } from "../quantity/bytes.ts"
import { bigInteger, integer, struct, text, type Infer } from "../quantity/codec.ts"
import { postingKind, SUPPLIER, type Posting } from "./posting.ts"

/** A line of a member's statement for one settlement period: the postings of one metering point and kind, summed. */
export const statementLine = struct({
  member: text,
  meteringPoint: text,
  kind: postingKind,
  /** Below zero where a correction takes energy back. */
  energyWh: integer,
  /** Nano-units of currency, positive = in the member's favour. */
  amount: bigInteger
})
export type StatementLine = Infer<typeof statementLine>

/** Statement lines of all members, ordered by member, metering point and kind; a line in which corrections cancel out is left out. */
export const statementLines = (postings: ReadonlyArray<Posting>): Array<StatementLine> => {
  const lines = new Map<string, StatementLine>()
  for (const { holder, meteringPoint, kind, energyWh, amount } of postings) {
    if (holder === SUPPLIER) continue
    const key = `${holder}\n${meteringPoint}\n${kind}`
    const line = lines.get(key) ?? { member: holder, meteringPoint, kind, energyWh: 0, amount: 0n }
    lines.set(key, { ...line, energyWh: line.energyWh + energyWh, amount: line.amount + BigInt(amount) })
  }
  return [...lines.entries()]
    .filter(([, { energyWh, amount }]) => energyWh !== 0 || amount !== 0n)
    .sort(([left], [right]) => compareText(left, right))
    .map(([, line]) => line)
}
