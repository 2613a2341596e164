import { Show } from "solid-js"
import type { Market } from "../data/market.ts"
import { dayAndTime } from "../words/format.ts"
import { words } from "../words/words.ts"

/** Where and when we are, whether the chain runs, and whether what is shown is current. */
export const Header = (props: { market: Market }) => (
  <header>
    <h1>
      <img src="/icon.svg" alt="" width="32" height="32" />
      {words.title}
    </h1>
    <Show when={props.market.status()}>
      {(status) => (
        <dl>
          <div>
            <dt>{words.header.area}</dt>
            <dd data-testid="area">{status().area}</dd>
          </div>
          <div>
            <dt>{words.header.community}</dt>
            <dd>{status().community}</dd>
          </div>
          <div>
            <dt>
              {words.header.marketTime}, {words.header.speed(status().speed)}
            </dt>
            <dd class="market-time" data-testid="market-time">
              <time datetime={new Date(status().marketTime * 1000).toISOString()}>
                {status().marketTime === 0 ? words.header.notStarted : dayAndTime(status().timeZone, status().marketTime)}
              </time>
            </dd>
          </div>
          <div>
            <dt>{words.header.chain}</dt>
            <dd data-testid="chain-status" data-state={status().chain.state}>
              <span class="mark" data-state={status().chain.state} aria-hidden="true" />
              {words.header.chainStates[status().chain.state]}
              <Show when={status().chain.detail}>
                <small>{status().chain.detail}</small>
              </Show>
            </dd>
          </div>
        </dl>
      )}
    </Show>
    <p class="stream" role="status" data-testid="stream-status" data-state={props.market.stream()}>
      <span class="mark" data-state={props.market.stream()} aria-hidden="true" />
      {words.stream[props.market.stream()]}
    </p>
  </header>
)
