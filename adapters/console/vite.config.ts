import { fileURLToPath } from "node:url"
import { defineConfig } from "vite"
import solid from "vite-plugin-solid"

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Builds the console into dist/console, which adapters/http serves. No script stands inline: the page's policy forbids it. */
export default defineConfig({
  root: here("."),
  plugins: [solid()],
  build: {
    outDir: here("../../dist/console"),
    emptyOutDir: true,
    target: "es2022",
    // Small assets as data: URIs would escape the policy and the cache.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false }
  },
  server: { proxy: { "/api": "http://127.0.0.1:4000" } }
})
