import { execFile, spawn } from "node:child_process"
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterEach, beforeEach, expect, test, vi } from "vitest"

const run = promisify(execFile)
const here = fileURLToPath(new URL(".", import.meta.url))

let clone = ""

/** A clone with the set-up program, a lock file, and an npm that only notes that it was called. */
beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), "commonwatt-set-up-"))
  await cp(here, join(clone, "infra", "setup"), { recursive: true, filter: (path) => !path.endsWith(".test.ts") })
  await lock({ "": {}, "node_modules/a": { version: "1.0.0" } })
  await npm(`mkdirSync("node_modules", { recursive: true }); appendFileSync("npm-calls", "ci\\n")`)
})
afterEach(() => rm(clone, { recursive: true }))

const lock = (packages: object): Promise<void> => writeFile(join(clone, "package-lock.json"), JSON.stringify({ packages }))
const npm = (body: string): Promise<void> =>
  writeFile(join(clone, "npm.cjs"), `const { appendFileSync, mkdirSync, writeFileSync } = require("node:fs"); ${body}`)
const calls = async (): Promise<number> => (await readFile(join(clone, "npm-calls"), "utf8").catch(() => "")).split("\n").length - 1

interface Outcome {
  readonly code: number
  readonly said: string
}

const setUp = async (options: { uid?: number; gid?: number } = {}, ...args: ReadonlyArray<string>): Promise<Outcome> => {
  const env = { PATH: process.env["PATH"], npm_execpath: join(clone, "npm.cjs"), npm_node_execpath: process.execPath }
  const ended = run(process.execPath, [join(clone, "infra", "setup", "set-up.mjs"), ...args], { env, cwd: clone, ...options })
  return ended.then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, said: error.stdout + error.stderr })
  )
}

test("packages are installed once, silently kept, and installed again when the lock changes", async () => {
  expect((await setUp()).said).toContain("installing packages (npm ci): done")
  expect(await setUp()).toEqual({ code: 0, said: "" })
  expect(await calls()).toBe(1)
  await lock({ "": {}, "node_modules/a": { version: "1.0.1" } })
  await setUp()
  expect(await calls()).toBe(2)
})

test("what a developer installed by hand is kept when it fits the lock", async () => {
  await mkdir(join(clone, "node_modules"))
  const list = join(clone, "node_modules", ".package-lock.json")
  await writeFile(list, JSON.stringify({ packages: { "node_modules/a": { version: "1.0.0" } } }))
  expect(await setUp()).toEqual({ code: 0, said: "" })
  await rm(join(clone, "node_modules", ".commonwatt-set-up"))
  await writeFile(list, JSON.stringify({ packages: { "node_modules/a": { version: "0.9.0" } } }))
  await setUp()
  expect(await calls()).toBe(1)
})

test("what only developers need is installed for them, once, and then serves both", async () => {
  await npm(`mkdirSync("node_modules", { recursive: true }); appendFileSync("npm-calls", process.argv[2] + (process.argv.includes("--omit=dev") ? " to run\\n" : " whole\\n"))`)
  await setUp()
  await setUp({}, "--whole")
  await setUp({}, "--whole")
  await setUp()
  // Beside what is there: npm ci would take a running market's packages away.
  expect(await readFile(join(clone, "npm-calls"), "utf8")).toBe("ci to run\ninstall whole\n")
})

test("a set-up that is stopped ends what it started, then itself, and leaves no lock", async () => {
  await npm(`writeFileSync("npm-pid", String(process.pid)); setInterval(() => {}, 1_000)`)
  const child = spawn(process.execPath, [join(clone, "infra", "setup", "set-up.mjs")], { env: { PATH: process.env["PATH"], npm_execpath: join(clone, "npm.cjs"), npm_node_execpath: process.execPath }, cwd: clone })
  let said = ""
  child.stderr.on("data", (chunk: Buffer) => (said += String(chunk)))
  const pid = Number(await vi.waitUntil(() => readFile(join(clone, "npm-pid"), "utf8").catch(() => ""), 10_000))
  child.kill("SIGINT")
  expect(await new Promise((resolve) => child.once("close", resolve))).toBe(130)
  expect(said).toContain("set-up was stopped")
  expect(() => process.kill(pid, 0)).toThrow(/ESRCH/)
  await npm(`mkdirSync("node_modules", { recursive: true })`)
  expect((await setUp()).code).toBe(0)
})

test("packages whose installing broke off are installed again, although some were there before", async () => {
  await setUp()
  await npm(`process.exit(1)`)
  expect((await setUp({}, "--whole")).code).toBe(1)
  await npm(`mkdirSync("node_modules", { recursive: true }); appendFileSync("npm-calls", process.argv[2] + "\\n")`)
  await setUp()
  expect(await readFile(join(clone, "npm-calls"), "utf8")).toBe("ci\nci\n")
})

test("two set-ups at once install once", async () => {
  const slow = `mkdirSync("node_modules", { recursive: true }); appendFileSync("npm-calls", "ci\\n"); setTimeout(() => {}, 400)`
  await npm(slow)
  const both = await Promise.all([setUp(), setUp()])
  expect(both.map(({ code }) => code)).toEqual([0, 0])
  expect(await calls()).toBe(1)
})

test("the console is built when its sources changed, and only then", async () => {
  const room = join(clone, "adapters", "console")
  await mkdir(room, { recursive: true })
  await writeFile(join(room, "vite.config.ts"), "export default {}")
  const vite = `mkdirSync("node_modules/vite/bin", { recursive: true }); writeFileSync("node_modules/vite/bin/vite.js",
    'const fs = require("node:fs"); fs.rmSync("dist/console", { recursive: true, force: true }); fs.mkdirSync("dist/console", { recursive: true })')`
  await npm(vite)
  expect((await setUp()).said).toContain("building the browser console: done")
  expect(await setUp()).toEqual({ code: 0, said: "" })
  await writeFile(join(room, "main.ts"), "export {}")
  expect((await setUp()).said).toMatch(/^commonwatt: building the browser console/)
})

test.each([
  ["npm error code ENOTFOUND", /registry cannot be reached/],
  ["npm error code EACCES", /is not writable/],
  ["npm error code ENOSPC", /the disk under .* is full/],
  ["npm error code EUSAGE", /do not fit together/],
  ["npm error something else", /something else/]
])("%s is explained", async (complaint, explanation) => {
  await npm(`console.error(${JSON.stringify(complaint)}); process.exit(1)`)
  const { code, said } = await setUp()
  expect(code).toBe(1)
  expect(said).toMatch(explanation)
})

test.runIf(process.getuid?.() === 0)("a clone that belongs to somebody else is named as not writable", async () => {
  await chmod(clone, 0o755)
  const { code, said } = await setUp({ uid: 65_534, gid: 65_534 })
  expect(code).toBe(1)
  expect(said).toMatch(/is not writable for this user/)
})

test("an old Node is told which one is needed", async () => {
  const script = await readFile(join(clone, "infra", "setup", "set-up.mjs"), "utf8")
  await writeFile(join(clone, "infra", "setup", "set-up.mjs"), script.replaceAll("process.versions.node", `"18.19.0"`))
  const { code, said } = await setUp()
  expect(code).toBe(1)
  expect(said).toMatch(/this is Node 18\.19\.0, at least Node 20 is needed/)
})
