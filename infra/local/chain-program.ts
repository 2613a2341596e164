import { execFile, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { promisify } from "node:util"
import { diskFull, errorText } from "./file-problem.ts"
import { withLock } from "./folder-lock.ts"
import { PartUnavailable, type Progress } from "./part.ts"

const run = promisify(execFile)

export interface ChainBuild {
  readonly part: string
  readonly repoDir: string
  readonly cacheDir: string
  readonly env: NodeJS.ProcessEnv
  readonly progress: Progress
}

/** Builds `commonwattd` unless it is current, and returns its path. Throws PartUnavailable without Go 1.26. */
export const chainProgram = async (build: ChainBuild): Promise<string> => {
  const { part, repoDir, cacheDir, progress } = build
  await requireGo(build)
  const script = join(repoDir, "chain", "scripts", "build.mjs")
  if (!existsSync(script)) {
    throw new PartUnavailable({ part, cause: `${script} is missing`, mend: "start from a complete clone of the repository" })
  }
  await mkdir(cacheDir, { recursive: true })
  const waiting = (pid: number): void => progress({ part, text: `waiting for process ${pid}, which builds the same` })
  return withLock(join(cacheDir, "chain-build.lock"), () => runBuild(build, script), waiting)
}

const requireGo = async ({ part, env }: ChainBuild): Promise<void> => {
  const mend = "to get a chain install Go 1.26 or newer and put it on the path; everything else runs without one"
  const printed = await run("go", ["version"], { env }).then(({ stdout }) => stdout, () => undefined)
  if (printed === undefined) throw new PartUnavailable({ part, cause: "there is no Go to build it with", mend })
  const [, major = "0", minor = "0"] = /go(\d+)\.(\d+)/.exec(printed) ?? []
  if (Number(major) > 1 || Number(minor) >= 26) return
  throw new PartUnavailable({ part, cause: `${printed.trim()} is too old`, mend })
}

/** The script reports on standard error and prints the program's path last on standard output. */
const runBuild = async ({ part, cacheDir, env, progress }: ChainBuild, script: string): Promise<string> => {
  const child = spawn(process.execPath, [script], { env: { ...env, COMMONWATT_CACHE: cacheDir }, stdio: ["ignore", "pipe", "pipe"] })
  const said: string[] = []
  let latest = ""
  const begun = Date.now()
  const clock = setInterval(() => progress({ part, text: `${latest} (${Math.round((Date.now() - begun) / 1000)} s)` }), 10_000)
  createInterface({ input: child.stderr }).on("line", (line) => {
    latest = line.replace(/^chain: /, "")
    said.push(latest)
    progress({ part, text: latest })
  })
  let printed = ""
  child.stdout.on("data", (chunk) => (printed += String(chunk)))
  try {
    const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve))
    const program = printed.trim().split("\n").at(-1) ?? ""
    if (code !== 0 || program === "") throw failedBuild(part, cacheDir, said)
    return program
  } finally {
    clearInterval(clock)
  }
}

const failedBuild = (part: string, cacheDir: string, said: readonly string[]): PartUnavailable => {
  const text = said.slice(-12).join("\n")
  if (text.includes("no space left on device")) return diskFull(part, cacheDir)
  const offline = /dial tcp|no such host|i\/o timeout|proxy/.test(text)
  const mend = offline ? "see that Go's module proxy can be reached (go env GOPROXY)" : "see the compiler's lines above"
  return new PartUnavailable({ part, cause: `commonwattd does not build:\n${text}\n`, mend })
}

/** Runs `commonwattd` to its end; the first lines of its complaint become the cause. */
export const runChainProgram = async (part: string, program: string, args: readonly string[]): Promise<void> => {
  try {
    await run(program, args)
  } catch (error) {
    const cause = `commonwattd ${args[0]} failed:\n${errorText(error).split("\n").slice(1, 8).join("\n").trim()}\n`
    throw new PartUnavailable({ part, cause, mend: "correct what it names" })
  }
}
