/** `commonwatt meter` as a user starts it, against devices that answer over real sockets and a real serial line. */
import { spawn, type ChildProcess } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer, type AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { loadProfile } from "../../modbus/profiles/load-profile.ts"
import type { NamedValue } from "../../modbus/profiles/named-values.ts"
import { startDevices, type RunningDevices } from "../../modbus/test-device/start-devices.ts"
import { makeAuthority } from "../../modbus/test-support/certificates.ts"
import { rtuAnswer, rtuFrame, scriptedSerialBus } from "../../modbus/test-support/scripted-bus.ts"
import { createTlsServer } from "../../modbus/transport/tls-link.ts"

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const main = fileURLToPath(new URL("../main.ts", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "commonwatt-meter-"))
const open: (() => unknown)[] = [() => rmSync(folder, { recursive: true })]
afterAll(async () => { for (const close of open.reverse()) await close() })

const start = (args: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } => {
  const child = spawn(process.execPath, [main, "meter", ...args], { stdio: ["ignore", "pipe", "pipe"] })
  let [stdout, stderr] = ["", ""]
  child.stdout.setEncoding("utf8").on("data", (text: string) => { stdout += text })
  child.stderr.setEncoding("utf8").on("data", (text: string) => { stderr += text })
  return { child, ended: new Promise((resolve) => { child.on("close", (code) => resolve({ code, stdout, stderr })) }) }
}
const run = (args: string): Promise<Ended> => start(args.split(" ")).ended
const valueOf = (ended: Ended, name: string): NamedValue | undefined =>
  (JSON.parse(ended.stdout) as { values: NamedValue[] }).values.find((value) => value.name === name)
const freePort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
const devices = async (config: Parameters<typeof startDevices>[0]): Promise<RunningDevices> => {
  const running = await startDevices(config)
  open.push(() => running.stop())
  return running
}

// 43fa 0000 is 500 W as a float, 4640 e6ae 12,345.67 kWh; the SDM630 has them at 52 and 72.
const sdm630Words = Array.from({ length: 382 }, () => 0).fill(0x43fa, 52, 53).fill(0x4640, 72, 73).fill(0xe6ae, 73, 74)
  .fill(0x4366, 0, 1).fill(0x4248, 70, 71) // 230 V, 50 Hz
const sdm630 = [{ unit: 3, functionCode: 4 as const, address: 0, words: sdm630Words }]
let port = 0
beforeAll(async () => { port = (await devices({ shows: { image: sdm630 } })).ports[0]! })

