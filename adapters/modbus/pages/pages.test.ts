import { readdirSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { listProfiles } from "../profiles/load-profile.ts"
import { pages } from "./pages.ts"

const folder = new URL("../../../docs/meters/", import.meta.url)
const made = pages()

describe("the pages of docs/meters", () => {
  it("are those that the profiles make; `node adapters/modbus/pages/write.ts` renews them", () => {
    expect(readdirSync(folder).toSorted()).toEqual([...made.keys()].toSorted())
    for (const [file, text] of made) expect(readFileSync(new URL(file, folder), "utf8"), file).toBe(text)
  })

  it("name every profile, and every link between them leads somewhere", () => {
    const all = [...made.values()].join("\n")
    for (const id of listProfiles()) expect(all).toContain(`\`${id}\``)
    const links = [...made.values()].flatMap((text) => [...text.matchAll(/\]\(([a-z-]+\.md)\)/g)].map(([, file]) => file!))
    expect(links.length).toBeGreaterThan(listProfiles().length)
    for (const file of links) expect([...made.keys()]).toContain(file)
  })
})
