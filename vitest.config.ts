import { defineConfig } from "vitest/config"

/** Unit and property tests lie beside the code; end-to-end tests have a configuration of their own. */
export default defineConfig({
  test: {
    include: ["engine/**/*.test.ts", "adapters/**/*.test.ts", "infra/**/*.test.ts", "property-tests/**/*.test.ts"],
    exclude: ["**/node_modules/**", "property-tests/end-to-end/**"],
    testTimeout: 60_000,
    hookTimeout: 120_000
  }
})
