import type { Layout } from "../layouts/layout.ts"
import { textOf, type Cell, type Table } from "../table/table.ts"

/** Where things stand in a table, as a layout finds them: places count from 0. */
export interface Columns {
  /** First row of values. */
  readonly firstRow: number
  readonly time: number
  readonly clock: number | undefined
  readonly series: ReadonlyArray<{
    readonly value: number
    readonly quality: number | undefined
    /** The metering point of the column; undefined where `point` has a column. */
    readonly meteringPoint: string | undefined
  }>
  readonly point: number | undefined
}

/** Rows that are searched for headers and labels. */
const HEAD = 40

const plain = (text: string): string => text.toLowerCase().replaceAll(/[\s:]+/g, "")
const isOneOf = (cell: Cell | undefined, names: ReadonlyArray<string>): boolean => {
  const text = plain(textOf(cell))
  return text !== "" && names.some((name) => plain(name) === text)
}
const placeOf = (row: ReadonlyArray<Cell>, names: ReadonlyArray<string>): number | undefined => {
  const place = row.findIndex((cell) => isOneOf(cell, names))
  return place === -1 ? undefined : place
}

/** Finds a layout's columns in a table, or undefined where the table is not laid out so. */
export const findColumns = (table: Table, layout: Layout): Columns | undefined => {
  const head = table.rows.slice(0, HEAD)
  return "label" in layout.values ? findLabelled(head, layout, layout.values) : findHeaders(head, layout, layout.values.column)
}

const findHeaders = (head: Table["rows"], layout: Layout, valueNames: ReadonlyArray<string>): Columns | undefined => {
  for (const [index, row] of head.entries()) {
    const [time, value] = [placeOf(row, layout.time), placeOf(row, valueNames)]
    const clock = layout.clock === undefined ? undefined : placeOf(row, layout.clock)
    if (time === undefined || value === undefined || (layout.clock !== undefined && clock === undefined)) continue
    const quality = layout.quality?.column === undefined ? undefined : placeOf(row, layout.quality.column)
    const point = "column" in layout.point ? placeOf(row, layout.point.column) : undefined
    if ("column" in layout.point && point === undefined) continue
    const meteringPoint = "preamble" in layout.point ? labelled(head.slice(0, index), layout.point.preamble)?.find((cell, place) => place > 0 && textOf(cell) !== "") : undefined
    return { firstRow: index + 1, time, clock, series: [{ value, quality, meteringPoint: meteringPoint === undefined ? undefined : textOf(meteringPoint) }], point }
  }
  return undefined
}

const labelled = (rows: Table["rows"], names: ReadonlyArray<string>): ReadonlyArray<Cell> | undefined => rows.find((row) => isOneOf(row[0], names))

const findLabelled = (head: Table["rows"], layout: Layout, { label, matches }: { readonly label: ReadonlyArray<string>; readonly matches: string }): Columns | undefined => {
  if (!("label" in layout.point)) return undefined
  const [points, codes] = [labelled(head, layout.point.label), labelled(head, label)]
  if (points === undefined || codes === undefined) return undefined
  const wanted = new RegExp(matches, "i")
  const qualityNames = layout.quality?.nextColumn ?? []
  const series = codes.flatMap((code, value) => {
    if (value === 0 || !wanted.test(textOf(code))) return []
    const meteringPoint = textOf(points[value])
    const quality = isOneOf(codes[value + 1], qualityNames) ? value + 1 : undefined
    return meteringPoint === "" ? [] : [{ value, quality, meteringPoint }]
  })
  const lastLabel = head.findLastIndex((row) => row === points || row === codes || (textOf(row[0]) !== "" && !/\d{2}/.test(textOf(row[0]))))
  return series.length === 0 ? undefined : { firstRow: lastLabel + 1, time: 0, clock: undefined, series, point: undefined }
}
