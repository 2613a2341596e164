import { setImmediate } from "node:timers/promises"
import { hearSignals } from "./hear-signals.ts"

// Signals first: everything else is loaded behind this line.
const stopBy = hearSignals()
const { run } = await import("./program.ts")
// Loading keeps the event loop busy: a signal that came meanwhile is heard before anything begins.
await setImmediate()
run(stopBy)
