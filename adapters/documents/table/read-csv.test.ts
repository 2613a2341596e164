import { expect, it } from "vitest"
import { DocumentRefused } from "../document-refused.ts"
import { delimiterOf } from "./delimiter.ts"
import { openCsv, readCsv } from "./read-csv.ts"

const bytes = (text: string): Buffer => Buffer.from(text)

it.each<[string, string]>([
  [",", "utc,home\n2016-03-01T00:00Z,1\n"],
  [";", "utc;home\n2016-03-01T00:00Z;0,5\n"],
  ["\t", "utc\thome\n2016-03-01T00:00Z\t0,5\n"],
  [";", "Energy report, Sunny Street; March\n\nutc;home\n2016-03-01T00:00Z;0,5\n2016-03-01T00:15Z;0,5\n"],
  [",", 'utc,"home; left",roof\n2016-03-01T00:00Z,1,2\n'],
  [",", "utc\n2016-03-01T00:00Z\n"]
])("the delimiter is %j", (delimiter, text) => {
  expect(delimiterOf(bytes(text))).toBe(delimiter)
})

it("rows count as a spreadsheet counts them: empty ones too, a cell of two lines as one row", () => {
  const rows: Array<readonly [number, ReadonlyArray<string>]> = []
  openCsv(bytes('a,b\n\n1,"two\nlines"\r\n3,4')).eachRow({ rows: 9, columns: 9, cells: 99, cellCharacters: 99 }, (cells, row) => void rows.push([row, cells]))
  expect(rows).toEqual([[1, ["a", "b"]], [2, [""]], [3, ["1", "two\nlines"]], [4, ["3", "4"]]])
})

it("reading may end early, and what the reader throws is thrown on", () => {
  const open = openCsv(bytes("a\nb\nc\n"))
  const seen: Array<string> = []
  open.eachRow({ rows: 9, columns: 9, cells: 9, cellCharacters: 9 }, ([cell], row) => (seen.push(cell!), row < 2))
  expect(seen).toEqual(["a", "b"])
  expect(() => open.eachRow({ rows: 9, columns: 9, cells: 9, cellCharacters: 9 }, () => { throw new RangeError("mine") })).toThrow(RangeError)
})

it.each<[string, Parameters<ReturnType<typeof openCsv>["eachRow"]>[0]]>([
  ["rows", { rows: 2, columns: 9, cells: 99, cellCharacters: 99 }],
  ["columns", { rows: 9, columns: 1, cells: 99, cellCharacters: 99 }],
  ["cells", { rows: 9, columns: 9, cells: 5, cellCharacters: 99 }]
])("too many %s are refused while they are read", (_, limits) => {
  expect(() => openCsv(bytes("a,b\n1,2\n3,4\n")).eachRow(limits, () => undefined)).toThrow("the file has more than")
})

it("what is no CSV is refused with its row", () => {
  expect(() => readCsv(bytes('a,b\n1,2\n"3,4\n'))).toThrow("row 3 is not CSV")
  expect(() => readCsv(new Uint8Array())).toThrow(DocumentRefused)
})
