import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

const folder = fileURLToPath(new URL("./", import.meta.url))
const sources = readdirSync(folder).filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))

/** The profile's facts, and the checker of JSON files: neither turns words into numbers. */
const allowed = new Set(["../profiles/profile.ts", "../profiles/check-fields.ts", "../profiles/invalid-profile.ts", "../profiles/locate-field.ts"])

describe("the test device", () => {
  it("shares nothing with the gateway but the facts, so that it cannot share a mistake", () => {
    const imports = sources.flatMap((file) =>
      [...readFileSync(`${folder}${file}`, "utf8").matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => ({ file, from: match[1]! })))
    expect(imports.length).toBeGreaterThan(20) // the scan saw imports at all
    expect(imports.filter(({ from }) => !from.startsWith("node:") && !from.startsWith("./") && !allowed.has(from))).toEqual([])
  })
})
