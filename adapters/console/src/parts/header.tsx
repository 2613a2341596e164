import { Show } from "solid-js"
import type { Status } from "../../../http/api/wire.ts"
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
    <Facts status={props.market.status()} />
    <p class="stream" role="status" data-testid="stream-status" data-state={props.market.stream()}>
      <span class="mark" data-state={props.market.stream()} aria-hidden="true" />
      {words.stream[props.market.stream()]}
    </p>
  </header>
)

/** Stands from the first moment on, with dashes, so that nothing moves when the facts arrive. */
const Facts = (props: { status: Status | undefined }) => (
  <dl>
    <div>
      <dt>{words.header.area}</dt>
      <dd data-testid="area">{props.status?.area ?? DASH}</dd>
    </div>
    <div>
      <dt>{words.header.community}</dt>
      <dd>{props.status?.community ?? DASH}</dd>
    </div>
    <div class="market-time">
      <dt>{props.status === undefined ? words.header.marketTime : `${words.header.marketTime}, ${words.header.speed(props.status.speed)}`}</dt>
      <dd data-testid="market-time">
        <Show when={props.status} fallback={DASH}>
          {(status) => (
            <time datetime={new Date(status().marketTime * 1000).toISOString()}>
              {status().marketTime === 0 ? words.header.notStarted : dayAndTime(status().timeZone, status().marketTime)}
            </time>
          )}
        </Show>
      </dd>
    </div>
    <div>
      <dt>{words.header.chain}</dt>
      <dd data-testid="chain-status" data-state={props.status?.chain.state}>
        <Show when={props.status?.chain} fallback={DASH}>
          {(chain) => (
            <>
              <span class="mark" data-state={chain().state} aria-hidden="true" />
              {words.header.chainStates[chain().state]}
              <small>{chain().detail}</small>
            </>
          )}
        </Show>
      </dd>
    </div>
  </dl>
)

const DASH = "\u2013"
