import { closeSync, ftruncateSync, openSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, expect, it } from "vitest"
import { runs } from "../../../property-tests/arbitraries/runs.ts"
import { settleFiles, type SettleOptions } from "./settle.ts"
import { demo, errorOf, openLab } from "./testing/lab.ts"
import { verifyFolder } from "./verify.ts"

const { folder, options, write, close } = openLab()
afterAll(close)

/** Whole-file refusals; every other one names row and column, or line and field, or the metering point, trade or period. */
const wholeFile = /the file is (empty|not text)|holds no interval values|more than 400 days|PartOfADay|UnknownMeteringPoint|TradeOf|TradeOutside|TradeWithin|TradesWithoutStep|BeforeTheFirstVersion|CurrenciesDiffer|AreaAwaited|CoefficientsExceedTheWhole|has no price for/

/** Settles, and expects either a run that verifies or a named refusal that leaves nothing behind. */
const settlesOrRefuses = (change: Partial<SettleOptions>): void => {
  const given = options(change)
  const message = errorOf(() => settleFiles(given))
  if (message === "no error") {
    expect(verifyFolder(given.out).differences).toEqual([])
    return
  }
  if (!wholeFile.test(message)) expect(message).toMatch(/(row \d+|line \d+)/)
  expect(readdirSync(folder).filter((name) => given.out.endsWith(name) || name.includes("partial"))).toEqual([])
}

const cells = ["", " ", "0", "-0", "-1", "1e9", "0x10", "NaN", "Infinity", "9".repeat(400), "500000000", "500000001", "1,5", "1.5", "'1", "=1+1", "\u0660", "\u2212" + "1", '"', '"a', "a\"b", "2016-03-26T11:00Z", "2016-02-30T11:00Z", "2016-03-27T02:30+01:00", "2016-03-26T11:07Z", "9999-12-31T00:00Z", "constructor", "__proto__", "@tax", "ada-roof", "a\u0000b"]
const lines = (name: string): ReadonlyArray<string> => readFileSync(join(demo, name), "utf8").trim().split("\n")

const damagedTable = (name: string): fc.Arbitrary<string> => {
  const whole = lines(name)
  const places = fc.record({ row: fc.nat(Math.min(60, whole.length - 1)), column: fc.nat(whole[0]!.split(",").length - 1) })
  const cell = fc.tuple(places, fc.constantFrom(...cells)).map(([{ row, column }, text]) => whole.map((line, index) => (index === row ? line.split(",").with(column, text).join(",") : line)))
  const rows = fc.tuple(fc.nat(whole.length - 1), fc.nat(whole.length - 1), fc.constantFrom("gone", "twice", "cut", "swapped")).map(([first, second, how]) => {
    if (how === "gone") return whole.toSpliced(first, 1)
    if (how === "twice") return whole.toSpliced(second, 0, whole[first]!)
    if (how === "cut") return [...whole.slice(0, first), whole[first]!.slice(0, whole[first]!.length >> 1)]
    return whole.with(first, whole[second]!).with(second, whole[first]!)
  })
  const column = places.map(({ column: at }) => whole.map((line) => line.split(",").toSpliced(at, 1).join(",")))
  return fc.oneof({ weight: 4, arbitrary: cell }, { weight: 2, arbitrary: rows }, { weight: 1, arbitrary: column }).map((text) => `${text.join("\n")}\n`)
}

it.each(["intervals.csv", "trades.csv"])("%s with a damaged cell, row or column settles or is refused by name, and nothing is half written", (name) => {
  fc.assert(
    fc.property(damagedTable(name), (text) => void settlesOrRefuses({ [name === "trades.csv" ? "trades" : "intervals"]: write(name, text) })),
    runs(60)
  )
})

it("bytes of any kind are refused by name", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => settlesOrRefuses({ intervals: write("bytes.csv", bytes) })),
    runs(60)
  )
})

const values: ReadonlyArray<unknown> = [null, true, -1, 0, 1.5, 1e308, "", " ", "x".repeat(65), "@tax", "__proto__", "2016-02-30", "24:01", [], {}, [null], { series: "spot" }, { bands: [], otherwise: 0 }]

/** A JSON file with one value, anywhere in it, replaced or left out. */
const damagedJson = (name: string): fc.Arbitrary<string> => {
  const whole = JSON.parse(readFileSync(join(demo, name), "utf8")) as unknown
  const paths: Array<ReadonlyArray<string>> = []
  const walk = (node: unknown, path: ReadonlyArray<string>): void => {
    if (path.length > 0) paths.push(path)
    if (typeof node === "object" && node !== null) for (const [key, value] of Object.entries(node)) walk(value, [...path, key])
  }
  walk(whole, [])
  return fc.tuple(fc.constantFrom(...paths), fc.option(fc.constantFrom(...values), { nil: undefined })).map(([path, value]) => {
    const copy = structuredClone(whole)
    const parent = path.slice(0, -1).reduce((node, key) => (node as Record<string, unknown>)[key], copy) as Record<string, unknown>
    if (value === undefined) delete parent[path.at(-1)!]
    else parent[path.at(-1)!] = value
    return JSON.stringify(copy, null, 1)
  })
}

it.each(["rules.json", "tariffs.json"])("%s with a damaged field settles or is refused by name, and nothing is half written", (name) => {
  fc.assert(
    fc.property(damagedJson(name), (text) => settlesOrRefuses({ [name === "rules.json" ? "rules" : "tariffs"]: write(name, text) })),
    runs(60)
  )
})

it("a file of a gigabyte is refused before it is read", () => {
  const file = write("huge.csv", "utc,home\n")
  const descriptor = openSync(file, "r+")
  ftruncateSync(descriptor, 2 ** 30)
  closeSync(descriptor)
  expect(errorOf(() => settleFiles(options({ intervals: file })))).toContain("is larger than 512 MiB")
})
