import { spawn, type ChildProcess } from "node:child_process"
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Figures } from "../../../adapters/cli/report/figures.ts"

/** The clone under test. */
export const repository = fileURLToPath(new URL("../../../", import.meta.url))

/** What a market process left behind. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A running `commonwatt` in a process group of its own, as a shell would give it. */
export interface MarketProcess {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves when stderr holds `text`; rejects when the process ends before. */
  readonly says: (text: string | RegExp) => Promise<string>
  /** kill -9 of the whole group: engine, gateway and simulator die at once, the detached parts live on. */
  readonly killGroup: () => void
  /** Ctrl-C as a terminal sends it: to the group. */
  readonly interrupt: () => void
}

/** An empty folder for one test's data. */
export const emptyFolder = (name: string): string => mkdtempSync(join(tmpdir(), `commonwatt-${name}-`))

/** Starts `commonwatt` of a clone with these arguments under the pinned Node. */
export const spawnCommonwatt = (args: ReadonlyArray<string>, env: NodeJS.ProcessEnv = {}, clone: string = repository): MarketProcess => {
  const child = spawn(join(clone, "node_modules/node/bin/node"), [join(clone, "adapters/cli/main.ts"), ...args], {
    cwd: clone,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_OPTIONS: "", ...env }
  })
  let stdout = ""
  let stderr = ""
  const listeners = new Set<() => void>()
  child.stdout!.setEncoding("utf8").on("data", (text: string) => (stdout += text))
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    stderr += text
    for (const listener of listeners) listener()
  })
  const ended = new Promise<Ended>((resolve) => child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr })))
  const signalGroup = (signal: NodeJS.Signals): void => {
    try {
      process.kill(-child.pid!, signal)
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "ESRCH") throw cause
    }
  }
  return {
    child,
    ended,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = typeof text === "string" ? (stderr.includes(text) ? text : undefined) : text.exec(stderr)?.[0]
          if (found === undefined) return
          listeners.delete(look)
          resolve(found)
        }
        listeners.add(look)
        look()
        void ended.then((end) => reject(new Error(`the process ended (${end.code ?? end.signal}) before it said ${text}:\n${end.stderr}`)))
      }),
    killGroup: () => signalGroup("SIGKILL"),
    interrupt: () => signalGroup("SIGINT")
  }
}

/** Runs `commonwatt` to its end. */
export const runCommonwatt = (args: ReadonlyArray<string>, env: NodeJS.ProcessEnv = {}, clone: string = repository): Promise<Ended> =>
  spawnCommonwatt(args, env, clone).ended

/** Runs `commonwatt start ... --speed max --exit --json` and returns the figures; anything but success is an error with all that was said. */
export const settle = async (
  data: string,
  periods: number,
  args: ReadonlyArray<string> = [],
  env: NodeJS.ProcessEnv = {},
  clone: string = repository
): Promise<Figures> => {
  const all = ["start", "--data", data, "--speed", "max", "--periods", String(periods), "--exit", "--json", ...args]
  const { code, stdout, stderr } = await runCommonwatt(all, env, clone)
  if (code !== 0) throw new Error(`commonwatt ${all.join(" ")} ended with ${code}:\n${stderr}`)
  return JSON.parse(stdout) as Figures
}
