import { expect, it } from "vitest"
import { expectedQuantity, likePeriods } from "./expected-quantity.ts"

const utc = (day: string, clock: string): number => Date.parse(`${day}T${clock}Z`) / 1000
const like = (now: number, period: number) => likePeriods("Europe/Vienna", now, period)

it("an ordinary day: the same clock time on the day before", () => {
  expect(like(utc("2016-03-25", "11:00:00"), utc("2016-03-25", "11:15:00"))).toEqual([utc("2016-03-24", "11:15:00")])
})

it("the last period of a day looks at yesterday, the first of the next day looks at the day before that", () => {
  const now = utc("2016-03-24", "22:45:00")
  expect(like(now, utc("2016-03-24", "22:45:00"))).toEqual([utc("2016-03-23", "22:45:00")])
  expect(like(now, utc("2016-03-24", "23:00:00"))).toEqual([utc("2016-03-22", "23:00:00")])
})

it("the day after the spring change: 02:15 did not exist yesterday, so the last interval serves", () => {
  const now = utc("2016-03-28", "00:00:00")
  const period = utc("2016-03-28", "00:15:00")
  expect(like(now, period)).toEqual([])
  expect(expectedQuantity([], now, (start) => (start === now - 900 ? 77 : undefined))).toBe(77)
})

it("the day after the spring change: 03:15 summer time looks at 03:15 summer time, 23 h 45 min back would be 04:15", () => {
  expect(like(utc("2016-03-28", "01:00:00"), utc("2016-03-28", "01:15:00"))).toEqual([utc("2016-03-27", "01:15:00")])
  expect(like(utc("2016-03-28", "04:00:00"), utc("2016-03-27", "22:30:00"))).toEqual([utc("2016-03-26", "23:30:00")])
})

it("the day after the autumn change: 02:15 came twice, the first that has a value serves", () => {
  const twice = like(utc("2016-10-31", "01:00:00"), utc("2016-10-31", "01:15:00"))
  expect(twice).toEqual([utc("2016-10-30", "00:15:00"), utc("2016-10-30", "01:15:00")])
  expect(expectedQuantity(twice, 0, (start) => (start === twice[1] ? 5 : undefined))).toBe(5)
  expect(expectedQuantity(twice, 0, (start) => (start === twice[0] ? 0 : 9))).toBe(0)
})

it("on the 100-period day itself both 02:15 look at the one of yesterday", () => {
  const yesterday = [utc("2016-10-29", "00:15:00")]
  expect(like(utc("2016-10-30", "00:00:00"), utc("2016-10-30", "00:15:00"))).toEqual(yesterday)
  expect(like(utc("2016-10-30", "01:00:00"), utc("2016-10-30", "01:15:00"))).toEqual(yesterday)
})

it("nothing known is undefined, not zero", () => {
  expect(expectedQuantity([], 1_800, () => undefined)).toBeUndefined()
})
