/** In the order in which they are believed: commas stand in numbers and names too. */
const DELIMITERS = [";", "\t", ","] as const

/** Lines and bytes that are looked at. */
const HEAD_LINES = 60
const HEAD_BYTES = 64 * 2 ** 10

/**
 * The mark that parts the columns of a delimited text: a semicolon or a tab if most of the first lines that hold any mark
 * hold it outside of quotes, else a comma. So decimal commas do not make a comma the delimiter, nor does a title above
 * the table.
 */
export const delimiterOf = (text: Buffer): string => {
  const lines = text.subarray(0, HEAD_BYTES).toString("utf8").split(/\r?\n/).slice(0, HEAD_LINES).map((line) => line.replaceAll(/"[^"]*"/g, ""))
  const marked = lines.filter((line) => DELIMITERS.some((one) => line.includes(one)))
  return DELIMITERS.find((one) => 2 * marked.filter((line) => line.includes(one)).length > marked.length) ?? ","
}
