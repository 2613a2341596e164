import { expect, it } from "vitest"
import { emptyGrid, type GridState } from "./area.ts"
import { checkTick } from "./market-time.ts"

const noon = Date.UTC(2016, 2, 25, 12) / 1000
const at = (marketTime: number): GridState => ({ ...emptyGrid(), area: "area", marketTime, openedAt: marketTime })

it("the first tick stands on the start of a period", () => {
  expect(checkTick(at(0), noon)).toBe("Accepted")
  expect(checkTick(at(0), noon + 60)).toBe("TickSkipsPeriod")
})

it("market time moves by minutes, or by a period, never past the start of one", () => {
  expect(checkTick(at(noon), noon + 60)).toBe("Accepted")
  expect(checkTick(at(noon), noon + 900)).toBe("Accepted")
  expect(checkTick(at(noon + 840), noon + 900)).toBe("Accepted")
  expect(checkTick(at(noon), noon + 960)).toBe("TickSkipsPeriod")
  expect(checkTick(at(noon + 840), noon + 960)).toBe("TickSkipsPeriod")
})

it("never back, never again, never off the minute, never out of the known years", () => {
  expect(checkTick(at(noon), noon)).toBe("TickNotLater")
  expect(checkTick(at(noon), noon - 900)).toBe("TickNotLater")
  expect(checkTick(at(noon), noon + 59)).toBe("TickNotOnMinute")
  expect(checkTick(at(0), 0)).toBe("OutOfBounds")
  expect(checkTick(at(0), Date.UTC(2040, 0, 1) / 1000)).toBe("OutOfBounds")
})
