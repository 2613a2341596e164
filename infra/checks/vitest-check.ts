import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { Check } from "./check.ts"
import { countVitest, failedFiles, failuresOfVitest } from "./what-failed.ts"

export interface VitestOptions {
  /** Folder for vitest's reports. */
  readonly scratch: string
  /** Files with a failure are run once more, one after the other and alone (decision 0023). */
  readonly lookTwice?: boolean
}

/** All tests that a configuration of vitest names. */
export const vitestCheck = (name: string, config: string, { scratch, lookTwice = false }: VitestOptions): Check => {
  const report = join(scratch, `${name.replaceAll(" ", "-")}.json`)
  const found = (): string => readFileSync(report, "utf8")
  const command = ["node_modules/.bin/vitest", "run", "--config", config, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`]
  const first: Check = { name, command, count: () => countVitest(found()), failures: () => failuresOfVitest(found()) }
  if (!lookTwice) return first
  return {
    ...first,
    secondLook: () => {
      const before = found()
      const files = failedFiles(before)
      if (files.length === 0) return undefined
      const others = countVitest(before, new Set(files))
      return {
        ...first,
        command: [...command, "--maxWorkers=1", ...files],
        count: () => {
          const again = countVitest(found())
          return { passed: others.passed + again.passed, failed: others.failed + again.failed }
        }
      }
    }
  }
}
