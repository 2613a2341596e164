import { defineConfig } from "vitest/config"

/** The tests that say what engine/core/market must do. */
export default defineConfig({
  test: {
    include: ["engine/core/market/**/*.test.ts", "property-tests/models/*.test.ts", "property-tests/invariants/histories.test.ts", "property-tests/regressions/*.test.ts"],
    setupFiles: ["infra/checks/mutants/set-up.ts"],
    testTimeout: 60_000
  }
})
