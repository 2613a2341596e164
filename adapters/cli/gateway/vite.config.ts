import { cpSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { defineConfig } from "vite"

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const outDir = here("../../../dist/gateway")
const profiles = ["devices", "sunspec"]

/**
 * Bundles `commonwatt gateway` into dist/gateway: one folder to copy to a home's machine, with Node 24 and nothing
 * else beside it. Device profiles stay files, found relative to the bundle as they are relative to their sources.
 */
export default defineConfig({
  root: here("."),
  ssr: { noExternal: true, external: ["@serialport/bindings-cpp"] },
  plugins: [{ name: "device-profiles", closeBundle: () => profiles.forEach((folder) => cpSync(here(`../../modbus/profiles/${folder}`), `${outDir}/${folder}`, { recursive: true })) }],
  build: {
    ssr: here("main.ts"),
    outDir,
    emptyOutDir: true,
    target: "node24",
    minify: true,
    rolldownOptions: { output: { entryFileNames: "commonwatt-gateway.mjs", codeSplitting: false } }
  }
})