describe("read", () => {
  it("prints names, exact values and units, as text and as JSON", async () => {
    const [text, json] = await Promise.all([
      run(`read --profile eastron-sdm630 --host 127.0.0.1 --port ${port} --unit 3`),
      run(`read --profile eastron-sdm630 --host 127.0.0.1 --port ${port} --unit 3 --json`)
    ])
    expect(text).toMatchObject({ code: 0, stderr: "" })
    expect(text.stdout).toMatch(/^Import {2,}12345\.67 kWh$/m)
    expect(text.stdout).toMatch(/^Power {2,}500 W$/m)
    expect(valueOf(json, "Import")).toMatchObject({ value: 12_345.67, unit: "kWh", wattHours: 12_345_670, status: "ok" })
    expect(JSON.parse(json.stdout)).toMatchObject({ profile: "eastron-sdm630", address: `127.0.0.1:${port}`, unit: 3 })
  })

  it("reads over a serial line and through a serial server", async () => {
    const line = await scriptedSerialBus((asked) => asked.write(asked.functionCode === 4
      ? rtuAnswer(asked, sdm630Words.slice(asked.address, asked.address + asked.words)) : rtuFrame([asked.unit, 0x83, 2])))
    open.push(() => line.close())
    const server = await devices({ shows: { image: sdm630 }, framing: "rtu" })
    for (const ended of await Promise.all([
      run(`read --profile eastron-sdm630 --device ${line.device} --baud 19200 --parity even --unit 3 --json`),
      run(`read --profile eastron-sdm630 --transport rtu-over-tcp --host 127.0.0.1 --port ${server.ports[0]} --unit 3 --json`)
    ])) {
      expect(ended).toMatchObject({ code: 0, stderr: "" })
      expect(valueOf(ended, "Import")?.wattHours).toBe(12_345_670)
    }
  })

  it("reads over mutual TLS", async () => {
    const authority = makeAuthority("cooperative")
    const meter = authority.issue({ name: "meter", role: "meter" })
    const reader = authority.issue({ name: "gateway", role: "reader" })
    const server = createTlsServer({ ...meter, authority: authority.certificate }, (socket) => {
      socket.on("error", () => {})
      socket.on("data", (asked) => {
        const words = sdm630Words.slice(asked.readUInt16BE(8), asked.readUInt16BE(8) + asked.readUInt16BE(10))
        socket.write(Buffer.from([asked[0]!, asked[1]!, 0, 0, 0, 3 + words.length * 2, asked[6]!, 4, words.length * 2, ...words.flatMap((word) => [word >> 8, word & 255])]))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    open.push(() => server.close())
    for (const [name, text] of [["ca", authority.certificate], ["cert", reader.certificate], ["key", reader.key]]) writeFileSync(join(folder, `${name}.pem`), text!)
    const place = `--transport tls --host 127.0.0.1 --port ${(server.address() as AddressInfo).port} --tls-ca ${folder}/ca.pem`
    const [good, withoutKey] = await Promise.all([
      run(`read --profile eastron-sdm630 ${place} --tls-cert ${folder}/cert.pem --tls-key ${folder}/key.pem --unit 3 --json`),
      run(`read --profile eastron-sdm630 ${place} --tls-cert ${folder}/cert.pem --unit 3`)
    ])
    expect(valueOf(good, "Import")?.wattHours).toBe(12_345_670)
    expect(withoutKey).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/--tls-key is missing\n {2}To mend it: give --tls-key/) as string })
  })
})

describe("a failure names its cause and what to do, and has its exit code", () => {
  it("for devices that do not answer (2), refuse (3), or were named wrongly (1)", async () => {
    const silent = createServer((socket) => { socket.on("error", () => {}); open.push(() => socket.destroy()) })
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve))
    open.push(() => silent.close())
    const silentPort = (silent.address() as AddressInfo).port
    const other = (await devices({ shows: { image: [{ unit: 1, functionCode: 3, address: 0, words: [1] }] } })).ports[0]
    const read = "read --profile eastron-sdm630"
    const expected: readonly [args: string, code: number, wrong: RegExp, mend: RegExp][] = [
      [`${read} --host 127.0.0.1 --port ${await freePort()}`, 2, /127\.0\.0\.1:\d+ unit 1: cannot connect: ECONNREFUSED/, /nothing listens on this port/],
      [`${read} --host 127.0.0.1 --port ${silentPort} --timeout 200`, 2, /unit 1: no answer in 200 ms/, /--unit is the device's/],
      [`${read} --device ${folder}/no-port`, 2, /no-port \(rtu\) unit 1: cannot connect: ENOENT/, /no such serial port/],
      [`${read} --host 127.0.0.1 --port ${port} --unit 9`, 3, /exception 11: gateway target device failed to respond/, /scan. finds the unit ids/],
      [`${read} --host 127.0.0.1 --port ${other}`, 3, /none of the 52 values of eastron-sdm630 is there/, /another device's/],
      [`read --profile abacus --host 127.0.0.1`, 1, /no device profile abacus/, /meter profiles. lists/],
      [`${read}`, 1, /--host is missing/, /give --host/],
      [`${read} --host 127.0.0.1 --port 70000`, 1, /--port 70000 is no TCP port/, /1 to 65535/],
      [`scan --host 127.0.0.1 --port ${port} --units 5-3`, 1, /--units 5-3 is no list/, /such as 1-247/]
    ]
    const ended = await Promise.all(expected.map(([args]) => run(args)))
    expected.forEach(([args, code, wrong, mend], index) => {
      const { stderr, ...rest } = ended[index]!
      expect(stderr, args).toMatch(wrong)
      expect(stderr.split("\n  To mend it: ")[1], args).toMatch(mend)
      expect(rest, args).toEqual({ code, stdout: "" })
    })
  })
})

describe("scan", () => {
  it("finds the units and recognises the devices", async () => {
    const inverter = (await devices({ shows: { profile: loadProfile("sunspec-inverter-three-phase") } })).ports[0]
    const [meter, sunSpec, nobody] = await Promise.all([
      run(`scan --host 127.0.0.1 --port ${port} --units 1-6 --json`), run(`scan --host 127.0.0.1 --port ${inverter} --units 1`),
      run(`scan --host 127.0.0.1 --port ${port} --units 4-6`)
    ])
    expect(JSON.parse(meter.stdout)).toMatchObject({ tried: 6, answering: [3], units: [{ unit: 3, candidates: expect.arrayContaining([expect.objectContaining({ profile: "eastron-sdm630" })]) as unknown }] })
    expect(sunSpec.stdout).toMatch(/^unit +1 {2}sunspec-inverter-three-phase .*SunSpec models 1, .*103/)
    expect(nobody).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(/none of 3 unit ids answers/) as string })
  })
})

describe("watch", () => {
  it("shows all values, then what changes, and ends cleanly with Ctrl-C", async () => {
    const moving = (await devices({ shows: { profile: loadProfile("eastron-sdm630") } })).ports[0]
    const { child, ended } = start(`watch --profile eastron-sdm630 --host 127.0.0.1 --port ${moving} --interval 200`.split(" "))
    await new Promise<void>((resolve) => { child.stdout!.on("data", (text: string) => { if (/^\d\d:\d\d:\d\d\.\d{3} {2}\w/m.test(text)) resolve() }) })
    child.kill("SIGINT")
    const { code, stdout } = await ended
    expect(code).toBe(0)
    expect(stdout.split("\n")[0]).toMatch(/^VoltageL1 +2\d\d\.\d+ V$/)
  })

  it("says once that a device is gone and once that it is back", async () => {
    const first = await startDevices({ shows: { image: sdm630 } })
    const { child, ended } = start(`watch --profile eastron-sdm630 --host 127.0.0.1 --port ${first.ports[0]} --unit 3 --interval 100`.split(" "))
    const seen = (text: RegExp): Promise<void> => new Promise((resolve) => {
      for (const stream of [child.stdout!, child.stderr!]) stream.on("data", (part: string) => { if (text.test(part)) resolve() })
    })
    await seen(/^Import/m)
    const gone = seen(/connection closed|ECONNREFUSED|hung up|closed the connection/)
    await first.stop()
    await gone
    const back = seen(/the device answers again/)
    await devices({ shows: { image: sdm630 }, port: first.ports[0]! })
    await back
    child.kill("SIGINT")
    expect((await ended).code).toBe(0)
  })
})
