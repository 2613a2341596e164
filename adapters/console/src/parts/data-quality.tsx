import { For, Show } from "solid-js"
import type { DataQuality } from "../../../http/api/wire.ts"
import type { Market } from "../data/market.ts"
import { createRefreshed } from "../data/refreshed.ts"
import { clockOffset, count, dayAndTime } from "../words/format.ts"
import { words } from "../words/words.ts"
import { Card } from "./card.tsx"
import { Scroll } from "./scroll.tsx"

/** How good the data of every metering point is: today's values by quality, its clock, and what went wrong so far. */
export const QualityOfData = (props: { market: Market }) => {
  const points = createRefreshed<ReadonlyArray<DataQuality>>(() => "data-quality", 15_000, props.market.changes, "meteringPoint")
  const { columns } = words.quality
  return (
    <Card id="quality" title={words.quality.title} about={words.quality.about}>
      <Show when={points.failure}>{(failure) => <p class="failure">{words.failed(failure())}</p>}</Show>
      <Show when={(points.value?.length ?? 0) > 0} fallback={<p class="empty">{points.value === undefined ? words.loading : words.quality.none}</p>}>
        <Scroll label={words.quality.title}>
          <table>
            <thead>
              <tr>
                <th scope="col">{columns.point}</th>
                <th scope="col">{columns.last}</th>
                <For each={qualities}>{(quality) => <th scope="col" class="number">{columns[quality]}</th>}</For>
                <th scope="col">{columns.clock}</th>
                <th scope="col">{columns.issues}</th>
              </tr>
            </thead>
            <tbody>
              <For each={points.value}>{(point) => <Row point={point} zone={props.market.zone()} />}</For>
            </tbody>
          </table>
        </Scroll>
      </Show>
    </Card>
  )
}

const qualities = ["measured", "calculated", "provisional", "substitute", "missing", "absent"] as const

const Row = (props: { point: DataQuality; zone: string }) => (
  <tr data-testid="quality-row" data-metering-point={props.point.meteringPoint}>
    <th scope="row">{props.point.meteringPoint}</th>
    <td>{props.point.lastReading === null ? <span class="quiet">{words.quality.never}</span> : dayAndTime(props.zone, props.point.lastReading)}</td>
    <For each={qualities}>{(quality) => <td class="number">{count(props.point.periods[quality])}</td>}</For>
    <td>{props.point.clockOffset === null ? <span class="quiet">{words.quality.noClock}</span> : clockOffset(props.point.clockOffset.seconds)}</td>
    <td>
      <ul class="issues">
        <For each={props.point.issues}>{(issue) => <li>{words.quality.issue(words.quality.categories[issue.category], issue.reason, count(issue.count))}</li>}</For>
      </ul>
    </td>
  </tr>
)
