import { MAX_WATT_HOURS } from "../../../../engine/core/quantity/energy.ts"
import { MISSING } from "../../../../engine/core/settlement/community/community-inputs.ts"
import { readIntervals } from "../../../documents/import/read-intervals.ts"
import { DocumentRefused } from "../../../documents/document-refused.ts"
import { readCsv } from "../../../documents/table/read-csv.ts"
import { UserError } from "../../user-error.ts"
import type { IntervalRows } from "./interval-columns.ts"
import { rowsOf } from "./interval-rows.ts"
import { namingFile, type Table } from "./table.ts"

const guide = "correct the cells, or export again; docs/guides/settlement-files.md describes the tables"

/**
 * Reads interval values from a portal's export, by the layouts of adapters/documents. A table that has neither the columns
 * of ours nor any of these layouts is refused.
 */
export const readPortal = ({ file, header }: Table, bytes: Uint8Array, timeZone: string): IntervalRows => {
  const { values, problems } = namingFile(file, () => {
    try {
      return readIntervals(readCsv(bytes), { timeZone })
    } catch (cause) {
      if (cause instanceof DocumentRefused) throw new UserError(`${file}, row 1: no column \`utc\` among ${header.join(", ")}, and ${cause.message}`, cause.mend)
      throw cause
    }
  })
  const [first] = problems
  if (first !== undefined) throw new UserError(`${file}, row ${first.row}, column ${first.column}: ${first.problem}${first.value === "" ? "" : ` ("${first.value}")`}`, guide)
  const large = values.find(({ energyWh }) => energyWh > MAX_WATT_HOURS)
  if (large !== undefined) throw new UserError(`${file}, row ${large.row}: ${large.energyWh} Wh are more than ${MAX_WATT_HOURS}`, guide)
  return rowsOf(
    file,
    values.map(({ meteringPoint, period, energyWh, quality }) => ({
      meteringPoint,
      time: period,
      wh: quality === "missing" ? MISSING : energyWh,
      isSubstitute: quality === "substitute" || quality === "provisional"
    }))
  )
}
