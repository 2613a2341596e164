/**
 * Random SunSpec maps against a table of the standard's points (profiles/test-data/sunspec-points.csv) that shares
 * nothing with the models which the reader knows: every point of every device in a chain is compared.
 */
import { readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { runs } from "../../../property-tests/arbitraries/runs.ts"
import { checkProfile } from "../profiles/check-profile.ts"
import type { NamedValue } from "../profiles/named-values.ts"
import { randomFrom } from "../test-device/random.ts"
import { memoryOf, memoryUnit } from "../test-support/memory-unit.ts"
import { ProfileReader } from "./profile-reader.ts"

interface Point {
  readonly name: string
  readonly type: string
  readonly offset: number
  readonly words: number
  readonly factorOffset: number | null
}

const points = new Map<number, Point[]>()
for (const row of readFileSync(new URL("../profiles/test-data/sunspec-points.csv", import.meta.url), "utf8").trimEnd().split("\n").slice(1)) {
  const [model = "", name = "", type = "", offset = "", words = "", factor = ""] = row.split(",")
  const of = points.get(Number(model)) ?? []
  of.push({ name, type, offset: Number(offset), words: Number(words), factorOffset: factor === "" ? null : Number(factor) })
  points.set(Number(model), of)
}
const models = [...points.keys()].filter((model) => model !== 1)

const everyModel = checkProfile(JSON.stringify({
  id: "all", description: "x", source: "x", addressing: "sunspec", positive: "export", maxGap: 100, maxWords: 125, models: [1, ...models]
}), "all.json")

type Random = () => number
const pick = <Item>(random: Random, items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!
const below = (random: Random, end: number): number => Math.floor(random() * end)

/** What the standard writes where a device has no value. */
const missing: Readonly<Record<string, bigint>> = {
  int16: 0x8000n, uint16: 0xffffn, enum16: 0xffffn, acc32: 0n, bitfield32: 0xffff_ffffn, uint32: 0xffff_ffffn, uint64: 2n ** 64n - 1n,
  float32: 0x7fc0_0000n, string: 0n, sunssf: 0x8000n
}
/** The highest counts that a generated point shows; above 3,221,225,472 an accumulator of a meter is taken for a negative number. */
const highest: Readonly<Record<string, bigint>> = { uint16: 0xfffen, enum16: 0xfffen, acc32: 0xbfff_ffffn, bitfield32: 0x7fff_ffffn, uint32: 0xffff_fffen, uint64: 2n ** 64n - 2n }

const wordsOf = (pattern: bigint, words: number): number[] =>
  Array.from({ length: words }, (_, index) => Number((pattern >> BigInt(16 * (words - 1 - index))) & 0xffffn))

interface Shown {
  readonly words: readonly number[]
  readonly value: bigint | number | string | null
}

const show = (random: Random, { type, words }: Point): Shown => {
  if (random() < 0.2 && missing[type] !== undefined) return { words: wordsOf(missing[type], words), value: null }
  if (type === "string") {
    const text = `${pick(random, ["A", "Meter", "SN0001", "X 1"])}${below(random, 1_000)}`.slice(0, words * 2)
    return { words: Array.from({ length: words }, (_, index) => (text.charCodeAt(index * 2) || 0) * 256 + (text.charCodeAt(index * 2 + 1) || 0)), value: text }
  }
  if (type === "float32") {
    const value = Math.fround((random() - 0.5) * 10 ** (below(random, 14) - 3))
    const view = new DataView(new ArrayBuffer(4))
    view.setFloat32(0, value)
    return { words: [view.getUint16(0), view.getUint16(2)], value }
  }
  if (type === "int16" || type === "sunssf") {
    const value = type === "sunssf" ? below(random, 21) - 10 : below(random, 65_535) - 32_767
    return { words: [value & 0xffff], value: BigInt(value) }
  }
  const from = type === "acc32" ? 1n : 0n
  const value = from + (BigInt(Math.floor(random() * 2 ** 52)) * (highest[type]! - from)) / 2n ** 52n
  return { words: wordsOf(value, words), value }
}

/** counts x 10^power as decimal text, by moving the point. */
const decimal = (counts: bigint, power: number): string => {
  const sign = counts < 0n ? "-" : ""
  const digits = (counts < 0n ? -counts : counts).toString()
  if (power >= 0) return digits === "0" ? "0" : `${sign}${digits}${"0".repeat(power)}`
  const padded = digits.padStart(1 - power, "0")
  const text = `${padded.slice(0, power)}.${padded.slice(power)}`.replace(/\.?0+$/, "")
  return text === "0" ? "0" : `${sign}${text}`
}

interface Expected {
  readonly model: number
  readonly point: Point
  readonly value: bigint | number | string | null
  readonly power: number
}

const makeModel = (random: Random, model: number): { readonly words: number[]; readonly expected: readonly Expected[] } => {
  const of = points.get(model)!
  const end = Math.max(...of.map(({ offset, words }) => offset + words))
  const length = model === 1 && random() < 0.5 ? 65 : end - 2
  const words = Array.from({ length: end }, () => 0x8000) // what is no point is padding
  const shown = new Map(of.filter(({ type }) => type !== "pad").map((point) => [point.offset, { point, ...show(random, point) }]))
  for (const { point, words: own } of shown.values()) words.splice(point.offset, point.words, ...own)
  words[0] = model
  words[1] = length
  const expected = [...shown.values()].flatMap(({ point, value }): Expected[] => {
    if (["ID", "L"].includes(point.name) || point.type === "sunssf") return []
    const factor = point.factorOffset === null ? 0n : shown.get(point.factorOffset)!.value
    return [{ model, point, value: factor === null ? null : value, power: Number(factor) }]
  })
  return { words: words.slice(0, length + 2), expected }
}

/** A maker's own model, or one of the standard that is not read, full of anything. */
const foreign = (random: Random): number[] => {
  const [model, length] = pick(random, [[64_110, 1 + below(random, 60)], [65_000, 3], [120, 26], [160, 48], [123, 24]])
  return [model!, length!, ...Array.from({ length: length! }, () => below(random, 65_536))]
}

interface Device {
  readonly words: readonly number[]
  readonly expected: readonly Expected[]
}

const makeDevice = (random: Random): Device => {
  const wanted = models.map((model) => [random(), model] as const).toSorted(([a], [b]) => a - b).slice(0, 1 + below(random, 3)).map(([, model]) => model)
  const parts = [makeModel(random, 1), ...wanted.map((model) => makeModel(random, model))]
  return {
    words: parts.flatMap(({ words }) => random() < 0.3 ? [...words, ...foreign(random)] : words),
    expected: parts.flatMap(({ expected }) => expected)
  }
}

const ends: readonly (readonly number[])[] = [[0xffff, 0], [0xffff, 0, 0, 0], [0xffff], [0xffff, 0xffff, 1, 2], [0, 0], []]

const compare = ({ model, point, value, power }: Expected, values: readonly NamedValue[]): void => {
  const found = values.find((one) => one.model === model && one.name === point.name)
  const place = `${model}.${point.name} (${point.type}) x 10^${power}`
  if (value === null) return void expect(`${place} ${found?.value} ${found?.status}`).toBe(`${place} null not implemented`)
  if (typeof value === "string") return void expect(`${place} ${found?.value}`).toBe(`${place} ${value}`)
  if (typeof value === "number") return void expect(`${place} ${Math.fround(Number(found?.value))}`).toBe(`${place} ${value}`)
  // States are shown by their names, which are another table's matter.
  if (point.type === "enum16" || point.type === "bitfield32") return void expect(`${place} ${found?.status}`).toBe(`${place} ok`)
  expect(`${place} ${found?.exact}`).toBe(`${place} ${decimal(value, power)}`)
}

let compared = 0

describe("random SunSpec maps", () => {
  it("are read point by point as the standard says, each device of the chain", async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 31 - 1 }), async (seed) => {
      const random = randomFrom(seed)
      const devices = Array.from({ length: 1 + below(random, 3) }, () => makeDevice(random))
      const base = pick(random, [40_000, 0, 50_000, 40_001, 1, 49_999])
      const unit = memoryUnit(memoryOf({ [base]: [0x5375, 0x6e53, ...devices.flatMap(({ words }) => words), ...pick(random, ends)] }))
      for (const [index, { expected }] of devices.entries()) {
        const values = await new ProfileReader(unit, everyModel, { occurrence: index + 1 }).readValues()
        for (const one of expected) compare(one, values)
        compared += expected.length
      }
    }), runs(60))
    expect(compared).toBeGreaterThan(5_000)
  }, 600_000)
})
