import type { Overview } from "../../http/api/wire.ts"
import { createMarket } from "./data/market.ts"
import { createRefreshed } from "./data/refreshed.ts"
import { Batches } from "./parts/batches.tsx"
import { QualityOfData } from "./parts/data-quality.tsx"
import { Header } from "./parts/header.tsx"
import { MemberDay } from "./parts/member-day.tsx"
import { Power } from "./parts/power.tsx"
import { Today } from "./parts/today.tsx"
import { Trades } from "./parts/trades.tsx"
import { words } from "./words/words.ts"

/** The one page: what happens now, what was traded, one member's day, what stands on the chain, and how good the data is. */
export const App = () => {
  const market = createMarket()
  const overview = createRefreshed<Overview>(() => "overview", 2_000, market.changes, "area")
  return (
    <>
      <Header market={market} />
      <main>
        <Power overview={overview.value} zone={market.zone()} />
        <Today overview={overview.value} />
        <Trades market={market} all={overview.value?.trades ?? 0} />
        <MemberDay market={market} />
        <Batches market={market} />
        <QualityOfData market={market} />
      </main>
      <footer>
        <a href="/docs">{words.footer.api}</a>
        <span>
          {words.footer.stateHash} <code data-testid="state-hash">{market.status()?.stateHash}</code>
        </span>
      </footer>
    </>
  )
}
