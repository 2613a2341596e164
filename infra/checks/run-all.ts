import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { countOf, runCommand, type Check, type Count } from "./check.ts"
import { countGoTests } from "./count-go-tests.ts"
import { vitestCheck } from "./vitest-check.ts"
import { lastWords } from "./what-failed.ts"

const scratch = mkdtempSync(join(tmpdir(), "commonwatt-checks-"))
const node = "node_modules/node/bin/node"

/** Everything that must hold before a change lands, cheapest first. */
const checks: ReadonlyArray<Check> = [
  { name: "types", command: ["node_modules/.bin/tsc", "-p", "tsconfig.json"] },
  { name: "types of the console", command: ["node_modules/.bin/tsc", "-p", "adapters/console/tsconfig.json"] },
  { name: "lint", command: ["node_modules/.bin/oxlint", "--deny-warnings"] },
  { name: "chain builds", command: [node, "chain/scripts/build.mjs"] },
  { name: "generated code is current", command: [node, "chain/scripts/generate.mjs", "--check"] },
  { name: "go vet", command: ["go", "vet", "./..."], folder: "chain" },
  { name: "go test", command: ["go", "test", "-json", "./..."], folder: "chain", quiet: true, count: countGoTests },
  vitestCheck("unit and property tests", "vitest.config.ts", { scratch }),
  vitestCheck("end-to-end tests", "property-tests/end-to-end/vitest.config.ts", { scratch, lookTwice: true })
]

/** What a reader of the log's end should see. */
const remarks: Array<string> = []

const whatFailed = ({ failures }: Check, output: string): string => {
  try {
    const named = failures?.() ?? ""
    return named === "" ? lastWords(output) : named
  } catch {
    return lastWords(output)
  }
}

/** Runs one check; what failed is run once more where the check says so, and said to have been. */
const hold = async (check: Check): Promise<Count> => {
  const ended = await runCommand(check)
  const count = countOf(check, ended)
  if (check.quiet === true && count.failed > 0) process.stdout.write(ended.output)
  if (count.failed === 0) return count
  const failed = whatFailed(check, `${ended.output}\n${ended.errors}`)
  const again = secondLookOf(check)
  if (again === undefined) {
    remarks.push(`== failed in ${check.name}\n${failed}\n`)
    return count
  }
  process.stdout.write(`\n== ${check.name}: what failed, once more and alone\n`)
  remarks.push(`== failed in ${check.name} at the first look\n${failed}\n`)
  return hold({ ...again, name: `${check.name}, second look` })
}

const secondLookOf = ({ secondLook }: Check): Check | undefined => {
  try {
    return secondLook?.()
  } catch {
    return undefined
  }
}

const wanted = process.argv.slice(2)
let passed = 0
let failed = 0
for (const check of checks.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)))) {
  const began = Date.now()
  process.stdout.write(`\n== ${check.name}\n`)
  const count = await hold(check)
  passed += count.passed
  failed += count.failed
  process.stdout.write(`== ${check.name}: ${count.passed} passed, ${count.failed} failed, ${Math.round((Date.now() - began) / 1000)} s\n`)
}
rmSync(scratch, { recursive: true, force: true })
// A long log is often seen by its end only, so the end says what was red.
for (const text of remarks) process.stdout.write(`\n${text}`)
process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
