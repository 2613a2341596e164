import { expect, it } from "vitest"
import { villageInputs } from "../../../../property-tests/settlement/village.ts"
import { MISSING } from "./community-inputs.ts"
import { compareOfficial, type OfficialValue } from "./official.ts"

const inputs = villageInputs({ "ada-roof": [1_000], "ben-home": [900], "cleo-home": [500] })
const first = inputs.intervals.periods[0]!
/** Differences of the first period; in all others the operator agrees that nothing was shared. */
const reasons = (values: Readonly<Record<string, OfficialValue | undefined>>, given = inputs) =>
  compareOfficial(given, {
    at: (time, point) => (time === first ? values[point] : { sharedWh: 0, energyWh: undefined }),
    rows: Object.entries(values).flatMap(([meteringPoint, value]) => (value === undefined ? [] : [{ ...value, time: first, meteringPoint }]))
  }).map(({ meteringPoint, oursWh, officialWh, reason }) => [meteringPoint, oursWh, officialWh, reason])
const shared = (sharedWh: number, energyWh?: number): OfficialValue => ({ sharedWh, energyWh })

it("an equal allocation has no difference", () => {
  expect(reasons({ "ada-roof": shared(1_000, 1_000), "ben-home": shared(643, 900), "cleo-home": shared(357, 500) })).toEqual([])
})

it("each difference has its reason", () => {
  expect(reasons({ "ada-roof": shared(1_000), "ben-home": shared(642), "cleo-home": shared(358) })).toEqual([
    ["ben-home", 643, 642, "rounding"],
    ["cleo-home", 357, 358, "rounding"]
  ])
  expect(reasons({ "ada-roof": shared(1_000), "ben-home": shared(500), "cleo-home": shared(500) }).map(([, , , reason]) => reason)).toEqual(["another key or factor", "another key or factor"])
  expect(reasons({ "ada-roof": shared(800), "ben-home": shared(514), "cleo-home": shared(286) }).map(([, , , reason]) => reason)).toEqual(Array.from({ length: 3 }, () => "sum of the period differs"))
  expect(reasons({ "ada-roof": shared(1_000), "ben-home": shared(600, 800), "cleo-home": shared(400, 500) })).toEqual([
    ["ben-home", 643, 600, "metered value differs"],
    ["cleo-home", 357, 400, "another key or factor"]
  ])
  expect(reasons({ "ada-roof": shared(1_000), "cleo-home": shared(357) })).toEqual([["ben-home", 643, undefined, "not in the official allocation"]])
})

it("a value that we do not have is told as such", () => {
  const values = inputs.intervals.values.map((value, place) => (place === 1 ? MISSING : value))
  const found = reasons({ "ada-roof": shared(1_000), "ben-home": shared(643), "cleo-home": shared(357) }, { ...inputs, intervals: { ...inputs.intervals, values } })
  expect(found).toContainEqual(["ben-home", 0, 643, "value missing here"])
})

it("a member whom only the operator knows is told", () => {
  expect(reasons({ "ada-roof": shared(1_000), "ben-home": shared(514), "cleo-home": shared(286), "zoe-home": shared(200), "yan-home": shared(0) }).at(-1)).toEqual(["zoe-home", undefined, 200, "not settled here"])
})
