import { expect, it } from "vitest"
import { PriceMissing, readyPrice, secondsOfClock } from "./price-rule.ts"

const at = (text: string): number => Date.parse(text) / 1000
const none = () => undefined

it("bands follow the clock on the wall, the first that holds decides", () => {
  const price = readyPrice({ bands: [{ days: "weekday", from: "22:00", to: "06:00", price: 1 }, { days: "weekend", from: "00:00", to: "24:00", price: 2 }], otherwise: 3 }, "Europe/Vienna", none)
  expect(price.constant).toBeUndefined()
  // 2016-03-25 was a Friday; Vienna is an hour ahead of UTC until 2016-03-27T01:00Z, then two.
  expect(price.at(at("2016-03-25T20:45Z"))).toBe(3)
  expect(price.at(at("2016-03-25T21:00Z"))).toBe(1)
  expect(price.at(at("2016-03-26T12:00Z"))).toBe(2)
  expect(price.at(at("2016-03-28T03:45Z"))).toBe(1)
  expect(price.at(at("2016-03-28T04:00Z"))).toBe(3)
})

it("a band may hold in some months only", () => {
  const price = readyPrice({ bands: [{ months: [6, 7, 8], from: "10:00", to: "16:00", price: 1 }], otherwise: 3 }, "Europe/Vienna", none)
  expect([price.at(at("2016-06-30T10:00Z")), price.at(at("2016-05-31T10:00Z"))]).toEqual([1, 3])
})

it("a series has its caps after what is added, and a missing price is named", () => {
  const series = (_: string, time: number) => ({ 0: -50_000, 900: 400_000, 1_800: 90_000 })[time]
  const price = readyPrice({ series: "spot", plus: 15_000, minimum: 0, maximum: 300_000 }, "UTC", series)
  expect([0, 900, 1_800].map(price.at)).toEqual([0, 300_000, 105_000])
  expect(() => price.at(2_700)).toThrow(PriceMissing)
})

it("a clock reads 00:00 to 24:00", () => {
  expect(["00:00", "24:00", "06:30"].map(secondsOfClock)).toEqual([0, 86_400, 23_400])
  expect(["24:01", "6:30", "12:60", ""].map(secondsOfClock)).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN])
})
