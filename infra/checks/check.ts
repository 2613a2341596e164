import { spawn } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

export const repository = fileURLToPath(new URL("../../", import.meta.url))
/** Tests start the command line some hundred times: what Node compiled once it need not compile again. */
const compiled = join(repository, ".commonwatt/cache/compiled")

/** Passed and failed tests of one check; a check without tests of its own counts as one. */
export interface Count {
  readonly passed: number
  readonly failed: number
}

/** Something that must hold before a change lands. */
export interface Check {
  readonly name: string
  readonly command: ReadonlyArray<string>
  readonly folder?: string
  /** Its output is printed only where it failed. */
  readonly quiet?: boolean
  /** Counts tests from what the command printed; the exit code must agree. */
  readonly count?: (output: string) => Count
  /** Names what failed, where the command leaves a report of it. */
  readonly failures?: () => string
  /** What failed, to be run once more alone; undefined where a second look would say nothing new. */
  readonly secondLook?: () => Check | undefined
}

export interface Ended {
  readonly code: number
  readonly output: string
  readonly errors: string
}

/** Runs a check's command and shows what it prints. */
export const runCommand = ({ command, folder, quiet }: Check): Promise<Ended> =>
  new Promise((resolve) => {
    const [program, ...args] = command
    const path = [join(repository, "node_modules/.bin"), process.env["PATH"]].join(":")
    const child = spawn(program!, args, { cwd: join(repository, folder ?? "."), env: { ...process.env, PATH: path, NODE_COMPILE_CACHE: compiled }, stdio: ["ignore", "pipe", "pipe"] })
    let output = ""
    let errors = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text
      if (quiet !== true) process.stdout.write(text)
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

/** What a run of a check counts for: its own count where exit code and count agree, else as failed. */
export const countOf = (check: Check, { code, output }: Ended): Count => {
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
