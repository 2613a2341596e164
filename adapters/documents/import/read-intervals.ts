import type { Quality } from "../../../engine/core/metering/metering-point.ts"
import { isPeriodStart, PERIOD_SECONDS } from "../../../engine/core/calendar/period.ts"
import { hasOffsets } from "../../../engine/core/calendar/local-day.ts"
import { DocumentRefused } from "../document-refused.ts"
import { loadLayouts, type Layout } from "../layouts/layout.ts"
import { textOf, type Cell, type Table } from "../table/table.ts"
import { wattHoursOf } from "./decimal.ts"
import { findColumns, type Columns } from "./find-columns.ts"
import { readShownTime, timesOf, type ShownTime } from "./local-clock.ts"

/** One official interval value and where it stood: row and column count from 1, as a spreadsheet shows them. */
export interface ImportedValue {
  readonly meteringPoint: string
  readonly period: number
  readonly energyWh: number
  readonly quality: Quality
  readonly row: number
}

/** What is wrong with one row. */
export interface RowProblem {
  readonly row: number
  readonly column: string
  readonly value: string
  readonly problem: string
}

/** What a document says. Nothing of it is to be used where a row has a problem. */
export interface ReadIntervals {
  readonly layout: string
  readonly values: ReadonlyArray<ImportedValue>
  readonly problems: ReadonlyArray<RowProblem>
}

export interface ReadOptions {
  readonly timeZone: string
  /** Name of the layout; the first that fits where it is left out. */
  readonly layout?: string | undefined
  /** The metering point of a document that names none. */
  readonly meteringPoint?: string | undefined
}

/** Problems that are named; the rest is counted by the caller. */
const MOST_PROBLEMS = 1_000

/** Reads interval values from a table, by a layout. Throws {@link DocumentRefused} where no layout fits. */
export const readIntervals = (table: Table, options: ReadOptions): ReadIntervals => {
  const { layout, columns } = chooseLayout(table, options.layout)
  const reader = new IntervalReader(layout, columns, options)
  const rows = table.rows.map((cells, index) => ({ cells, row: index + 1 })).slice(columns.firstRow)
  const filled = rows.filter(({ cells }) => cells.some((cell) => textOf(cell) !== ""))
  for (const { cells, row } of isDescending(filled, columns) ? filled.toReversed() : filled) reader.read(cells, row)
  if (reader.values.length === 0 && reader.problems.length === 0) throw new DocumentRefused("the document holds no interval values", "see whether the right time was exported")
  return { layout: layout.name, values: reader.values, problems: reader.problems.toSorted((left, right) => left.row - right.row) }
}

const chooseLayout = (table: Table, name: string | undefined): { readonly layout: Layout; readonly columns: Columns } => {
  const layouts = loadLayouts()
  const known = [...layouts.keys()].join(", ")
  if (name !== undefined && !layouts.has(name)) throw new DocumentRefused(`there is no layout "${name}"`, `name one of: ${known}`)
  for (const layout of name === undefined ? layouts.values() : [layouts.get(name)!]) {
    const columns = findColumns(table, layout)
    if (columns !== undefined) return { layout, columns }
  }
  throw new DocumentRefused(name === undefined ? "no known layout fits the document" : `the document is not laid out as ${name}`, `layouts are ${known}; docs/guides/metering.md shows each of them`)
}

/** Some portals put the newest row first. */
const isDescending = (rows: ReadonlyArray<{ readonly cells: ReadonlyArray<Cell> }>, { time }: Columns): boolean => {
  const [first, last] = [readShownTime(rows[0]?.cells[time] ?? null), readShownTime(rows.at(-1)?.cells[time] ?? null)]
  return first !== undefined && last !== undefined && first.shown > last.shown
}

/** Letters of a column as a spreadsheet shows them. */
export const columnName = (place: number): string => (place < 26 ? "" : columnName(Math.floor(place / 26) - 1)) + String.fromCharCode(65 + (place % 26))

