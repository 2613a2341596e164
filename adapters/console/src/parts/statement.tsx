import { For, Show } from "solid-js"
import type { BatchView, Statement } from "../../../http/api/wire.ts"
import type { Market } from "../data/market.ts"
import { createRefreshed } from "../data/refreshed.ts"
import { dayText, euro, kilowattHours } from "../words/format.ts"
import { words } from "../words/words.ts"
import { Scroll } from "./scroll.tsx"

/** The member's statement of the newest settled day, over all versions of its run; nothing before the first run. */
export const StatementOf = (props: { member: string; market: Market }) => {
  const newest = createRefreshed<ReadonlyArray<BatchView>>(() => "batches?limit=1", 20_000, props.market.changes, "batchId")
  const path = () => {
    const batch = newest.value?.[0]
    return batch === undefined ? undefined : `members/${encodeURIComponent(props.member)}/statement?day=${batch.settlementPeriod}`
  }
  const statement = createRefreshed<Statement>(path, 60_000, props.market.changes, null)
  const { columns, kinds } = words.statement
  return (
    <Show when={statement.value}>
      {(found) => (
        <details data-testid="statement">
          <summary>
            {words.statement.title(dayText(found().settlementPeriod))}: <b>{euro(found().total)}</b>
          </summary>
          <Scroll label={words.statement.title(dayText(found().settlementPeriod))}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{columns.point}</th>
                  <th scope="col">{columns.kind}</th>
                  <th scope="col" class="number">{columns.energy}</th>
                  <th scope="col" class="number">{columns.amount}</th>
                </tr>
              </thead>
              <tbody>
                <For each={found().lines}>
                  {(line) => (
                    <tr>
                      <td>{line.meteringPoint}</td>
                      <td>{kinds[line.kind]}</td>
                      <td class="number">{kilowattHours(line.energyWh)}</td>
                      <td class="number">{euro(line.amount)}</td>
                    </tr>
                  )}
                </For>
              </tbody>
              <tfoot>
                <tr>
                  <th scope="row" colSpan={3}>{words.statement.total}</th>
                  <td class="number">{euro(found().total)}</td>
                </tr>
              </tfoot>
            </table>
          </Scroll>
          <Show when={found().versions.length > 1}>
            <p data-testid="statement-versions">{words.statement.versions(found().version)}</p>
            <ul>
              <For each={found().versions}>
                {({ version, total }) => (
                  <li data-testid="statement-version">
                    {version === 1 ? words.statement.first : words.statement.correction(version)}: {euro(total)}
                  </li>
                )}
              </For>
            </ul>
          </Show>
        </details>
      )}
    </Show>
  )
}
