import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, it } from "vitest"
import { newFolder, writeFolder } from "./new-folder.ts"
import { UserError } from "./user-error.ts"

const folder = mkdtempSync(join(tmpdir(), "commonwatt-new-folder-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it("a folder that exists is not written, and said so by what it would be", () => {
  expect(() => newFolder(folder, "an export")).toThrow(`${folder} exists, and an export is never overwritten`)
  expect(newFolder(join(folder, "new"), "an export")).toBe(join(folder, "new"))
})

it("files lie where they are named, a secret one for its owner alone", () => {
  const out = join(folder, "a", "b")
  writeFolder(out, [["one.txt", "1"], ["deep/two.txt", Uint8Array.of(50)]], (path) => path === "one.txt")
  expect([readFileSync(join(out, "one.txt"), "utf8"), readFileSync(join(out, "deep/two.txt"), "utf8")]).toEqual(["1", "2"])
  expect([statSync(join(out, "one.txt")).mode & 0o777, statSync(join(out, "deep/two.txt")).mode & 0o077]).toEqual([0o600, 0o044])
})

it("a file that cannot be written leaves nothing behind, neither the folder nor a part of it", () => {
  const out = join(folder, "half")
  expect(() => writeFolder(out, [["one", "1"], ["one/two", "2"]])).toThrow(UserError)
  expect(() => writeFolder("/proc/commonwatt", [["one", "1"]])).toThrow("/proc/commonwatt cannot be written")
  writeFileSync(join(folder, "file"), "")
  expect(() => writeFolder(join(folder, "file", "below"), [["one", "1"]])).toThrow("cannot be written")
  expect(existsSync(out)).toBe(false)
  expect(readdirSync(folder).filter((name) => name.includes("partial"))).toEqual([])
})
