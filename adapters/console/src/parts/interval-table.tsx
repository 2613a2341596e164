import { For } from "solid-js"
import type { Interval } from "../../../http/api/wire.ts"
import { periodText, wattHours } from "../words/format.ts"
import { words } from "../words/words.ts"
import { Scroll } from "./scroll.tsx"

/** The same intervals in figures, the newest first. */
export const IntervalTable = (props: { meteringPoint: string; intervals: ReadonlyArray<Interval>; zone: string; length: number }) => {
  const { columns } = words.member
  const direction = () => props.intervals[0]!.direction
  return (
    <details>
      <summary>{words.member.table(props.meteringPoint)}</summary>
      <Scroll label={words.member.table(props.meteringPoint)}>
        <table>
          <thead>
            <tr>
              <th scope="col">{columns.period}</th>
              <th scope="col" class="number">{columns.energy}</th>
              <th scope="col">{columns.quality}</th>
              <th scope="col" class="number">{columns.version}</th>
              <th scope="col" class="number">{columns.contracted}</th>
              <th scope="col" class="number">{columns.traded}</th>
              <th scope="col" class="number">{columns.shared}</th>
              <th scope="col" class="number">{words.member.beyond[direction()]}</th>
            </tr>
          </thead>
          <tbody>
            <For each={props.intervals.toReversed()}>
              {(interval) => (
                <tr data-testid="interval-row" data-period={interval.period}>
                  <th scope="row">{periodText(props.zone, interval.period, props.length)}</th>
                  {figure(interval.energyWh)}
                  <td>{interval.quality === null ? "\u2013" : words.member.qualities[interval.quality]}</td>
                  <td class="number">{interval.version ?? "\u2013"}</td>
                  {figure(interval.contractedWh)}
                  {figure(interval.tradedWh)}
                  {figure(interval.sharedWh)}
                  {figure(interval.beyondWh)}
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Scroll>
    </details>
  )
}

const figure = (wh: number | null) => <td class="number">{wh === null ? "\u2013" : wattHours(wh)}</td>
