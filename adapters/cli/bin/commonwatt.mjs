#!/usr/bin/env node
// Runs on whatever Node the host has and hands over to the pinned Node 24, which runs the TypeScript sources directly.
import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../../../", import.meta.url))
const node = `${root}node_modules/node/bin/node`
if (!existsSync(node)) {
  process.stderr.write(`commonwatt: nothing is installed in ${root}\n  To mend it: run npm ci there, or simply npm start\n`)
  process.exit(1)
}
// A gateway runs on small machines: its program loads nothing of engine, database and chain.
const [command, ...rest] = process.argv.slice(2)
const [program, args, flags] =
  command === "gateway" ? ["gateway/main.ts", rest, ["--max-semi-space-size=1", "--optimize-for-size"]] : ["main.ts", process.argv.slice(2), []]
// What was compiled once need not be compiled at the next start, where the folder can be written.
// The C library sets memory aside for each thread; a gateway has no use for it.
const small = command === "gateway" ? { MALLOC_ARENA_MAX: "2", MALLOC_TRIM_THRESHOLD_: "131072" } : {}
const env = { ...small, NODE_COMPILE_CACHE: `${root}.commonwatt/cache/compiled`, ...process.env }
// Signals first: one that comes between these lines must find a program to pass it on to.
// A terminal sends SIGINT to both; whoever sends SIGTERM to this process alone means the program behind it.
let child
process.on("SIGINT", () => undefined)
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child?.kill(signal) ?? process.exit(0))
child = spawn(node, [...flags, `${root}adapters/cli/${program}`, ...args], { stdio: "inherit", env })
child.on("exit", (code, signal) => process.exit(signal === null ? (code ?? 1) : 128))
