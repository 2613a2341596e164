import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

const folder = fileURLToPath(new URL("./", import.meta.url))
const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))

const isOwn = ({ file, from }: { file: string; from: string }): boolean =>
  from.startsWith("node:") || from.startsWith("./") || (file.startsWith("devices") && /^\.\.\/[a-z-]+\.ts$/.test(from))

describe("the simulator", () => {
  it("imports nothing but node: and itself, so that it cannot share a mistake with the gateway", () => {
    const imports = sources.flatMap((file) =>
      [...readFileSync(`${folder}${file}`, "utf8").matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => ({ file, from: match[1]! })))
    expect(imports.length).toBeGreaterThan(20) // the scan saw imports at all
    expect(imports.filter((one) => !isOwn(one))).toEqual([])
  })

  it("reads no file but the one it is told to", () => {
    const readers = sources.filter((file) => /readFile|\.json/.test(readFileSync(`${folder}${file}`, "utf8")))
    expect(readers).toEqual(["main.ts"])
  })
})
