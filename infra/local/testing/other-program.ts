import { type ChildProcess, spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import type { PartOptions } from "../part.ts"

/** What start-and-hang.ts printed. */
export interface Started {
  readonly pid?: number
  readonly adopted?: boolean
  readonly error?: string
}

const script = fileURLToPath(new URL("start-and-hang.ts", import.meta.url))

/** Starts a part from a program of its own, which lives until `child` is killed; `user` is a uid to run it as. */
export const startElsewhere = async (
  module: string,
  name: string,
  options: PartOptions,
  user?: number
): Promise<{ child: ChildProcess; started: Started }> => {
  const identity = user === undefined ? {} : { uid: user, gid: user }
  const child = spawn(process.execPath, [script, module, name, JSON.stringify(options)], { stdio: ["ignore", "pipe", "inherit"], ...identity })
  for await (const line of createInterface({ input: child.stdout })) return { child, started: JSON.parse(line) as Started }
  throw new Error("the program ended without a word")
}

/** Ends a program as a crash would, and waits until it is gone. */
export const crash = (child: ChildProcess): Promise<unknown> => {
  const gone = new Promise((resolve) => child.once("exit", resolve))
  child.kill("SIGKILL")
  return gone
}
