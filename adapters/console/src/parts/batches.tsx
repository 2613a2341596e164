import { createSignal, For, Show } from "solid-js"
import type { BatchView } from "../../../http/api/wire.ts"
import type { Market } from "../data/market.ts"
import { createRefreshed } from "../data/refreshed.ts"
import { count, dayText, shortHash } from "../words/format.ts"
import { words } from "../words/words.ts"
import { BatchFacts } from "./batch-facts.tsx"
import { Card } from "./card.tsx"
import { Scroll } from "./scroll.tsx"

/** Recorded runs and where each stands on the way to the chain; one of them may be open. */
export const Batches = (props: { market: Market }) => {
  const batches = createRefreshed<ReadonlyArray<BatchView>>(() => "batches", 3_000, props.market.changes, "batchId")
  const [opened, setOpened] = createSignal<string>()
  const toggle = (id: string): void => void setOpened((before) => (before === id ? undefined : id))
  const { columns } = words.batches
  return (
    <Card id="batches" title={words.batches.title}>
      <Show when={batches.failure}>{(failure) => <p class="failure">{words.failed(failure())}</p>}</Show>
      <Show when={(batches.value?.length ?? 0) > 0} fallback={<p class="empty">{words.batches.none}</p>}>
        <Scroll label={words.batches.title}>
          <table>
            <thead>
              <tr>
                <th scope="col">{columns.period}</th>
                <th scope="col" class="number">{columns.version}</th>
                <th scope="col">{columns.status}</th>
                <th scope="col" class="number">{columns.height}</th>
                <th scope="col">{columns.transaction}</th>
                <th scope="col">{columns.root}</th>
                <th scope="col"><span class="unseen">{columns.open}</span></th>
              </tr>
            </thead>
            <tbody>
              <For each={batches.value}>
                {(batch) => (
                  <>
                    <Row batch={batch} isOpen={opened() === batch.batchId} onToggle={() => toggle(batch.batchId)} />
                    <Show when={opened() === batch.batchId}>
                      <tr class="facts" id={`facts-${batch.runId}`}>
                        <td colSpan={7}>
                          <BatchFacts batch={batch} market={props.market} />
                        </td>
                      </tr>
                    </Show>
                  </>
                )}
              </For>
            </tbody>
          </table>
        </Scroll>
      </Show>
    </Card>
  )
}

const Row = (props: { batch: BatchView; isOpen: boolean; onToggle: () => void }) => {
  const day = () => dayText(props.batch.settlementPeriod)
  return (
    <tr data-testid="batch-row" data-batch-id={props.batch.batchId} data-status={props.batch.status}>
      <th scope="row">{day()}</th>
      <td class="number">{props.batch.version}</td>
      <td>
        <span class="badge" data-status={props.batch.status} data-testid="batch-status">{words.batches.statuses[props.batch.status]}</span>
      </td>
      <td class="number">{props.batch.height === null ? <span class="quiet">{words.batches.notKnown}</span> : count(props.batch.height)}</td>
      <td>{hash(props.batch.transaction)}</td>
      <td>{hash(props.batch.root)}</td>
      <td class="number">
        <button
          type="button"
          data-testid="batch-toggle"
          aria-expanded={props.isOpen}
          aria-controls={`facts-${props.batch.runId}`}
          aria-label={props.isOpen ? words.batches.close(day()) : words.batches.open(day())}
          onClick={() => props.onToggle()}
        >
          <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true"><path d={props.isOpen ? "M2 8l4-4 4 4" : "M2 4l4 4 4-4"} /></svg>
        </button>
      </td>
    </tr>
  )
}

const hash = (hex: string | null) => (hex === null ? <span class="quiet">{words.batches.notKnown}</span> : <code title={hex}>{shortHash(hex)}</code>)
