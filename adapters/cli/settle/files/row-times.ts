import { timesOf, readShownTime } from "../../../documents/import/local-clock.ts"
import type { Table } from "./table.ts"

/**
 * Times of a table's rows: from the column `utc`, or from `local`, the clock on the wall of the community's zone. Of the
 * two hours of the autumn change, a series of values has the first before the second.
 */
export class RowTimes {
  /** Place of the column that decides. */
  readonly column: number
  private readonly table: Table
  private readonly zone: string
  private readonly isLocal: boolean
  private readonly seen = new Set<string>()

  constructor(table: Table, zone: string) {
    this.table = table
    this.zone = zone
    this.isLocal = !table.header.includes("utc") && table.header.includes("local")
    this.column = table.column(this.isLocal ? "local" : "utc")
  }

  /** Start of the delivery period of a cell; `series` is the metering point where each has rows of its own. */
  read(row: number, cell: string, series = ""): number {
    const { table, column } = this
    if (!this.isLocal) return table.time(row, column, cell)
    const found = readShownTime(cell.replace(/([+-]\d{2})(\d{2})$/, "$1:$2"))
    if (found === undefined) throw table.problem(row, column, `"${cell}" is no time such as 2026-03-01 00:15`)
    if (found.exact !== undefined) return table.periodStart(row, column, cell, found.exact)
    table.periodStart(row, column, cell, found.shown)
    const times = timesOf(this.zone, found.shown)
    if (times.length === 0) throw table.problem(row, column, `"${cell}" is a clock time that this day does not have`)
    const isAgain = this.seen.has(`${series}\n${times[0]}`)
    this.seen.add(`${series}\n${times[0]}`)
    const time = found.fold === "A" ? times[0]! : found.fold === "B" || isAgain ? times.at(-1)! : times[0]!
    return table.periodStart(row, column, cell, time)
  }
}
