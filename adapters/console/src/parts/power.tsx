import { Show } from "solid-js"
import type { Overview } from "../../../http/api/wire.ts"
import { kilowatts, timeOfDay } from "../words/format.ts"
import { words } from "../words/words.ts"
import { Card } from "./card.tsx"

/** Power of the newest readings: what members inject, what they withdraw, and what crosses the border of the area. */
export const Power = (props: { overview: Overview | undefined; zone: string }) => {
  const power = () => props.overview?.power
  const about = () => {
    const now = power()
    return now?.time == null ? words.power.none : words.power.about(now.meteringPoints, timeOfDay(props.zone, now.time))
  }
  return (
    <Card id="power" title={words.power.title} about={about()}>
      <Flow injectedW={power()?.injectedW ?? 0} withdrawnW={power()?.withdrawnW ?? 0} />
    </Card>
  )
}

const HEIGHT = 150
const [LEFT, RIGHT] = [14, 586]

/** Two ends of equal height: what comes in on the left is what goes out on the right. */
const Flow = (props: { injectedW: number; withdrawnW: number }) => {
  // Of the rounded figures, so that what is shown adds up.
  const balance = () => shown(props.injectedW) - shown(props.withdrawnW)
  const total = () => Math.max(props.injectedW, props.withdrawnW, 1)
  const within = () => Math.min(props.injectedW, props.withdrawnW)
  const scaled = (watts: number): number => (watts / total()) * HEIGHT
  return (
    <div class="flow" data-testid="power-flow">
      <dl class="ends">
        <div class="solar">
          <dt>{words.power.injected}</dt>
          <dd data-testid="power-injected">{kilowatts(props.injectedW)}</dd>
        </div>
        <Show when={balance() < 0}>
          <div class="import">
            <dt>{words.power.fromOutside}</dt>
            <dd>{kilowatts(-balance())}</dd>
          </div>
        </Show>
      </dl>
      <div class="ribbons">
        <svg viewBox={`0 0 600 ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={words.power.summary(kilowatts(props.injectedW), kilowatts(props.withdrawnW), kilowatts(balance()))}>
          <rect class="solar" x="0" y="0" width={LEFT} height={scaled(props.injectedW)} />
          <rect class="import" x="0" y={scaled(props.injectedW)} width={LEFT} height={scaled(Math.max(0, -balance()))} />
          <rect class="ribbon solar" x={LEFT} y="0" width={RIGHT - LEFT} height={scaled(within())} />
          <rect class="ribbon import" x={LEFT} y={scaled(props.injectedW)} width={RIGHT - LEFT} height={scaled(Math.max(0, -balance()))} />
          <rect class="ribbon export" x={LEFT} y={scaled(props.withdrawnW)} width={RIGHT - LEFT} height={scaled(Math.max(0, balance()))} />
          <rect class="load" x={RIGHT} y="0" width={LEFT} height={scaled(props.withdrawnW)} />
          <rect class="export" x={RIGHT} y={scaled(props.withdrawnW)} width={LEFT} height={scaled(Math.max(0, balance()))} />
        </svg>
        <Show when={scaled(within()) > HEIGHT / 3}>
          <p aria-hidden="true">
            {words.power.within} <b>{kilowatts(within())}</b>
          </p>
        </Show>
      </div>
      <dl class="ends right">
        <div class="load">
          <dt>{words.power.withdrawn}</dt>
          <dd data-testid="power-withdrawn">{kilowatts(props.withdrawnW)}</dd>
        </div>
        <Show when={balance() > 0}>
          <div class="export">
            <dt>{words.power.toOutside}</dt>
            <dd>{kilowatts(balance())}</dd>
          </div>
        </Show>
      </dl>
    </div>
  )
}

/** To the 0.1 kW that the figures show. */
const shown = (watts: number): number => Math.round(watts / 100) * 100
