import { expect, it } from "vitest"
import { offeredQuantity } from "./preference.ts"

it("keeps nothing, a part, or all; a kept Wh is never offered", () => {
  expect(offeredQuantity(1_000, 0)).toBe(1_000)
  expect(offeredQuantity(1_000, 25)).toBe(750)
  expect(offeredQuantity(3, 50)).toBe(1)
  expect(offeredQuantity(1_000, 100)).toBe(0)
})
