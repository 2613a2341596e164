import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { anyWattHours, energyWh } from "../../../../property-tests/arbitraries/quantity.ts"
import { runs } from "../../../../property-tests/arbitraries/runs.ts"
import { splitByLargestRemainder } from "../../quantity/largest-remainder.ts"
import { dynamicKey } from "./dynamic.ts"
import { equalCoefficients, equalKey } from "./equal.ts"
import { matrixKey, type Pair } from "./matrix.ts"
import { checkParticipation, makeParticipation, type Participation } from "./participation.ts"
import { plantOrderKey } from "./plant-order.ts"
import { assertShared, makeSharing, type SharingKey } from "./sharing.ts"
import { Splitter } from "./split-column.ts"
import { constantCoefficients, hourlyCoefficients, staticKey } from "./static.ts"

const share = (key: SharingKey, offered: ReadonlyArray<number>, wanted: ReadonlyArray<number>, time = 0) => {
  const sharing = makeSharing(offered.length, wanted.length)
  sharing.offeredWh.set(offered)
  sharing.wantedWh.set(wanted)
  const sharedWh = key(sharing, time)
  assertShared(sharing, sharedWh)
  return { sharedWh, given: [...sharing.givenWh], received: [...sharing.receivedWh] }
}

describe("examples worked by hand", () => {
  it("Austria, dynamic: 900 Wh among 600, 300, 100: 540, 270, 90", () => {
    expect(share(dynamicKey, [900], [600, 300, 100])).toEqual({ sharedWh: 900, given: [900], received: [540, 270, 90] })
  })
  it("Austria, static: 1,000 Wh by 50, 30, 20 %; the second uses only 100 of 300, and 200 go to the grid, not to the others", () => {
    const key = staticKey(constantCoefficients([500_000, 300_000, 200_000]))
    expect(share(key, [750, 250], [900, 100, 200])).toEqual({ sharedWh: 800, given: [600, 200], received: [500, 100, 200] })
  })
  it("static coefficients below the whole leave the rest with the producers", () => {
    expect(share(staticKey(constantCoefficients([250_000, 250_000])), [1_001], [9_999, 9_999])).toEqual({ sharedWh: 500, given: [500], received: [250, 250] })
  })
  it("Spain: beta of the hour; at night the first has all, by day each has half", () => {
    const night = Array.from({ length: 24 }, (_, hour) => (hour < 6 ? [1_000_000, 0] : [500_000, 500_000]))
    const key = staticKey(hourlyCoefficients(night, (time) => Math.floor(time / 3_600) % 24))
    expect(share(key, [800], [600, 600], 3 * 3_600).received).toEqual([600, 0])
    expect(share(key, [800], [600, 600], 12 * 3_600).received).toEqual([400, 400])
  })
  it("Germany, building without an agreed key: equal parts, capped", () => {
    expect(share(equalKey(3), [900], [300, 100, 800])).toEqual({ sharedWh: 700, given: [700], received: [300, 100, 300] })
    expect(equalCoefficients(3)).toEqual([333_334, 333_333, 333_333])
  })
  it("Italy: min(injected, withdrawn) of 120 and 90 is 90: the first plant gives 70, the second 20", () => {
    expect(share(plantOrderKey([1, 0]), [50, 70], [60, 30])).toEqual({ sharedWh: 90, given: [20, 70], received: [60, 30] })
  })
  it("Germany 42c and France, full dynamic: contracts of 60 and 40 % with one, 100 % with the other; the shared buyer takes in proportion", () => {
    const pairs: ReadonlyArray<Pair> = [
      { producer: 0, consumer: 0 },
      { producer: 0, consumer: 1 },
      { producer: 1, consumer: 1 }
    ]
    const { key, pairWh } = matrixKey(pairs, constantCoefficients([600_000, 400_000, 1_000_000]))
    expect(share(key, [1_000, 800], [500, 600])).toEqual({ sharedWh: 1_100, given: [700, 400], received: [500, 600] })
    expect([...pairWh]).toEqual([500, 200, 400])
  })
})

const splitByParticipation = (wh: number, factors: ReadonlyArray<Participation>): Array<number> => [...makeParticipation(factors)(wh)]

describe("participation in several communities", () => {
  it("1,001 Wh at 50 and 30 %: 501, 300, and 200 in none", () => {
    expect(splitByParticipation(1_001, [{ community: "sun", percent: 50 }, { community: "wind", percent: 30 }])).toEqual([501, 300, 200])
  })
  it("equal remainders go to the earlier community by id, however the factors are listed", () => {
    expect(splitByParticipation(1, [{ community: "b", percent: 50 }, { community: "a", percent: 50 }])).toEqual([0, 1, 0])
  })
  it("refuses by name", () => {
    const factor = (community: string, percent: number) => ({ community, percent })
    expect(checkParticipation([factor("a", 60), factor("b", 40)])).toBe("Accepted")
    expect(checkParticipation([factor("a", 60), factor("b", 41)])).toBe("MoreThanTheWhole")
    expect(checkParticipation([factor("a", 0)])).toBe("PercentOutOfBounds")
    expect(checkParticipation([factor("a", 1.5)])).toBe("PercentOutOfBounds")
    expect(checkParticipation([factor("a", 1), factor("a", 1)])).toBe("CommunityTwice")
    expect(checkParticipation(["a", "b", "c", "d", "e", "f"].map((name) => factor(name, 1)))).toBe("TooManyCommunities")
  })
  it("parts sum to the value, for any factors", () => {
    const percents = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 5 })
    fc.assert(
      fc.property(anyWattHours, percents, (wh, factors) => {
        const parts = splitByParticipation(wh, factors.map((percent, place) => ({ community: `c${place}`, percent })))
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(wh)
        for (const [place, percent] of factors.entries()) expect(Math.abs(parts[place]! - (wh * percent) / 100)).toBeLessThan(1)
      }),
      runs(300)
    )
  })
})

it("a split over columns is the split of the definition", () => {
  const splitter = new Splitter()
  const weights = fc.array(fc.oneof(energyWh, fc.nat(5)), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(fc.oneof(weights, fc.array(anyWattHours, { minLength: 1, maxLength: 12 })), fc.nat(1_000_000), (list, part) => {
      const sum = list.reduce((left, right) => left + right, 0)
      const total = Math.floor((sum / 1_000_000) * part)
      const parts = new Float64Array(list.length)
      splitter.split(total, Float64Array.from(list), list.length, sum, parts)
      expect([...parts]).toEqual(splitByLargestRemainder(total, list))
    }),
    runs(1_500)
  )
})

it("a split of ten thousand equal weights, and of weights made to be slow, is the split of the definition", () => {
  const splitter = new Splitter()
  for (const list of [Array.from({ length: 10_000 }, () => 7), Array.from({ length: 10_000 }, (_, place) => (place * 7_919) % 10_007)]) {
    const sum = list.reduce((left, right) => left + right, 0)
    const parts = new Float64Array(list.length)
    splitter.split(12_345, Float64Array.from(list), list.length, sum, parts)
    expect([...parts]).toEqual(splitByLargestRemainder(12_345, list))
  }
})
