import { seeAllocation } from "./allocation-of.ts"
import { MISSING, type CommunityInputs } from "./community-inputs.ts"

/** What the grid operator's allocation says of a metering point and period. */
export interface OfficialValue {
  readonly sharedWh: number
  /** The value that the operator allocated by, if it told. */
  readonly energyWh: number | undefined
}

/** Shared Wh by the operator for a delivery period and metering point. */
export type OfficialAt = (time: number, meteringPoint: string) => OfficialValue | undefined

/** One value as the operator sent it. */
export interface OfficialRow extends OfficialValue {
  readonly time: number
  readonly meteringPoint: string
}

/** Everything that the operator sent, to look up and to go through. */
export interface OfficialAllocation {
  readonly at: OfficialAt
  readonly rows: ReadonlyArray<OfficialRow>
}

/** Why an official value differs from ours, the first that holds. */
export type DifferenceReason =
  /** The operator has no value here, or we had none to allocate by. */
  | "not in the official allocation"
  | "value missing here"
  /** The operator gave Wh to a point, or in a period, that we do not settle. */
  | "not settled here"
  /** Allocated by another metered value. */
  | "metered value differs"
  /** All points of the side together were given other Wh: another surplus, or members we do not know of. */
  | "sum of the period differs"
  /** One Wh more or less with the same sum. */
  | "rounding"
  /** The same sum divided otherwise. */
  | "another key or factor"

export interface Difference {
  readonly time: number
  readonly meteringPoint: string
  readonly oursWh: number | undefined
  readonly officialWh: number | undefined
  readonly reason: DifferenceReason
}

interface Found {
  readonly meteringPoint: string
  readonly direction: string
  readonly oursWh: number
  readonly energyWh: number
  readonly isMissing: boolean
  readonly official: OfficialValue | undefined
}

const reasonOf = ({ oursWh, energyWh, isMissing, official }: Found, isSumEqual: boolean): DifferenceReason => {
  if (official === undefined) return "not in the official allocation"
  if (isMissing) return "value missing here"
  if (official.energyWh !== undefined && official.energyWh !== energyWh) return "metered value differs"
  if (!isSumEqual) return "sum of the period differs"
  return Math.abs(official.sharedWh - oursWh) === 1 ? "rounding" : "another key or factor"
}

/**
 * Holds an official allocation against ours: every period and point in which the shared Wh differ, with the reason
 * (design, decision 11: an official allocation is imported, and ours stands beside it as a check).
 */
export const compareOfficial = (inputs: CommunityInputs, { at: officialAt, rows }: OfficialAllocation): Array<Difference> => {
  const { intervals, rules } = inputs
  const columns = new Map(intervals.meteringPoints.map((name, column) => [name, column]))
  const rowOf = new Map(intervals.periods.map((time, row) => [time, row]))
  const directions = new Map(rules.members.flatMap(({ points }) => points.map(({ meteringPoint, direction }) => [meteringPoint, direction])))
  const differences: Array<Difference> = []
  const settled = new Set<string>()
  let now: { time: number; found: Array<Found> } = { time: Number.NaN, found: [] }
  const close = (): void => {
    for (const side of Map.groupBy(now.found, ({ direction }) => direction).values()) {
      const isSumEqual = side.reduce((sum, { oursWh, official }) => sum + (official?.sharedWh ?? 0) - oursWh, 0) === 0
      for (const one of side) {
        if (one.official?.sharedWh === one.oursWh) continue
        differences.push({ time: now.time, meteringPoint: one.meteringPoint, oursWh: one.oursWh, officialWh: one.official?.sharedWh, reason: reasonOf(one, isSumEqual) })
      }
    }
  }
  seeAllocation(inputs, (time, length, meteringPoint, energyWh, oursWh) => {
    if (time !== now.time) {
      close()
      now = { time, found: [] }
    }
    const quarters = Array.from({ length: length / 900 }, (_, index) => time + 900 * index)
    for (const quarter of quarters) settled.add(`${quarter}\n${meteringPoint}`)
    const official = sumOf(quarters.map((quarter) => officialAt(quarter, meteringPoint)))
    const isMissing = quarters.some((quarter) => intervals.values[rowOf.get(quarter)! * intervals.meteringPoints.length + columns.get(meteringPoint)!] === MISSING)
    now.found.push({ meteringPoint, direction: directions.get(meteringPoint)!, oursWh, energyWh, isMissing, official })
  })
  close()
  const strangers = rows.filter(({ time, meteringPoint, sharedWh }) => sharedWh !== 0 && !settled.has(`${time}\n${meteringPoint}`))
  return [...differences, ...strangers.map(({ time, meteringPoint, sharedWh }): Difference => ({ time, meteringPoint, oursWh: undefined, officialWh: sharedWh, reason: "not settled here" }))]
}

/** The quarters of an hour together; nothing unless all are there. */
const sumOf = (values: ReadonlyArray<OfficialValue | undefined>): OfficialValue | undefined => {
  if (!values.every((value) => value !== undefined)) return undefined
  const isMetered = values.every(({ energyWh }) => energyWh !== undefined)
  return { sharedWh: values.reduce((sum, { sharedWh }) => sum + sharedWh, 0), energyWh: isMetered ? values.reduce((sum, { energyWh }) => sum + energyWh!, 0) : undefined }
}
