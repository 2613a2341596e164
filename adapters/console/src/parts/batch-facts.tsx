import { For, Show } from "solid-js"
import { PERIOD_SECONDS } from "../../../../engine/core/calendar/period.ts"
import type { BatchDetail, BatchView } from "../../../http/api/wire.ts"
import type { Market } from "../data/market.ts"
import { createRefreshed } from "../data/refreshed.ts"
import { centsPerKwh, count, periodText, wattHours } from "../words/format.ts"
import { words } from "../words/words.ts"
import { ChangesOf } from "./run-changes.tsx"
import { Scroll } from "./scroll.tsx"

const hashNames = ["transaction", "root", "runId", "inputsHash", "resultHash", "logHeadHash"] as const
const testIds: Partial<Record<(typeof hashNames)[number], string>> = { transaction: "transaction-hash", root: "root" }

/** One batch: hashes in full, of a correction what changed, and the public row of every delivery period. */
export const BatchFacts = (props: { batch: BatchView; market: Market }) => {
  const path = () => `batches/${[props.batch.community, props.batch.settlementPeriod, props.batch.version].map((part) => encodeURIComponent(part)).join("/")}`
  const detail = createRefreshed<BatchDetail>(path, 30_000, () => 0, "period")
  const rows = () => detail.value?.publicRows ?? []
  const { rowColumns } = words.batches
  return (
    <div class="batch" data-testid="batch-detail">
      <dl class="hashes">
        <For each={hashNames}>
          {(name) => (
            <div>
              <dt>{words.batches.hashes[name]}</dt>
              <dd>
                <Show when={props.batch[name]} fallback={<span class="quiet">{words.batches.notKnown}</span>}>
                  {(hex) => <code data-testid={testIds[name]}>{hex()}</code>}
                </Show>
                <Show when={name === "logHeadHash"}> {words.batches.logPosition(count(props.batch.logPosition))}</Show>
              </dd>
            </div>
          )}
        </For>
      </dl>
      <Show when={detail.failure}>{(failure) => <p class="failure">{words.failed(failure())}</p>}</Show>
      <Show when={props.batch.version > 1}>
        <ChangesOf batch={props.batch} market={props.market} />
      </Show>
      <h3>{words.batches.publicRows}</h3>
      <Scroll label={words.batches.publicRows}>
        <table>
          <thead>
            <tr>
              <th scope="col">{rowColumns.period}</th>
              <th scope="col" class="number">{rowColumns.injected}</th>
              <th scope="col" class="number">{rowColumns.withdrawn}</th>
              <th scope="col" class="number">{rowColumns.traded}</th>
              <th scope="col" class="number">{rowColumns.shared}</th>
              <th scope="col" class="number">{rowColumns.lastPrice}</th>
              <th scope="col" class="number">{rowColumns.members}</th>
            </tr>
          </thead>
          <tbody>
            <For each={rows()}>
              {(row) => (
                <tr data-testid="public-row">
                  <th scope="row">{periodText(props.market.zone(), row.period, PERIOD_SECONDS)}</th>
                  <td class="number">{wattHours(row.injectedWh)}</td>
                  <td class="number">{wattHours(row.withdrawnWh)}</td>
                  <td class="number">{wattHours(row.tradedWh)}</td>
                  <td class="number">{wattHours(row.sharedWh)}</td>
                  <td class="number">{row.lastPrice === null ? "\u2013" : centsPerKwh(row.lastPrice)}</td>
                  <td class="number">{row.members ?? words.batches.fewMembers}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Scroll>
    </div>
  )
}
