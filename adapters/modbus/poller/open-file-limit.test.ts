import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"
import { checkOpenFileLimit, openFileLimit, TooFewFileDescriptors } from "./open-file-limit.ts"

it("the limit is the one that the shell set", () => {
  const file = fileURLToPath(new URL("./open-file-limit.ts", import.meta.url))
  const seen = execFileSync("sh", ["-c", `ulimit -n 123 && "$0" --input-type=module -e 'import { openFileLimit } from "${file}"; console.log(openFileLimit())'`, process.execPath], { encoding: "utf8" })
  expect(Number(seen)).toBe(123)
  expect(openFileLimit()).toBeGreaterThan(0)
})

it("too low a limit is named before the first connection, with what to do", () => {
  expect(() => checkOpenFileLimit(100, 164)).not.toThrow()
  expect(() => checkOpenFileLimit(10_000, 1_024)).toThrow(TooFewFileDescriptors)
  const error = new TooFewFileDescriptors(1_024, 10_064)
  expect(error.message).toMatch(/10064 open files are needed .* may hold 1024/)
  expect(error.mend).toMatch(/ulimit -n 10064/)
})
