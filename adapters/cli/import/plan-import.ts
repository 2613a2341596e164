import type { Command } from "../../../engine/core/command.ts"
import type { Event } from "../../../engine/core/event.ts"
import { compareText } from "../../../engine/core/quantity/bytes.ts"
import { PERIOD_SECONDS, timeToText } from "../../../engine/core/calendar/period.ts"
import type { AreaState } from "../../../engine/core/state.ts"
import type { ImportedValue } from "../../documents/import/read-intervals.ts"
import { UserError } from "../user-error.ts"

/** Values of one command: 3,000 are a month of one point, far below the log's limit for a record. */
const VALUES_OF_A_COMMAND = 3_000

/** What an import does to one metering point. */
export interface PointPlan {
  readonly meteringPoint: string
  readonly from: string
  readonly to: string
  readonly periods: number
  /** Quarter hours between the first and the last that the document leaves out. */
  readonly gaps: number
  readonly officialWh: number
  /** Of the device, in the periods that both know. */
  readonly deviceWh: number
  readonly takenOver: number
  readonly unchanged: number
  readonly flags: ReadonlyArray<string>
}

/** The signed records of an import: one member's values each, so that erasing one breaks no other's signature (design, decision 14). */
export const recordsOfImport = (state: AreaState, values: ReadonlyArray<ImportedValue>, document: Uint8Array, who: string): ReadonlyArray<ReadonlyArray<Command>> => {
  const unknown = [...new Set(values.map(({ meteringPoint }) => meteringPoint))].filter((id) => !state.metering.points.has(id))
  if (unknown.length > 0) {
    throw new UserError(`the document has metering points that are not registered: ${unknown.slice(0, 10).join(", ")}`, "register them, or name ours for theirs by --points FILE (JSON: {\"theirs\": \"ours\"})")
  }
  const byMember = Map.groupBy(values, ({ meteringPoint }) => state.metering.points.get(meteringPoint)!.member)
  return [...byMember].toSorted(([left], [right]) => compareText(left, right)).flatMap(([, own]) =>
    [...Map.groupBy(own, ({ meteringPoint }) => meteringPoint)].flatMap(([meteringPoint, ofPoint]) => {
      const sorted = ofPoint.map(({ period, energyWh, quality }) => ({ period, energyWh, quality })).toSorted((left, right) => left.period - right.period)
      return chunks(sorted).map((part): ReadonlyArray<Command> => [{ kind: "ImportIntervalValues", meteringPoint, document, who, values: part }])
    })
  )
}

const chunks = <A>(items: ReadonlyArray<A>): Array<Array<A>> =>
  Array.from({ length: Math.ceil(items.length / VALUES_OF_A_COMMAND) }, (_, index) => items.slice(index * VALUES_OF_A_COMMAND, (index + 1) * VALUES_OF_A_COMMAND))

/** What the rehearsal of an import came to, by metering point. */
export const planOf = (values: ReadonlyArray<ImportedValue>, events: ReadonlyArray<Event>): ReadonlyArray<PointPlan> => {
  const imported = Map.groupBy(events.filter((event) => event.kind === "IntervalValuesImported"), ({ meteringPoint }) => meteringPoint)
  return [...Map.groupBy(values, ({ meteringPoint }) => meteringPoint)].map(([meteringPoint, own]) => {
    const periods = own.map(({ period }) => period).toSorted((left, right) => left - right)
    const [first, last] = [periods[0]!, periods.at(-1)!]
    const said = imported.get(meteringPoint) ?? []
    const sum = (value: (one: (typeof said)[number]) => number): number => said.reduce((left, one) => left + value(one), 0)
    return {
      meteringPoint,
      from: timeToText(first),
      to: timeToText(last + PERIOD_SECONDS),
      periods: periods.length,
      gaps: (last - first) / PERIOD_SECONDS + 1 - periods.length,
      officialWh: own.reduce((left, { energyWh }) => left + energyWh, 0),
      deviceWh: sum((one) => one.deviceWh),
      takenOver: sum((one) => one.recorded),
      unchanged: sum((one) => one.unchanged),
      flags: [...new Set(said.flatMap(({ flags }) => flags))]
    }
  })
}
