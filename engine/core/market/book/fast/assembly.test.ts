import { expect, it } from "vitest"
import { assemble } from "./assembly.ts"
import { HEADS } from "./layout.ts"

const callbacks = { spill() {}, timed() {}, untimed() {}, isFillable: () => false }

// Fewer pages cost speed, more of them do not start (infra/checks/assembly.ts).
it("the assembly declares the memory up to the books' heads, which every market has, and not a page more or less", () => {
  expect(() => assemble(HEADS, callbacks)).not.toThrow()
  expect(() => assemble(HEADS - 1, callbacks)).not.toThrow()
  expect(() => assemble(HEADS - 65_536, callbacks)).toThrow(/memory/)
})
