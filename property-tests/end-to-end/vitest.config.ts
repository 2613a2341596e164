import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

/** End-to-end tests start the real parts by themselves; two files at a time keep two cores busy and no more, three keep four. */
export default defineConfig({
  root: fileURLToPath(new URL("../../", import.meta.url)),
  test: {
    include: ["property-tests/end-to-end/**/*.test.ts"],
    globalSetup: "property-tests/end-to-end/harness/global-setup.ts",
    testTimeout: 600_000,
    hookTimeout: 600_000,
    maxWorkers: availableParallelism() >= 4 ? 3 : 2
  }
})
