import { spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { cp } from "node:fs/promises"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { cacheFolder, fillOnce } from "../../../infra/local/cache.ts"
import type { Measured } from "./child.ts"
import type { Percentiles } from "./percentiles.ts"
import type { RoundResult } from "./worker.ts"

const SOURCES = join(import.meta.dirname, "exchange-core")
const PROGRAM = "src/ExchangeCoreBench.java"

/** exchange-core cannot run here; the message says why. */
export class NotHere extends Error {
  override readonly name = "NotHere"
}

const ended = (program: string, args: ReadonlyArray<string>, folder: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] })
    let said = ""
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (said = `${said}${text}`.slice(-400)))
    child.once("error", (error) => reject(new NotHere(`${program} does not run (${error.message})`)))
    child.once("close", (code) => (code === 0 ? resolve() : reject(new NotHere(`${program} ended with ${code}: ${said.trim()}`))))
  })

/** Fetches exchange-core with Maven and compiles the bench against it, once. */
const built = async (say: (line: string) => void): Promise<string> => {
  const folder = join(cacheFolder(), "bench-exchange-core")
  const key = ["pom.xml", PROGRAM].map((file) => readFileSync(join(SOURCES, file), "utf8")).join("\n")
  const fill = async (into: string): Promise<void> => {
    say("building the bench of exchange-core with Maven and javac")
    await cp(SOURCES, into, { recursive: true })
    await ended("mvn", ["-B", "-q", "dependency:copy-dependencies", "-DincludeScope=runtime", `-DoutputDirectory=${join(into, "libs")}`], into)
    await ended("javac", ["-d", join(into, "classes"), "-cp", join(into, "libs/*"), join(into, PROGRAM)], into)
  }
  await fillOnce({ part: "exchange-core", folder, key, fill })
  return folder
}

/** exchange-core's "Direct" book over a flow. @throws NotHere without Java and Maven. */
export const startExchangeCore = async (file: string, commands: number, say: (line: string) => void): Promise<Measured> => {
  const folder = await built(say)
  const classes = [join(folder, "classes"), join(folder, "libs/*")].join(":")
  const child = spawn("java", ["-Xms3g", "-Xmx3g", "-XX:+UseParallelGC", "-XX:+AlwaysPreTouch", "-cp", classes, "ExchangeCoreBench", file], { stdio: ["pipe", "pipe", "pipe"] })
  let complaints = ""
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaints = `${complaints}${text}`.slice(-400)))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const dead = new Promise<never>((_, reject) => child.once("error", (error) => reject(new NotHere(`java does not run (${error.message})`))))
  dead.catch(() => {})
  const next = async <A>(): Promise<A> => {
    const line = await Promise.race([lines.next(), dead])
    if (line.done === true) throw new NotHere(`java ended: ${complaints.trim()}`)
    return JSON.parse(line.value) as A
  }
  const ask = <A>(asked: string): Promise<A> => {
    child.stdin.write(`${asked}\n`)
    return next<A>()
  }
  await next<string>()
  return { commands, round: () => ask<RoundResult>("round"), percentiles: () => ask<Percentiles>("percentiles"), stop: () => void child.kill() }
}
