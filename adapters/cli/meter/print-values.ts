import type { ShownValue } from "./shown-values.ts"

/** A value as a person reads it: the exact decimal text with its unit, or why there is none. */
export const valueText = ({ value, exact, unit, status }: ShownValue): string =>
  status === "ok" ? `${exact ?? value}${unit === "" ? "" : ` ${unit}`}` : `- (${status})`

const rawText = ({ place, words }: ShownValue): string => place === undefined ? "" : `  [${place}${words ? ` ${words.join(" ")}` : ""}]`

/** One line for each value, names in a column. */
export const valueLines = (values: readonly ShownValue[]): string => {
  const width = Math.max(0, ...values.map(({ name }) => name.length))
  return values.map((value) => `${value.name.padEnd(width)}  ${valueText(value)}${rawText(value)}\n`).join("")
}
