import type { PositionedRecord } from "../../engine/core/envelope.ts"
import type { Event } from "../../engine/core/event.ts"
import { settle } from "../../engine/core/settle.ts"
import type { Trade } from "../../engine/core/market/order.ts"
import type { IntervalValue } from "../../engine/core/metering/metering-point.ts"
import type { Run } from "../../engine/core/settlement/run.ts"
import { changedValues } from "../../engine/core/settlement/previous-version.ts"
import type { RunInputs } from "../../engine/core/settlement/run-inputs.ts"
import { sumPostings } from "../../engine/core/settlement/sum-postings.ts"
import { periodsBetween } from "../../engine/core/calendar/period.ts"
import { emptyState, type AreaState } from "../../engine/core/state.ts"
import { step } from "../../engine/core/step.ts"
import { recordsOf, type History } from "./history.ts"
import { fromOperator, positioned, type Sent } from "./record.ts"
import { setUp, type World } from "./world.ts"

/** What a journal would remember, as far as runs need it. */
export interface Memory {
  /** Current interval value by `metering point@period`. */
  readonly values: Map<string, IntervalValue>
  readonly trades: Array<Trade>
}

const remember = (memory: Memory, event: Event): void => {
  if (event.kind === "TradeMade") memory.trades.push(event.trade)
  if (event.kind !== "IntervalValueRecorded") return
  const { meteringPoint, period, energyWh, quality, version } = event
  memory.values.set(`${meteringPoint}@${period}`, { energyWh, quality, version })
}

/** What stands for a value that a point does not have, as before it was registered. */
const NO_VALUE: IntervalValue = { energyWh: 0, quality: "missing", version: 0 }

/** The input set of a due run, put together from events as the service would from its journal. */
export const inputsOf = (world: World, { memory, runs }: Pick<Play, "memory" | "runs">, due: RunDueEvent, logPosition: number): RunInputs => {
  const periods = periodsBetween(due.start, due.end)
  const home = new Map(world.members.map(({ member, community }) => [member, community]))
  const points = world.points
    .filter(({ member }) => home.get(member) === due.community)
    .toSorted((a, b) => (a.meteringPoint < b.meteringPoint ? -1 : 1))
    .flatMap(({ meteringPoint, member, direction }) => {
      const known = periods.map((period) => memory.values.get(`${meteringPoint}@${period}`))
      const values = known.map((value) => value ?? NO_VALUE)
      return known.some((value) => value !== undefined) ? [{ meteringPoint, member, direction, values }] : []
    })
  const trades = memory.trades.filter(({ community, period }) => community === due.community && period >= due.start && period < due.end)
  return {
    area: world.area,
    community: due.community,
    settlementPeriod: due.settlementPeriod,
    version: due.version,
    logPosition,
    tariff: world.communities.find(({ community }) => community === due.community)!.tariff,
    periods,
    points,
    trades: trades.toSorted((a, b) => a.period - b.period || a.tradeId - b.tradeId),
    previous: previousOf(runs.filter(({ inputs }) => inputs.community === due.community && inputs.settlementPeriod === due.settlementPeriod), periods, points)
  }
}

const previousOf = (before: ReadonlyArray<Run>, periods: ReadonlyArray<number>, now: RunInputs["points"]): RunInputs["previous"] => {
  const last = before.at(-1)
  if (last === undefined) return undefined
  const { runId, resultHash, inputs } = last
  return { runId, resultHash, changed: changedValues(periods, inputs.points, now), standing: sumPostings(before.map(({ postings }) => postings)) }
}

type RunDueEvent = Extract<Event, { kind: "RunDue" }>

/** A world as it is played: state, all events, all records, the runs that became due and were recorded. */
export interface Play {
  readonly state: AreaState
  readonly records: Array<PositionedRecord>
  readonly events: Array<Event>
  readonly eventsByRecord: Array<ReadonlyArray<Event>>
  readonly memory: Memory
  readonly runs: Array<Run>
}

export type Watch = (play: Play, events: ReadonlyArray<Event>) => void

export const newPlay = (): Play => ({
  state: emptyState(),
  records: [],
  events: [],
  eventsByRecord: [],
  memory: { values: new Map(), trades: [] },
  runs: []
})

/** Applies one record and lets `watch` look at the state after it. */
export const send = (play: Play, sent: Sent, watch?: Watch): ReadonlyArray<Event> => {
  const record = positioned(sent, play.records.length)
  const events = step(play.state, record)
  play.records.push(record)
  play.eventsByRecord.push(events)
  for (const event of events) {
    play.events.push(event)
    remember(play.memory, event)
  }
  watch?.(play, events)
  return events
}

/** A world that was set up and waits for its first tick. */
export const open = (world: World, watch?: Watch): Play => {
  const play = newPlay()
  for (const sent of setUp(world)) send(play, sent, watch)
  return play
}

/** Settles what became due and records it. */
export const recordDueRuns = (world: World, play: Play, events: ReadonlyArray<Event>, watch?: Watch): void => {
  const logPosition = play.records.length - 1
  for (const due of events) {
    if (due.kind !== "RunDue") continue
    const run = settle(inputsOf(world, play, due, logPosition))
    play.runs.push(run)
    const { runId, inputsHash, resultHash, positions } = run
    const { community, settlementPeriod, version } = due
    send(play, fromOperator({ kind: "RecordRun", community, settlementPeriod, version, runId, inputsHash, resultHash, positions: [...positions] }), watch)
  }
}

/**
 * Plays a whole history in lockstep: preferences, readings, orders, tick, and the runs that the tick made due. `opened` is
 * the play it goes on in, set up already.
 */
export const play = (history: History, watch?: Watch, arrivalOf?: (step: number, point: number) => number, opened?: Play): Play => {
  const played = opened ?? open(history.world, watch)
  for (const { preferences, readings, orders, tick } of recordsOf(history, arrivalOf)) {
    for (const sent of [...preferences, ...readings, ...orders]) send(played, sent, watch)
    recordDueRuns(history.world, played, send(played, tick, watch), watch)
  }
  return played
}

/** Events of one kind, typed. */
export const eventsOf = <K extends Event["kind"]>(events: ReadonlyArray<Event>, kind: K): Array<Extract<Event, { kind: K }>> =>
  events.filter((event): event is Extract<Event, { kind: K }> => event.kind === kind)
