import type { NamedValue } from "../../modbus/profiles/named-values.ts"

/** A value as a person reads it: the exact decimal text with its unit, or why there is none. */
export const valueText = ({ value, exact, unit, status }: NamedValue): string =>
  status === "ok" ? `${exact ?? value}${unit === "" ? "" : ` ${unit}`}` : `- (${status})`

/** One line for each value, names in a column. */
export const valueLines = (values: readonly NamedValue[]): string => {
  const width = Math.max(0, ...values.map(({ name }) => name.length))
  return values.map((value) => `${value.name.padEnd(width)}  ${valueText(value)}\n`).join("")
}
