import { availableParallelism } from "node:os"
import { configDefaults, defineConfig } from "vitest/config"

/** Rooms whose tests are pure: what a file leaves in memory no other can see, so files share a process and its compiled modules. */
const pure = ["engine/core/**/*.test.ts", "property-tests/{arbitraries,invariants,metering,models,regressions,settlement}/**/*.test.ts"]

/** Unit and property tests lie beside the code; end-to-end tests have a configuration of their own. */
export default defineConfig({
  test: {
    // A limit for what hangs, not a measure: machines are busy.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Vitest leaves a core free, which of two is half: many of these tests wait for brokers, databases and lines.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      { extends: true, test: { name: "core", include: pure, isolate: false } },
      {
        extends: true,
        test: {
          name: "parts",
          include: ["{engine,adapters,infra,property-tests}/**/*.test.ts"],
          exclude: [...configDefaults.exclude, "property-tests/end-to-end/**", ...pure]
        }
      }
    ]
  }
})
