import type { Overview } from "../../../http/api/wire.ts"
import { count, kilowattHours } from "../words/format.ts"
import { words } from "../words/words.ts"
import { Card } from "./card.tsx"

/** What the closed delivery periods of today came to. */
export const Today = (props: { overview: Overview | undefined }) => {
  const today = () => props.overview?.today
  return (
    <Card id="today" title={words.today.title} about={words.today.about(today()?.closedPeriods ?? 0)}>
      <dl class="tiles">
        {tile("traded", words.today.traded, () => kilowattHours(today()?.tradedWh ?? 0))}
        {tile("shared", words.today.shared, () => kilowattHours(today()?.sharedWh ?? 0))}
        {tile("import", words.today.residualSupply, () => kilowattHours(today()?.residualSupplyWh ?? 0))}
        {tile("export", words.today.feedIn, () => kilowattHours(today()?.feedInWh ?? 0))}
        {tile("plain", words.today.trades, () => count(today()?.trades ?? 0))}
      </dl>
    </Card>
  )
}

const tile = (kind: string, label: string, value: () => string) => (
  <div class={kind}>
    <dt>{label}</dt>
    <dd>{value()}</dd>
  </div>
)
