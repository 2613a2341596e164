import { equalBytes } from "../quantity/bytes.ts"
import { list, struct, text, type Codec } from "../quantity/codec.ts"
import { EventBuffer } from "./book/event-log.ts"
import { restoreFast } from "./book/fast/restore.ts"
import { readSnapshot } from "./book/snapshot-form.ts"
import { MarketBooks } from "./market-books.ts"
import { areMarketRules, bookRulesOf, marketRules } from "./market-rules.ts"
import { insist, SnapshotCheck } from "./snapshot-check.ts"
import { Traders } from "./traders.ts"

const traderList = list(struct({ meteringPoint: text, member: text, community: text }))

/** Books in their canonical form: rules, traders, and the books' own snapshot (book/snapshot-form.ts). */
export const marketBooks: Codec<MarketBooks> = {
  write: (writer, { rules, traders, books }) => {
    marketRules.write(writer, rules)
    traderList.write(writer, traders.list)
    writer.sized(books.snapshot())
  },
  read: (reader) => {
    const rules = marketRules.read(reader)
    insist(areMarketRules(rules), "rules")
    const listed = traderList.read(reader)
    insist(listed.length <= rules.tradingPoints && new Set(listed.map(({ meteringPoint }) => meteringPoint)).size === listed.length, "traders")
    const traders = new Traders(listed)
    // A copy: a slice of a database driver's buffer is a view into the driver's own memory, and not aligned.
    const bytes = new Uint8Array(reader.sized())
    const check = new SnapshotCheck(rules, traders)
    readSnapshot(bytes, bookRulesOf(rules), new EventBuffer(1), check)
    const restored = new MarketBooks(rules, restoreFast(bookRulesOf(rules), bytes), traders)
    insist(equalBytes(restored.books.snapshot(), bytes), "not the canonical form")
    for (const order of check.orders) restored.enter(order)
    return restored
  }
}
