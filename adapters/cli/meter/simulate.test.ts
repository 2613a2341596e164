/** `commonwatt meter simulate` as somebody at a terminal meets it. */
import { spawn } from "node:child_process"
import { mkdtempSync, writeFileSync } from "node:fs"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Option } from "effect"
import { afterEach, describe, expect, it } from "vitest"
import { UserError } from "../user-error.ts"
import { devicesConfig, type SimulateOptions } from "./simulate-config.ts"

const main = join(import.meta.dirname, "../main.ts")
const folder = mkdtempSync(join(tmpdir(), "simulate-"))
const running: (() => void)[] = []
afterEach(() => { for (const stop of running.splice(0)) stop() })

interface Run {
  readonly firstLine: Promise<string>
  readonly ended: Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }>
  readonly interrupt: () => void
}

const run = (...args: readonly string[]): Run => {
  const child = spawn(process.execPath, [main, "meter", ...args], { stdio: ["ignore", "pipe", "pipe"] })
  running.push(() => child.kill("SIGKILL"))
  let output = ""
  let errors = ""
  child.stderr.on("data", (text: Buffer) => { errors += text.toString() })
  const firstLine = new Promise<string>((resolve) => child.stdout.on("data", (text: Buffer) => {
    output += text.toString()
    if (output.includes("\n")) resolve(output)
  }))
  const ended = new Promise<{ code: number | null; output: string; errors: string }>((resolve) => child.on("close", (code) => resolve({ code, output, errors })))
  return { firstLine, ended, interrupt: () => void child.kill("SIGINT") }
}

/** The words of one answer, or its exception code. */
const ask = (port: number, unit: number, functionCode: number, address: number, words: number): Promise<readonly number[] | number> => new Promise((resolve, reject) => {
  const socket = connect(port, "127.0.0.1")
  socket.on("error", reject)
  socket.once("data", (bytes: Buffer) => {
    socket.destroy()
    resolve((bytes[7]! & 0x80) !== 0 ? bytes[8]! : Array.from({ length: bytes[8]! / 2 }, (_, index) => bytes.readUInt16BE(9 + index * 2)))
  })
  socket.write(Buffer.from([0, 1, 0, 0, 0, 6, unit, functionCode, address >> 8, address & 255, words >> 8, words & 255]))
})

describe("meter simulate", () => {
  it("serves an image with faults, says where, and stops at Ctrl-C", async () => {
    const image = join(folder, "image.json")
    writeFileSync(image, '[{ "unit": 3, "functionCode": 4, "address": 10, "words": "0001 00ff" }]')
    const simulation = run("simulate", "--image", image, "--port", "0", "--json", "--fault", "exception=6@0", "--fault", "delay=1")
    const { ports, units } = JSON.parse(await simulation.firstLine) as { ports: [number]; units: number[] }
    expect(units).toEqual([3])
    expect(await ask(ports[0], 3, 4, 10, 2)).toEqual([1, 255])
    expect(await ask(ports[0], 3, 4, 10, 126)).toBe(3)
    simulation.interrupt()
    const { code, errors } = await simulation.ended
    expect(code).toBe(0)
    expect(errors).toContain("Answered 1 requests.")
    await expect(ask(ports[0], 3, 4, 10, 2)).rejects.toMatchObject({ code: "ECONNREFUSED" })
  })

  it("serves a profile of one's own, and says what it serves", async () => {
    const profile = join(folder, "own.json")
    writeFileSync(profile, JSON.stringify({
      id: "own", description: "A device of one's own", source: "this test", positive: "import", maxGap: 0, maxWords: 125, unit: 5,
      registers: [{ name: "Import", role: "importEnergy", address: 7, type: "uint32", scale: 0.001, unit: "kWh" }]
    }))
    const simulation = run("simulate", "--profile", profile, "--port", "0", "--units", "2")
    const text = await simulation.firstLine
    expect(text).toMatch(/^Serving own \(A device of one's own\)\n {2}on 127\.0\.0\.1:\d+, units 5 to 6\. Ctrl-C stops\.\n$/)
    const port = Number(/:(\d+),/.exec(text)?.[1])
    const [first, second] = [await ask(port, 5, 3, 7, 2), await ask(port, 6, 3, 7, 2)] as [number[], number[]]
    expect(first[0]! * 65_536 + first[1]!).toBeGreaterThan(12_000_000)
    expect(second).not.toEqual(first)
  })

  it("names what is wrong and how to mend it, without a stack", async () => {
    const { code, errors } = await run("simulate", "--profile", "SDM", "--fault", "crash").ended
    expect(code).toBe(1)
    expect(errors).toMatch(/crash is no fault; .*wrong-unit.*\n {2}To mend it: .*--help/)
    expect(errors).not.toContain("    at ")
  })
})

const none = Option.none<never>()
const given: SimulateOptions = {
  profile: Option.some("SDM"), profiles: none, image: none, host: "127.0.0.1", port: 5020, count: 1, unit: none, units: 1, models: none, framing: "tcp",
  delay: 0, fault: [], faultAfter: 0, seed: 1, strict: false, json: false
}

describe("the flags of meter simulate", () => {
  it.each<[Partial<SimulateOptions>, RegExp]>([
    [{ profile: none }, /either --profile ID or --image FILE|not clear what to serve/],
    [{ image: Option.some("x.json") }, /not clear what to serve/],
    [{ profile: Option.some("abacus") }, /no device profile abacus; there are: /],
    [{ port: 70_000 }, /--port 70000 is not from 0 to 65535/],
    [{ unit: Option.some(250), units: 7 }, /--units 7 is not from 1 to 6/],
    [{ port: 1_024, count: 60_000 }, /need 120064 open files, but this process may hold \d+/],
    [{ profile: Option.some("sunspec-meter"), models: Option.some("103") }, /sunspec-meter has no model 103/],
    [{ profile: Option.some("sunspec-meter"), models: Option.some("abc") }, /--models abc/],
    [{ models: Option.some("103") }, /--models is for SunSpec/],
    [{ profile: none, image: Option.some("no-such.json") }, /ENOENT/],
    [{ fault: ["drop@7"] }, /more than all answers/]
  ])("%j is refused", (change, message) => {
    const error = (() => {
      try {
        return devicesConfig({ ...given, ...change })
      } catch (reason) {
        return reason
      }
    })()
    expect(error).toBeInstanceOf(UserError)
    expect((error as UserError).message).toMatch(message)
    expect((error as UserError).mend).not.toBe("")
  })
})
