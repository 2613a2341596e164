import { createEffect, createSignal, For, on, onCleanup, Show } from "solid-js"
import type { Trade } from "../../../http/api/wire.ts"
import { PERIOD_SECONDS } from "../../../../engine/core/calendar/period.ts"
import { amountOf } from "../../../../engine/core/quantity/money.ts"
import type { Market } from "../data/market.ts"
import { centsPerKwh, count, periodText, smallEuro, timeOfDay, wattHours } from "../words/format.ts"
import { words } from "../words/words.ts"
import { Card } from "./card.tsx"
import { Scroll } from "./scroll.tsx"

/** The newest trades, fed by the stream. */
export const Trades = (props: { market: Market; all: number }) => {
  const { columns } = words.trades
  const trades = () => props.market.trades()
  return (
    <Card id="trades" title={words.trades.title} about={trades().length > 0 ? words.trades.shown(count(trades().length), count(Math.max(props.all, trades()[0]!.tradeId))) : undefined}>
      <Announcement market={props.market} />
      <Show when={trades().length > 0} fallback={<p class="empty">{words.trades.none}</p>}>
        <Scroll label={words.trades.title}>
          <table>
            <thead>
              <tr>
                <th scope="col">{columns.made}</th>
                <th scope="col">{columns.seller}</th>
                <th scope="col">{columns.buyer}</th>
                <th scope="col">{columns.period}</th>
                <th scope="col" class="number">{columns.energy}</th>
                <th scope="col" class="number">{columns.price}</th>
                <th scope="col" class="number">{columns.value}</th>
              </tr>
            </thead>
            <tbody>
              <For each={trades()}>{(trade) => <Row trade={trade} zone={props.market.zone()} />}</For>
            </tbody>
          </table>
        </Scroll>
      </Show>
    </Card>
  )
}

const Row = (props: { trade: Trade; zone: string }) => (
  <tr class="arrives" data-testid="trade-row" data-trade-id={props.trade.tradeId}>
    <td>{timeOfDay(props.zone, props.trade.marketTime)}</td>
    <td>{props.trade.seller}</td>
    <td>{props.trade.buyer}</td>
    <td>{periodText(props.zone, props.trade.period, PERIOD_SECONDS)}</td>
    <td class="number">{wattHours(props.trade.quantity)}</td>
    <td class="number">{centsPerKwh(props.trade.price)}</td>
    <td class="number">{smallEuro(amountOf(props.trade.quantity, props.trade.price))}</td>
  </tr>
)

/** Tells screen readers how many trades came, at most every ten seconds: reading each one aloud would drown all else. */
const Announcement = (props: { market: Market }) => {
  const [text, setText] = createSignal("")
  let told: number | undefined
  let timer: number | undefined
  createEffect(
    on(props.market.trades, (trades) => {
      const newest = trades[0]?.tradeId ?? 0
      told ??= newest
      if (newest === told || timer !== undefined) return
      timer = window.setTimeout(() => {
        timer = undefined
        const now = props.market.trades()[0]?.tradeId ?? 0
        setText(words.trades.announced(now - told!))
        told = now
      }, 10_000)
    })
  )
  onCleanup(() => window.clearTimeout(timer))
  return (
    <p class="unseen" aria-live="polite">
      {text()}
    </p>
  )
}
