import { readFileSync } from "node:fs"
import { defineConfig } from "vitest/config"
import { compileChanged, type Changed } from "./compile.ts"

const bytes = await compileChanged(JSON.parse(readFileSync(process.env["COMMONWATT_MUTANT"]!, "utf8")) as Changed)

/** The tests of the books over a mutant of the assembly. */
export default defineConfig({
  plugins: [{ name: "mutant", enforce: "pre", load: (id) => (id.endsWith("/fast/generated/assembly.ts") ? `export const ASSEMBLY = "${bytes}"` : undefined) }],
  test: {
    include: ["engine/core/market/book/**/*.test.ts", "property-tests/models/{order-book,book-parts,call-auction}.test.ts", "property-tests/regressions/defects-of-peers-books.test.ts", "property-tests/bench/book/indexed-books.test.ts"],
    setupFiles: ["infra/checks/mutants/set-up.ts"],
    testTimeout: 120_000
  }
})
