import { createMemo, createSignal, For, Show } from "solid-js"
import { localDayOf } from "../../../../engine/core/calendar/local-day.ts"
import { PERIOD_SECONDS, periodsBetween } from "../../../../engine/core/calendar/period.ts"
import type { Interval, Member } from "../../../http/api/wire.ts"
import type { Market } from "../data/market.ts"
import { createRefreshed } from "../data/refreshed.ts"
import { words } from "../words/words.ts"
import { Card } from "./card.tsx"
import { DayChart } from "./day-chart.tsx"
import { IntervalTable } from "./interval-table.tsx"
import { StatementOf } from "./statement.tsx"

/** One member's intervals of today, each metering point by itself: injection and withdrawal are never netted. */
export const MemberDay = (props: { market: Market }) => {
  const [picked, setPicked] = createSignal<string>()
  const members = createRefreshed<ReadonlyArray<Member>>(() => "members", 15_000, () => 0, "member")
  // Whoever produces has the fuller day: the first choice until somebody chooses.
  const current = createMemo(() => picked() ?? (members.value?.find(produces) ?? members.value?.[0])?.member)
  const path = () => (current() === undefined ? undefined : `members/${encodeURIComponent(current()!)}/intervals`)
  const intervals = createRefreshed<ReadonlyArray<Interval>>(path, 5_000, props.market.changes, null)
  // Ids, not rows, are what the list is made of: a new interval changes a chart and does not build it anew.
  const points = createMemo(() => [...new Set((intervals.value ?? []).map(({ meteringPoint }) => meteringPoint))])
  const of = (point: string) => intervals.value!.filter(({ meteringPoint }) => meteringPoint === point)
  const day = createMemo(() => {
    const status = props.market.status()
    if (status === undefined) return undefined
    const { name, start, end } = localDayOf(status.timeZone, status.marketTime)
    return { name, periods: periodsBetween(start, end) }
  }, undefined, { equals: (before, after) => before?.name === after?.name })
  return (
    <Card id="member" title={words.member.title} about={words.member.preview}>
      <Show when={(members.value?.length ?? 0) > 0} fallback={<p class="empty">{members.failure !== undefined ? words.failed(members.failure) : members.value === undefined ? "" : words.member.none}</p>}>
        <label class="pick">
          {words.member.pick}
          <select data-testid="member-picker" value={current() ?? ""} onChange={(event) => setPicked(event.currentTarget.value)}>
            <For each={members.value}>{(member) => <option value={member.member}>{words.member.option(member.member, produces(member))}</option>}</For>
          </select>
        </label>
      </Show>
      <Show when={intervals.failure}>{(failure) => <p class="failure">{words.failed(failure())}</p>}</Show>
      <Show when={points().length > 0} fallback={<p class="empty">{intervals.value === undefined ? words.loading : words.member.noValues}</p>}>
        <For each={points()}>
          {(point) => (
            <article class="point" data-testid="metering-point" data-metering-point={point}>
              <DayChart meteringPoint={point} intervals={of(point)} periods={day()?.periods ?? []} zone={props.market.zone()} />
              <IntervalTable meteringPoint={point} intervals={of(point)} zone={props.market.zone()} length={PERIOD_SECONDS} />
            </article>
          )}
        </For>
      </Show>
      <Show when={current()}>{(member) => <StatementOf member={member()} market={props.market} />}</Show>
    </Card>
  )
}

const produces = ({ meteringPoints }: Member): boolean => meteringPoints.some(({ direction }) => direction === "injection")