class IntervalReader {
  readonly values: Array<ImportedValue> = []
  readonly problems: Array<RowProblem> = []
  private readonly newest = new Map<string, number>()
  private readonly seen = new Set<string>()
  private readonly layout: Layout
  private readonly columns: Columns
  private readonly options: ReadOptions

  constructor(layout: Layout, columns: Columns, options: ReadOptions) {
    this.layout = layout
    this.columns = columns
    this.options = options
  }

  read(cells: ReadonlyArray<Cell>, row: number): void {
    const { time, clock, series, point } = this.columns
    const shown = readShownTime(cells[time] ?? null, clock === undefined ? undefined : cells[clock])
    if (shown === undefined) return this.problem(row, time, cells[time], "not a date and time")
    for (const { value, quality, meteringPoint } of series) {
      const id = meteringPoint ?? (point === undefined ? this.options.meteringPoint : textOf(cells[point]))
      if (id === undefined || id === "") {
        this.problem(row, point ?? value, point === undefined ? "" : cells[point], "no metering point: name it by --metering-point")
        continue
      }
      this.readValue(id, shown, cells, row, value, quality)
    }
  }

  private readValue(id: string, shown: ShownTime, cells: ReadonlyArray<Cell>, row: number, column: number, qualityColumn: number | undefined): void {
    const { time } = this.columns
    const period = this.periodOf(id, shown)
    if (typeof period === "string") return this.problem(row, time, cells[time], period)
    const energyWh = wattHoursOf(cells[column] ?? null, this.layout.unit, this.layout.decimal)
    const quality = this.qualityOf(qualityColumn === undefined ? undefined : cells[qualityColumn])
    if (quality === undefined) return this.problem(row, qualityColumn!, cells[qualityColumn!], "not a known quality")
    if (typeof energyWh === "string" && !(energyWh === "empty" && quality === "missing")) return this.problem(row, column, cells[column], energyWh)
    this.seen.add(`${id}@${period}`)
    this.newest.set(id, Math.max(period, this.newest.get(id) ?? 0))
    this.values.push({ meteringPoint: id, period, energyWh: typeof energyWh === "string" ? 0 : energyWh, quality, row })
  }

  private qualityOf(cell: Cell | undefined): Quality | undefined {
    const words = this.layout.quality?.words
    if (words === undefined || cell === undefined) return words?.[""] ?? "measured"
    const text = textOf(cell)
    return words[text] ?? Object.entries(words).find(([word]) => word.toLowerCase() === text.toLowerCase())?.[1]
  }

  /** Of the two hours of the autumn change the first that this point has not had yet, unless the document says which. */
  private periodOf(id: string, { shown, exact, fold }: ShownTime): number | string {
    const back = this.layout.names === "end" ? PERIOD_SECONDS : 0
    if (!hasOffsets(shown)) return "a time outside the years 2010 to 2039"
    const found = exact === undefined ? this.candidates(shown, back) : [exact - back]
    if (found.length === 0) return "a clock time that this day does not have"
    const fresh = found.filter((period) => !this.seen.has(`${id}@${period}`))
    const period = fold === "A" ? found[0]! : fold === "B" ? found.at(-1)! : fresh.find((one) => one > (this.newest.get(id) ?? 0)) ?? fresh[0]
    if (period === undefined || this.seen.has(`${id}@${period}`)) return "this period stands twice"
    return isPeriodStart(period) ? period : "not the start of a quarter hour"
  }

  private candidates(shown: number, back: number): ReadonlyArray<number> {
    const { timeZone } = this.options
    const ends = timesOf(timeZone, shown).map((time) => time - back)
    return ends.length > 0 || back === 0 ? ends : timesOf(timeZone, shown - back)
  }

  private problem(row: number, column: number, cell: Cell | undefined, problem: string): void {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push({ row, column: columnName(column), value: textOf(cell).slice(0, 60), problem })
  }
}
