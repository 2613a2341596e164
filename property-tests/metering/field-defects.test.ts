import { mkdirSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { expect, it } from "vitest"
import { cleanDays, DayPlayer } from "./days.ts"
import { defects, type Chance } from "./field-defects.ts"

/** Random days over all defects: 10^3 in npm test, 10^5 and a record in docs/proofs by npm run prove. */
const DAYS = Number(process.env["COMMONWATT_DEFECT_DAYS"] ?? "1000")
const record = process.env["COMMONWATT_DEFECT_RECORD"]

/** A small generator with a seed of its own for each day: a failing day can be played again. */
const chanceOf = (seed: number): Chance => {
  let state = (seed * 2_654_435_761) >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let value = Math.imul(state ^ (state >>> 15), state | 1)
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61)
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    whole: (low, high) => low + Math.floor(next() * (high - low + 1)),
    magnitude: (low, high) => Math.round(low * (high / low) ** next())
  }
}

const clean = cleanDays()
/** Reasons that every ordinary day has. */
const ORDINARY = new Set(["ReadingRecorded", "IntervalValueRecorded"])

it("on clean days at most 0.1 % of the intervals are flagged", () => {
  const flagged = [...clean.reasons].filter(([name]) => !ORDINARY.has(name)).reduce((sum, [, count]) => sum + count, 0)
  expect(clean.intervals).toBeGreaterThan(90_000)
  expect(flagged / clean.intervals).toBeLessThanOrEqual(0.001)
})

it(`${defects.length} field defects on ${DAYS} random days: above its detectable size every one is flagged`, () => {
  expect(defects.length).toBeGreaterThanOrEqual(20)
  const counts = defects.map(() => ({ above: 0, flagged: 0, below: 0, missed: 0 }))
  const missed: Array<string> = []
  for (let seed = 0; seed < DAYS; seed++) {
    const place = seed % defects.length
    const { name, play, reasons } = defects[place]!
    const count = counts[place]!
    const chance = chanceOf(seed)
    const day = clean.days[chance.whole(0, clean.days.length - 1)]!
    const player = new DayPlayer(structuredClone(day.state), day.start)
    const isDetectable = play(day, chance, player)
    const isFlagged = reasons.some((reason) => player.reasons.has(reason))
    if (isDetectable) {
      count.above++
      if (isFlagged) count.flagged++
      else missed.push(`${name}, seed ${seed}: ${[...player.reasons.keys()].join(", ")}`)
    } else {
      count.below++
      if (!isFlagged) count.missed++
    }
  }
  expect(missed).toEqual([])
  for (const [index, { above }] of counts.entries()) expect(above, defects[index]!.name).toBeGreaterThan(0)
  if (record !== undefined) writeRecord(record, counts)
})

const writeRecord = (file: string, counts: ReadonlyArray<{ above: number; flagged: number; below: number; missed: number }>): void => {
  const flags = [...clean.reasons].filter(([name]) => !ORDINARY.has(name))
  const rows = defects.map(({ name, detectable }, index) => {
    const { above, flagged, below, missed } = counts[index]!
    return `| ${name} | ${detectable} | ${flagged} of ${above} | ${below === 0 ? "none is smaller" : `${missed} of ${below} (${((100 * missed) / below).toFixed(1)} %)`} |`
  })
  const text = `# Field defects
What \`npm run prove\` found on ${DAYS.toLocaleString("en")} random days: a day of the demo feeder (${clean.days.length} real point-days behind a first week), with one defect of a random size in it. "Flagged" means that one of the reasons that belong to the defect was given, not just any.

Clean days: ${flags.reduce((sum, [, count]) => sum + count, 0)} of ${clean.intervals.toLocaleString("en")} intervals flagged (${flags.map(([name, count]) => `${name} ${count}`).join(", ") || "none"}).

| defect | detectable from | flagged above it | missed below it |
|---|---|---|---|
${rows.join("\n")}
`
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
