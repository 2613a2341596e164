import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"
import { checkOpenFileLimit, openFileLimit, TooFewFileDescriptors } from "./open-file-limit.ts"

/** What a program prints that may open so many files. */
const under = (limit: number, program: string): string => {
  const folder = fileURLToPath(new URL("./", import.meta.url))
  return execFileSync("sh", ["-c", `ulimit -n ${limit} && "$0" --input-type=module -e '${program.replaceAll("./", folder)}'`, process.execPath], { encoding: "utf8" }).trim()
}

it("the limit is the one that the shell set", () => {
  expect(under(123, 'import { openFileLimit } from "./open-file-limit.ts"; console.log(openFileLimit())')).toBe("123")
  expect(openFileLimit()).toBeGreaterThan(0)
})

it("too low a limit is named before the first connection, with what to do", () => {
  expect(() => checkOpenFileLimit(100, 164)).not.toThrow()
  expect(() => checkOpenFileLimit(10_000, 1_024)).toThrow(TooFewFileDescriptors)
  const error = new TooFewFileDescriptors(1_024, 10_064)
  expect(error.message).toMatch(/10064 open files are needed .* may hold 1024/)
  expect(error.mend).toMatch(/ulimit -n 10064/)
})

it("a poller with more meters than files does not even begin", () => {
  const program = `import { MeterPoller } from "./meter-poller.ts";
    const meters = Array.from({ length: 200 }, (_, index) => ({ meteringPoint: String(index), profile: "eastron-sdm630", host: "127.0.0.1", port: 1 + index, unit: 1, direction: "withdrawal" }));
    try { MeterPoller.create(meters) } catch (error) { console.log(error.name, error.needed, error.allowed) }`
  expect(under(200, program)).toBe("TooFewFileDescriptors 264 200")
  expect(under(264, program)).toBe("")
})
