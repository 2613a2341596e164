import { PERIOD_SECONDS, timeToText } from "../../../../engine/core/calendar/period.ts"
import { compareText } from "../../../../engine/core/quantity/bytes.ts"
import { MISSING, type IntervalColumns } from "../../../../engine/core/settlement/community/community-inputs.ts"
import { UserError } from "../../user-error.ts"
import { EMPTY, NOT_ENERGY, readEnergy, type EnergyUnit } from "./energy-cell.ts"
import { Table } from "./table.ts"

/** Interval values by period as they were read; rows may come in any order, each period once. */
interface Rows {
  readonly meteringPoints: ReadonlyArray<string>
  readonly times: ReadonlyArray<number>
  /** Row by row in file order. */
  readonly values: Int32Array
  readonly substitutes: ReadonlySet<number>
}

/** Headings that are no metering points: the local time beside the UTC one is for people. */
const FOR_PEOPLE = new Set(["local"])

const qualities = new Set(["measured", "calculated", "substitute"])

/**
 * Reads interval values, in the wide form (`utc`, then one column for each metering point) or the long one (`utc`,
 * `meteringPoint`, `energyWh` or `energyKwh`, and maybe `quality`). An empty cell, or a line that the long form lacks, is a
 * value that did not come. A wrong cell is named by row and column.
 */
export const readIntervals = (file: string, bytes: Uint8Array, unit: EnergyUnit): IntervalColumns => {
  const table = new Table(file, bytes)
  return inOrder(file, table.header.includes("meteringPoint") ? readLong(table) : readWide(table, unit))
}

const readWide = (table: Table, unit: EnergyUnit): Rows => {
  const utc = table.column("utc")
  const columns = table.header.flatMap((name, place) => (place === utc || FOR_PEOPLE.has(name) ? [] : [{ name, place }]))
  const twice = columns.find(({ name }, index) => name === "" || columns.findIndex((one) => one.name === name) !== index)
  if (twice !== undefined) throw table.problem(1, twice.place, twice.name === "" ? "a column without a heading" : `${twice.name} stands twice`)
  const { content, header } = table
  const separator = table.separator.charCodeAt(0)
  const targetOf = Int32Array.from(header, (_, place) => columns.findIndex((one) => one.place === place))
  const lines = [...table.lines()]
  const values = new Int32Array(lines.length * columns.length)
  const times: Array<number> = []
  const decoder = new TextDecoder()
  const shown = (from: number, to: number): string => decoder.decode(content.subarray(from, to)).trim()
  for (const [index, { row, from, to }] of lines.entries()) {
    let place = 0
    for (let at = from; at <= to; place++) {
      let end = content.indexOf(separator, at)
      if (end === -1 || end > to) end = to
      if (place >= header.length) throw table.problem(row, undefined, `more cells than the ${header.length} headings`)
      const target = targetOf[place]!
      if (target >= 0) {
        const wh = readEnergy(content, at, end, unit)
        if (wh === NOT_ENERGY) throw table.problem(row, place, `"${shown(at, end)}" is no amount of ${unit}${unit === "Wh" ? " (a whole number from 0 to 500000000; --unit kWh reads decimals)" : " from 0 to 500000 with up to three decimals"}`)
        values[index * columns.length + target] = wh === EMPTY ? MISSING : wh
      } else if (place === utc) times.push(table.time(row, place, shown(at, end)))
      at = end + 1
    }
    if (place !== header.length) throw table.problem(row, undefined, `${place} cells under ${header.length} headings`)
  }
  return { meteringPoints: columns.map(({ name }) => name), times, values, substitutes: new Set() }
}

const readLong = (table: Table): Rows => {
  const unit: EnergyUnit = table.header.includes("energyKwh") ? "kWh" : "Wh"
  const [utc, point, energy] = [table.column("utc"), table.column("meteringPoint"), table.column(unit === "kWh" ? "energyKwh" : "energyWh")]
  const quality = table.header.indexOf("quality")
  const encoder = new TextEncoder()
  const cells = new Map<string, Map<number, { readonly wh: number; readonly substitute: boolean }>>()
  const seen = new Set<number>()
  for (const { row, cells: found } of table.rows()) {
    const time = table.time(row, utc, found[utc]!)
    const text = encoder.encode(found[energy]!)
    const wh = readEnergy(text, 0, text.length, unit)
    if (wh === NOT_ENERGY) throw table.problem(row, energy, `"${found[energy]}" is no amount of ${unit}`)
    if (quality !== -1 && found[quality] !== "" && !qualities.has(found[quality]!)) throw table.problem(row, quality, `"${found[quality]}" is none of ${[...qualities].join(", ")}`)
    const values = cells.get(found[point]!) ?? new Map<number, { wh: number; substitute: boolean }>()
    if (found[point] === "") throw table.problem(row, point, "no metering point")
    if (values.has(time)) throw table.problem(row, utc, `${found[point]} has a value for ${timeToText(time)} already`)
    cells.set(found[point]!, values)
    if (wh !== EMPTY) values.set(time, { wh, substitute: found[quality] === "substitute" })
    seen.add(time)
  }
  const times = [...seen].sort((left, right) => left - right)
  const meteringPoints = [...cells.keys()]
  const values = new Int32Array(times.length * meteringPoints.length).fill(MISSING)
  const substitutes = new Set<number>()
  for (const [index, time] of times.entries()) {
    for (const [column, name] of meteringPoints.entries()) {
      const value = cells.get(name)!.get(time)
      if (value === undefined) continue
      values[index * meteringPoints.length + column] = value.wh
      if (value.substitute) substitutes.add(index * meteringPoints.length + column)
    }
  }
  return { meteringPoints, times, values, substitutes }
}

/** Periods ascending and without holes inside (a missing row is a period in which no value came), points by id. */
const inOrder = (file: string, { meteringPoints, times, values, substitutes }: Rows): IntervalColumns => {
  const width = meteringPoints.length
  const rowOf = new Map<number, number>()
  for (const [row, time] of times.entries()) {
    if (rowOf.has(time)) throw new UserError(`${file}: the period ${timeToText(time)} stands twice`, "keep one row for each period")
    rowOf.set(time, row)
  }
  const [first, last] = [times.reduce((low, time) => Math.min(low, time), Infinity), times.reduce((high, time) => Math.max(high, time), -Infinity)]
  if (width === 0 || times.length === 0) throw new UserError(`${file} holds no interval values`, "give a file with a heading and one row for each quarter hour")
  if ((last - first) / PERIOD_SECONDS > 400 * 96) throw new UserError(`${file} reaches from ${timeToText(first)} to ${timeToText(last)}, more than 400 days`, "settle a month or a year at a time")
  const order = meteringPoints.map((_, column) => column).sort((left, right) => compareText(meteringPoints[left]!, meteringPoints[right]!))
  const periods = Array.from({ length: (last - first) / PERIOD_SECONDS + 1 }, (_, index) => first + index * PERIOD_SECONDS)
  const sorted = new Int32Array(periods.length * width).fill(MISSING)
  const moved = new Set<number>()
  for (const [index, time] of periods.entries()) {
    const row = rowOf.get(time)
    if (row === undefined) continue
    for (let column = 0; column < width; column++) {
      sorted[index * width + column] = values[row * width + order[column]!]!
      if (substitutes.size > 0 && substitutes.has(row * width + order[column]!)) moved.add(index * width + column)
    }
  }
  return { meteringPoints: order.map((column) => meteringPoints[column]!), periods, values: sorted, substitutes: moved }
}
