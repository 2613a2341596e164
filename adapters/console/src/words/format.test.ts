import { describe, expect, it } from "vitest"
import { centsPerKwh, clockOffset, euro, periodText, shortHash, smallEuro, timeOfDay } from "./format.ts"

describe("figures on the screen", () => {
  it("sums of money are rounded to cents half away from zero, without floats", () => {
    expect(euro("5000000")).toBe("0.01 EUR")
    expect(euro("-5000000")).toBe("\u22120.01 EUR")
    expect(euro("-4999999")).toBe("0.00 EUR")
    expect(euro("-9007199254740993000000")).toBe("\u22129,007,199,254,740.99 EUR")
  })

  it("prices and small values keep their sign", () => {
    expect(centsPerKwh(118_000)).toBe("11.80 ct/kWh")
    expect(centsPerKwh(-25_000)).toBe("\u22122.50 ct/kWh")
    expect(smallEuro(4_860_000)).toBe("0.0049 EUR")
  })

  it("a clock's offset is a size and a direction", () => {
    expect([40, -1_200, 0].map(clockOffset)).toEqual(["40 s ahead", "1,200 s behind", "right"])
  })

  it("times are those of the area, over the change of the clocks too", () => {
    expect(timeOfDay("Europe/Vienna", Date.parse("2016-03-27T00:45Z") / 1000)).toBe("01:45")
    expect(periodText("Europe/Vienna", Date.parse("2016-03-27T00:45Z") / 1000, 900)).toBe("01:45\u201303:00")
  })

  it("a hash is told by its ends", () => {
    expect(shortHash("0123456789abcdef")).toBe("01234567\u2026cdef")
  })
})
