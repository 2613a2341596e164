import { timeToText } from "../../../../engine/core/calendar/period.ts"
import { MISSING, type IntervalColumns } from "../../../../engine/core/settlement/community/community-inputs.ts"
import type { RuleSet } from "../../../../engine/core/settlement/community/rule-set.ts"
import { EMPTY, NOT_ENERGY, readEnergy, type EnergyUnit } from "./energy-cell.ts"
import { inOrder, type IntervalRows } from "./interval-columns.ts"
import { rowsOf, type IntervalValue } from "./interval-rows.ts"
import { readPortal } from "./portal-export.ts"
import { RowTimes } from "./row-times.ts"
import { Table } from "./table.ts"

/** Headings that are no metering points: the other time of a row, and what people noted. */
const FOR_PEOPLE = new Set(["utc", "local"])

const qualities = new Set(["measured", "calculated", "substitute"])

const bounds = { Wh: " (a whole number from 0 to 500000000; --unit kWh reads decimals)", kWh: " from 0 to 500000 with up to three decimals" } as const

/** What a table of interval values is read by: the zone of local times, and the metering points that have a member, if that is to be held. */
export interface IntervalTerms {
  readonly timeZone: string
  readonly meteringPoints?: ReadonlySet<string> | undefined
}

/** The terms of a rule set. */
export const termsOf = ({ timeZone, members }: RuleSet): IntervalTerms => ({ timeZone, meteringPoints: new Set(members.flatMap(({ points }) => points.map(({ meteringPoint }) => meteringPoint))) })

/**
 * Reads interval values: the wide form (`utc` or `local`, then one column for each metering point), the long one
 * (`meteringPoint`, `energyWh` or `energyKwh`, and maybe `quality`), or a portal's export as `commonwatt import` knows it.
 * An empty cell, or a line that the long form lacks, is a value that did not come. A wrong cell is named by row and column.
 */
export const readIntervals = (file: string, bytes: Uint8Array, unit: EnergyUnit, terms: IntervalTerms): IntervalColumns => {
  const table = new Table(file, bytes)
  const { header } = table
  if (!header.includes("utc") && !header.includes("local")) return inOrder(file, readPortal(table, bytes, terms.timeZone))
  const times = new RowTimes(table, terms.timeZone)
  return inOrder(file, header.includes("meteringPoint") ? readLong(table, times, terms) : readWide(table, times, unit, terms))
}

const mustBeKnown = (table: Table, row: number, column: number, meteringPoint: string, { meteringPoints }: IntervalTerms): void => {
  if (meteringPoints?.has(meteringPoint) === false) throw table.problem(row, column, `${meteringPoint} has interval values but no member`)
}

const energyOf = (table: Table, row: number, column: number, cell: string, unit: EnergyUnit): number => {
  const wh = readEnergy(cell, unit, table.delimiter)
  if (wh === NOT_ENERGY) throw table.problem(row, column, `"${cell}" is no amount of ${unit}${bounds[unit]}`)
  return wh === EMPTY ? MISSING : wh
}

const readWide = (table: Table, rowTimes: RowTimes, unit: EnergyUnit, terms: IntervalTerms): IntervalRows => {
  const columns = table.header.flatMap((name, place) => (FOR_PEOPLE.has(name) ? [] : [{ name, place }]))
  const twice = columns.find(({ name }, index) => name === "" || columns.findIndex((one) => one.name === name) !== index)
  if (twice !== undefined) throw table.problem(1, twice.place, twice.name === "" ? "a column without a heading" : `${twice.name} stands twice`)
  for (const { name, place } of columns) mustBeKnown(table, 1, place, name, terms)
  const [times, rows]: [Array<number>, Array<Int32Array>] = [[], []]
  const seen = new Set<number>()
  table.eachRow((cells, row) => {
    const time = rowTimes.read(row, cells[rowTimes.column]!)
    if (seen.has(time)) throw table.problem(row, rowTimes.column, `the period ${timeToText(time)} stands twice`)
    seen.add(time)
    times.push(time)
    const values = new Int32Array(columns.length)
    for (const [column, { place }] of columns.entries()) values[column] = energyOf(table, row, place, cells[place]!, unit)
    rows.push(values)
  })
  return { meteringPoints: columns.map(({ name }) => name), times, rows, substitutes: new Set() }
}

const readLong = (table: Table, rowTimes: RowTimes, terms: IntervalTerms): IntervalRows => {
  const unit: EnergyUnit = table.header.includes("energyKwh") ? "kWh" : "Wh"
  const [point, energy] = [table.column("meteringPoint"), table.column(unit === "kWh" ? "energyKwh" : "energyWh")]
  const quality = table.header.includes("quality") ? table.column("quality") : undefined
  const seen = new Set<string>()
  const values = table.rows((cells, row): IntervalValue => {
    const meteringPoint = cells[point]!
    if (meteringPoint === "") throw table.problem(row, point, "no metering point")
    mustBeKnown(table, row, point, meteringPoint, terms)
    const time = rowTimes.read(row, cells[rowTimes.column]!, meteringPoint)
    if (seen.has(`${time} ${meteringPoint}`)) throw table.problem(row, rowTimes.column, `${meteringPoint} has a value for ${timeToText(time)} already`)
    seen.add(`${time} ${meteringPoint}`)
    const wh = energyOf(table, row, energy, cells[energy]!, unit)
    const word = quality === undefined ? "" : cells[quality]!
    if (word !== "" && !qualities.has(word)) throw table.problem(row, quality, `"${word}" is none of ${[...qualities].join(", ")}`)
    return { meteringPoint, time, wh, isSubstitute: word === "substitute" && wh !== MISSING }
  })
  return rowsOf(table.file, values)
}
