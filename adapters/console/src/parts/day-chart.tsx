import { createMemo, For } from "solid-js"
import { PERIOD_SECONDS } from "../../../../engine/core/calendar/period.ts"
import type { Interval } from "../../../http/api/wire.ts"
import { kilowattHours, periodText, timeOfDay, wattHours } from "../words/format.ts"
import { words } from "../words/words.ts"

const HEIGHT = 132
const STEP = 10
/** One label per three hours of twelve quarter hours. */
const LABEL_EVERY = 12

/** One bar per quarter hour of the day, split by where the energy went or came from. */
export const DayChart = (props: { meteringPoint: string; intervals: ReadonlyArray<Interval>; periods: ReadonlyArray<number>; zone: string }) => {
  const direction = () => props.intervals[0]!.direction
  const byPeriod = createMemo(() => new Map(props.intervals.map((interval) => [interval.period, interval])))
  const most = createMemo(() => niceAbove(Math.max(10, ...props.intervals.map(({ energyWh, contractedWh }) => Math.max(energyWh ?? 0, contractedWh)))))
  const total = (part: (interval: Interval) => number | null) => props.intervals.reduce((sum, interval) => sum + (part(interval) ?? 0), 0)
  const width = () => props.periods.length * STEP
  const legend = () =>
    [
      ["traded", words.member.parts.traded, total(({ tradedWh }) => tradedWh)],
      ["shared", words.member.parts.shared, total(({ sharedWh }) => sharedWh)],
      [direction() === "injection" ? "export" : "import", words.member.parts.beyond[direction()], total(({ beyondWh }) => beyondWh)]
    ] as const
  return (
    <figure>
      <figcaption>
        <h3>
          {words.member.directions[direction()]} <span class="id">{props.meteringPoint}</span>
        </h3>
        <ul class="legend">
          <For each={legend()}>
            {([kind, label, wh]) => (
              <li class={kind}>
                <span class="swatch" aria-hidden="true" />
                {label} <b>{kilowattHours(wh)}</b>
              </li>
            )}
          </For>
          <li class="open">
            <span class="swatch" aria-hidden="true" />
            {words.member.parts.open}
          </li>
          <li class="contracted">
            <span class="swatch" aria-hidden="true" />
            {words.member.parts.contracted}
          </li>
        </ul>
      </figcaption>
      <div class="chart">
        <span class="most">{wattHours(most())}</span>
        <svg
          viewBox={`0 0 ${width()} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={words.member.chart(words.member.directions[direction()], props.meteringPoint, kilowattHours(total(({ energyWh }) => energyWh)))}
        >
          <line class="grid" x1="0" x2={width()} y1="0.5" y2="0.5" />
          <line class="grid" x1="0" x2={width()} y1={HEIGHT / 2} y2={HEIGHT / 2} />
          <For each={props.periods}>
            {(period, index) => <Bar interval={byPeriod().get(period)} x={index() * STEP} scale={HEIGHT / most()} zone={props.zone} />}
          </For>
          <line class="base" x1="0" x2={width()} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
        </svg>
        <div class="hours" aria-hidden="true">
          <For each={props.periods.filter((_, index) => index % LABEL_EVERY === 0)}>{(period) => <span>{timeOfDay(props.zone, period)}</span>}</For>
        </div>
      </div>
    </figure>
  )
}

/** Stacked from the ground: traded, shared, beyond; an interval that is not closed is one piece, a contract an outline. */
const Bar = (props: { interval: Interval | undefined; x: number; scale: number; zone: string }) => {
  const pieces = () => {
    const interval = props.interval
    if (interval === undefined) return []
    if (interval.tradedWh === null) return [["open", interval.energyWh ?? 0] as const]
    return [
      ["traded", interval.tradedWh] as const,
      ["shared", interval.sharedWh ?? 0] as const,
      [interval.direction === "injection" ? "export" : "import", interval.beyondWh ?? 0] as const
    ]
  }
  const stacked = () => {
    let below = 0
    return pieces().map(([kind, wh]) => {
      const piece = { kind, y: HEIGHT - (below + wh) * props.scale, height: wh * props.scale }
      below += wh
      return piece
    })
  }
  const contracted = () => (props.interval?.tradedWh === null ? props.interval.contractedWh * props.scale : 0)
  return (
    <g>
      <title>{props.interval === undefined ? "" : `${periodText(props.zone, props.interval.period, PERIOD_SECONDS)}: ${wattHours(props.interval.energyWh ?? 0)}`}</title>
      <For each={stacked()}>{(piece) => <rect class={piece.kind} x={props.x + 1} y={piece.y} width={STEP - 2} height={Math.max(0, piece.height)} />}</For>
      <rect class="contracted" x={props.x + 1.5} y={HEIGHT - contracted()} width={STEP - 3} height={contracted()} />
    </g>
  )
}

/** The smallest round number that is not below `value`. */
const niceAbove = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(value))
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((factor) => factor * power).find((candidate) => candidate >= value)!
}
