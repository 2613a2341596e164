import { defineConfig } from "vitest/config"

/** Tests that say what the books must do, and those that say what the market around them must do. */
const books = ["engine/core/market/**/*.test.ts", "property-tests/models/*.test.ts", "property-tests/regressions/defects-of-peers-books.test.ts"]
const market = ["engine/core/*.test.ts", "property-tests/invariants/{trading,histories}.test.ts"]

/** run.ts says in COMMONWATT_MUTANTS_IN whether mutants of the books alone are run. */
export default defineConfig({
  test: {
    include: process.env["COMMONWATT_MUTANTS_IN"] === "book" ? books : [...books, ...market],
    setupFiles: ["infra/checks/mutants/set-up.ts"],
    testTimeout: 120_000
  }
})
