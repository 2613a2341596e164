import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8")

/** Tests that a page names: a file in backquotes, then names in quotes, more of them after commas. */
const namedTests = (page: string): Array<readonly [file: string, name: string]> =>
  [...page.matchAll(/`([^`]+\.test\.ts)`((?:,? "[^"]+")+)/g)].flatMap(([, file, names]) => [...names!.matchAll(/"([^"]+)"/g)].map(([, name]) => [file!, name!] as const))

const found = namedTests(read("docs/guides/settlement-promises.md"))

it("the page of settlement's promises names tests", () => {
  expect(found.length).toBeGreaterThan(60)
})

it.each(found)("%s has the test it is named for: %s", (file, name) => {
  // As a name is written: the first text of a test or of a group, or the second of it.each.
  expect(read(file)).toMatch(new RegExp(`(it|describe|\\))\\("${name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}"`))
})
