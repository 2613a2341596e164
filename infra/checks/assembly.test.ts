import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { compileAssembly, GENERATED } from "./assembly.ts"

it("the order book's WebAssembly is what its sources compile to, byte for byte", async () => {
  expect(readFileSync(GENERATED, "utf8") === (await compileAssembly()), "run `npm run assembly` and commit what it writes").toBe(true)
}, 180_000)
