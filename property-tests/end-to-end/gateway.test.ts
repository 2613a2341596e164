import { afterAll, beforeAll, expect, it } from "vitest"
import { spawn, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { openLab, type Lab } from "./harness/gateway-lab.ts"
import type { RelayFault } from "./harness/faulty-relay.ts"
import { repository } from "./harness/market-process.ts"

/** kill -9 of the gateway; `npm run prove` asks for 100 kills with 1,000 meters. */
const KILLS = Number(process.env["COMMONWATT_GATEWAY_KILLS"] ?? 5)
const METERS = Number(process.env["COMMONWATT_GATEWAY_METERS"] ?? 16)
const PERIODS = Number(process.env["COMMONWATT_GATEWAY_PERIODS"] ?? 96)
/** Seconds until a period without all its readings is a failure: a loaded machine may take its time. */
const PATIENCE = 300
const SEED = Number(process.env["COMMONWATT_SEED"] ?? Math.floor(Math.random() * 2 ** 31))

let state = SEED
/** Numbers in [0, 1) that the seed determines (mulberry32). */
const random = (): number => {
  state = (state + 0x6d2b79f5) | 0
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}

const faults: ReadonlyArray<RelayFault> = ["drop", "swallow", "truncate", "stray bytes", "delay"]
let faultsMade = 0
const fault = (): RelayFault => {
  if (random() >= 0.01) return "none"
  faultsMade++
  return faults[Math.floor(random() * faults.length)]!
}

let lab: Lab
let gateway: ChildProcess
let said = ""
/** The gateway's first line: it hears signals. Its store's line: it works. Both settle when it ends before. */
let greets: Promise<void>
let works: Promise<void>
const LONGEST_SAID = 100_000
const startGateway = (): void => {
  const one = spawn(join(repository, "node_modules/node/bin/node"), [join(repository, "adapters/cli/gateway/main.ts"), "--config", lab.config], { stdio: ["ignore", "ignore", "pipe"] })
  const ended = once(one, "exit").then(() => undefined)
  let own = ""
  const lines = new Map<string, () => void>()
  const says = (line: string): Promise<void> => Promise.race([ended, new Promise<void>((resolve) => lines.set(line, resolve))])
  greets = says("Commonwatt gateway starts\n")
  works = says("  store: ")
  one.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-LONGEST_SAID)
    if (lines.size === 0) return
    own += text
    for (const [line, resolve] of lines) {
      if (!own.includes(line)) continue
      lines.delete(line)
      resolve()
    }
  })
  gateway = one
}
const endGateway = async (signal: NodeJS.Signals): Promise<number | null> => {
  if (gateway.exitCode !== null || gateway.signalCode !== null) return gateway.exitCode
  // A program that loads still hears nothing but SIGKILL.
  if (signal !== "SIGKILL") await greets
  const ended = once(gateway, "exit") as Promise<[number | null]>
  gateway.kill(signal)
  return (await ended)[0]
}

beforeAll(async () => {
  lab = await openLab({ meters: METERS, fault })
})
afterAll(async () => {
  if (gateway !== undefined) await endGateway("SIGKILL")
  await lab?.close()
})

it(`kill -9 of the gateway ${KILLS} times over ${PERIODS} delivery periods of ${METERS} meters on bad wires: no reading is lost, none doubled (COMMONWATT_SEED=${SEED})`, async () => {
  const times = Array.from({ length: PERIODS }, (_, index) => lab.start + index * 900)
  const killsAt = Map.groupBy(Array.from({ length: KILLS }, () => Math.floor(random() * PERIODS)), (period) => period)
  startGateway()
  let looked = 0
  const recorded = new Map<number, number>()
  const countOf = (time: number): number => {
    for (; looked < lab.events.length; looked++) {
      const event = lab.events[looked]!
      if (event.kind === "ReadingRecorded") recorded.set(event.time, (recorded.get(event.time) ?? 0) + 1)
    }
    return recorded.get(time) ?? 0
  }
  // How long a period takes from the tick to the last reading on this machine: kills fall anywhere within it.
  let whole = 600
  let killed = 0
  for (const [period, time] of times.entries()) {
    await lab.moveTo(time)
    const began = Date.now()
    const kills = killsAt.get(period) ?? []
    for (const _ of kills) {
      // Most come while it polls, seals and hands over, some while it starts.
      if (random() < 0.9) await works
      await sleep(random() * whole)
      if (gateway.exitCode !== null) throw new Error(`the gateway ended by itself with ${gateway.exitCode}; it said:\n${said.slice(-4_000)}`)
      await endGateway("SIGKILL")
      killed++
      startGateway()
    }
    await lab.until(() => countOf(time) >= METERS, PATIENCE).catch((error: Error) => {
      throw new Error(`${error.message}; ${countOf(time)} of ${METERS} readings of period ${period}; the gateway said:\n${said.slice(-4_000)}`)
    })
    if (kills.length === 0) whole = Math.min(5_000, Date.now() - began)
  }
  expect(killed).toBe(KILLS)
  expect(await endGateway("SIGTERM"), said.slice(-2_000)).toBe(0)

  const sequences = new Map<string, Array<number>>()
  const moments = new Map<string, Array<number>>()
  for (const event of lab.events) {
    if (event.kind !== "ReadingRecorded") continue
    sequences.set(event.meteringPoint, [...(sequences.get(event.meteringPoint) ?? []), event.sequence])
    moments.set(event.meteringPoint, [...(moments.get(event.meteringPoint) ?? []), event.time])
  }
  expect(faultsMade).toBeGreaterThan(0)
  expect(sequences.size).toBe(METERS)
  const all = times.map((_, index) => index + 1)
  for (const [meteringPoint, found] of sequences) {
    expect(found, meteringPoint).toEqual(all)
    expect(moments.get(meteringPoint), meteringPoint).toEqual(times)
  }
  const unwanted = new Set(["ReadingRefused", "SequenceGapFound", "BatchChainBroken", "CommandRefused", "ReadingFlagged", "EquivocationFound"])
  expect(lab.events.filter(({ kind }) => unwanted.has(kind))).toEqual([])
})
