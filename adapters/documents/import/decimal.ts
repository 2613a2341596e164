import type { Cell } from "../table/table.ts"

/** A number that cannot be read as whole Wh, by name. */
export type DecimalProblem = "empty" | "not a number" | "negative" | "finer than 1 Wh" | "too large"

const MOST_WH = 1_000_000_000_000

/**
 * Whole Wh of a number in kWh or Wh, exactly: digits are moved, nothing is rounded. `decimal` is the document's decimal
 * mark; the other mark groups thousands and is accepted only where it does. A spreadsheet's number is read by its
 * shortest decimal form.
 */
export const wattHoursOf = (cell: Cell, unit: "kWh" | "Wh", decimal: "," | "."): number | DecimalProblem => {
  if (cell === null || cell instanceof Date) return cell === null ? "empty" : "not a number"
  const text = typeof cell === "number" ? plainText(cell) : withPoint(cell.trim(), decimal)
  if (text === "") return "empty"
  const match = text === undefined ? null : /^([+-]?)(\d{1,15})(?:\.(\d{1,12}))?$/.exec(text)
  if (match === null) return "not a number"
  const [, sign, whole, fraction = ""] = match
  const places = unit === "kWh" ? 3 : 0
  if (/[1-9]/.test(fraction.slice(places))) return "finer than 1 Wh"
  const wattHours = Number(whole + fraction.slice(0, places).padEnd(places, "0"))
  if (wattHours > MOST_WH) return "too large"
  return sign === "-" && wattHours > 0 ? "negative" : wattHours
}

const plainText = (value: number): string | undefined => {
  // A spreadsheet computes in binary: 0.1 + 0.2 is shown as 0.3, to 15 digits as Excel shows it.
  const shown = String(Number(value.toPrecision(15)))
  return shown.includes("e") ? undefined : shown
}

const withPoint = (text: string, decimal: "," | "."): string | undefined => {
  const groups = decimal === "," ? "." : ","
  const [whole = "", ...rest] = text.split(decimal)
  if (rest.length > 1) return undefined
  const isGrouped = new RegExp(`^[+-]?\\d{1,3}(\\${groups}\\d{3})+$`).test(whole)
  const digits = isGrouped ? whole.replaceAll(groups, "") : whole
  return rest.length === 0 ? digits : `${digits}.${rest[0]!}`
}
