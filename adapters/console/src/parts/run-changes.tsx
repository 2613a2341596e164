import { For, Show } from "solid-js"
import { PERIOD_SECONDS } from "../../../../engine/core/calendar/period.ts"
import type { BatchView, RunChanges } from "../../../http/api/wire.ts"
import type { Market } from "../data/market.ts"
import { createRefreshed } from "../data/refreshed.ts"
import { euro, periodText, wattHours } from "../words/format.ts"
import { words } from "../words/words.ts"
import { Scroll } from "./scroll.tsx"

/** Why a later version of a run was made, and what it moved for whom. */
export const ChangesOf = (props: { batch: BatchView; market: Market }) => {
  const path = () => `batches/${[props.batch.community, props.batch.settlementPeriod, props.batch.version].map((part) => encodeURIComponent(part)).join("/")}/changes`
  const changes = createRefreshed<RunChanges>(path, 60_000, () => 0, null)
  const { title, columns, sources, qualities, moved, movedColumns, nothingMoved } = words.changes
  const value = (one: RunChanges["values"][number]["before"]) => (one === null ? words.batches.notKnown : `${wattHours(one.energyWh)}, ${qualities[one.quality]}`)
  return (
    <div data-testid="run-changes">
      <Show when={changes.failure}>{(failure) => <p class="failure">{words.failed(failure())}</p>}</Show>
      <h3>{title}</h3>
      <Scroll label={title}>
        <table>
          <thead>
            <tr>
              <th scope="col">{columns.point}</th>
              <th scope="col">{columns.period}</th>
              <th scope="col">{columns.before}</th>
              <th scope="col">{columns.after}</th>
              <th scope="col">{columns.source}</th>
            </tr>
          </thead>
          <tbody>
            <For each={changes.value?.values}>
              {(one) => (
                <tr data-testid="changed-value">
                  <th scope="row">{one.meteringPoint}</th>
                  <td>{periodText(props.market.zone(), one.period, PERIOD_SECONDS)}</td>
                  <td>{value(one.before)}</td>
                  <td>{value(one.after)}</td>
                  <td>{[sources[one.source], one.who, one.why].filter((part) => part !== null).join(", ")}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Scroll>
      <h3>{moved}</h3>
      <Show when={changes.value?.moved.length !== 0} fallback={<p class="empty">{nothingMoved}</p>}>
        <table>
          <thead>
            <tr>
              <th scope="col">{movedColumns.member}</th>
              <th scope="col" class="number">{movedColumns.total}</th>
              <th scope="col" class="number">{movedColumns.inEscrow}</th>
            </tr>
          </thead>
          <tbody>
            <For each={changes.value?.moved}>
              {(one) => (
                <tr data-testid="moved">
                  <th scope="row">{one.member}</th>
                  <td class="number">{euro(one.total)}</td>
                  <td class="number">{euro(one.inEscrow)}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
    </div>
  )
}
