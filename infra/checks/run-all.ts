import { spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { countGoTests } from "./count-go-tests.ts"
import { failuresOfVitest, lastWords } from "./what-failed.ts"

const repository = fileURLToPath(new URL("../../", import.meta.url))
/** Tests start the command line some hundred times: what Node compiled once it need not compile again. */
const compiled = join(repository, ".commonwatt/cache/compiled")
const scratch = mkdtempSync(join(tmpdir(), "commonwatt-checks-"))

/** Passed and failed tests of one check; a check without tests of its own counts as one. */
interface Count {
  readonly passed: number
  readonly failed: number
}

interface Check {
  readonly name: string
  readonly command: ReadonlyArray<string>
  readonly folder?: string
  /** Counts tests from what the command printed; the exit code must agree. */
  readonly count?: (output: string) => Count
  /** Names what failed, where the command leaves a report of it. */
  readonly failures?: () => string
}

const vitestCheck = (name: string, config: string): Check => {
  const report = join(scratch, `${name.replaceAll(" ", "-")}.json`)
  return {
    name,
    command: ["node_modules/.bin/vitest", "run", "--config", config, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
    count: () => {
      const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, "utf8")) as { numPassedTests: number; numFailedTests: number }
      return { passed: numPassedTests, failed: numFailedTests }
    },
    failures: () => failuresOfVitest(readFileSync(report, "utf8"))
  }
}

const node = "node_modules/node/bin/node"

/** Everything that must hold before a change lands, cheapest first. */
const checks: ReadonlyArray<Check> = [
  { name: "types", command: ["node_modules/.bin/tsc", "-p", "tsconfig.json"] },
  { name: "types of the console", command: ["node_modules/.bin/tsc", "-p", "adapters/console/tsconfig.json"] },
  { name: "lint", command: ["node_modules/.bin/oxlint", "--deny-warnings"] },
  { name: "chain builds", command: [node, "chain/scripts/build.mjs"] },
  { name: "generated code is current", command: [node, "chain/scripts/generate.mjs", "--check"] },
  { name: "go vet", command: ["go", "vet", "./..."], folder: "chain" },
  { name: "go test", command: ["go", "test", "-json", "./..."], folder: "chain", count: countGoTests },
  vitestCheck("unit and property tests", "vitest.config.ts"),
  vitestCheck("end-to-end tests", "property-tests/end-to-end/vitest.config.ts")
]

const whatFailed = ({ failures }: Check, output: string): string => {
  try {
    const named = failures?.() ?? ""
    return named === "" ? lastWords(output) : named
  } catch {
    return lastWords(output)
  }
}

const run = ({ command, folder }: Check, quiet: boolean): Promise<{ readonly code: number; readonly output: string; readonly errors: string }> =>
  new Promise((resolve) => {
    const [program, ...args] = command
    const path = [join(repository, "node_modules/.bin"), process.env["PATH"]].join(":")
    const child = spawn(program!, args, { cwd: join(repository, folder ?? "."), env: { ...process.env, PATH: path, NODE_COMPILE_CACHE: compiled }, stdio: ["ignore", "pipe", "pipe"] })
    let output = ""
    let errors = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text
      if (!quiet) process.stdout.write(text)
    })
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text
      process.stderr.write(text)
    })
    child.on("error", (error) => {
      process.stderr.write(`${program}: ${error.message}\n`)
      resolve({ code: 127, output, errors })
    })
    child.on("close", (code) => resolve({ code: code ?? 1, output, errors }))
  })

const countOf = (check: Check, code: number, output: string): Count => {
  const whole = { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 }
  if (check.count === undefined) return whole
  try {
    const count = check.count(output)
    if (count.passed + count.failed === 0) return { passed: 0, failed: 1 }
    return code !== 0 && count.failed === 0 ? { passed: count.passed, failed: 1 } : count
  } catch {
    return { passed: 0, failed: 1 }
  }
}

const wanted = process.argv.slice(2)
let passed = 0
let failed = 0
const red: Array<string> = []
for (const check of checks.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)))) {
  const began = Date.now()
  process.stdout.write(`\n== ${check.name}\n`)
  const { code, output, errors } = await run(check, check.name === "go test")
  const count = countOf(check, code, output)
  if (check.name === "go test" && count.failed > 0) process.stdout.write(output)
  if (count.failed > 0) red.push(`== failed in ${check.name}\n${whatFailed(check, `${output}\n${errors}`)}\n`)
  passed += count.passed
  failed += count.failed
  process.stdout.write(`== ${check.name}: ${count.passed} passed, ${count.failed} failed, ${Math.round((Date.now() - began) / 1000)} s\n`)
}
rmSync(scratch, { recursive: true, force: true })
// A long log is often seen by its end only, so the end says what was red.
for (const text of red) process.stdout.write(`\n${text}`)
process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
