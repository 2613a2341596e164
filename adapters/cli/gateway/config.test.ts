import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { readFileSync } from "node:fs"
import { makeAuthority } from "../../modbus/test-support/certificates.ts"
import { UserError } from "../user-error.ts"
import { loadGatewayConfig } from "./config.ts"
import { homeFolder, type HomeFolder } from "./test-support/home-folder.ts"

let home: HomeFolder
beforeAll(async () => {
  home = await homeFolder()
  const devices = makeAuthority("the cooperative's devices")
  const reader = devices.issue({ name: "gateway", role: "reader" })
  home.put("modbus.pem", reader.certificate)
  home.put("modbus.key", reader.key)
  home.put("nobody.pem", devices.issue({ name: "nobody" }).certificate)
  home.put("devices.pem", devices.certificate)
})
afterAll(() => home.close())

const tls = { certificate: "modbus.pem", key: "modbus.key", authority: "devices.pem" }
/** A meter without any line. */
const meter = (change: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const without = Object.entries(home.meter).filter(([name]) => name !== "host" && name !== "port")
  return { ...Object.fromEntries(without), ...change }
}
const linesOf = (...meters: ReadonlyArray<Record<string, unknown>>) => loadGatewayConfig(home.write({ meters })).meters.map(({ line }) => line)
const refusal = (...meters: ReadonlyArray<Record<string, unknown>>): { readonly message: string; readonly line: string } => {
  try {
    linesOf(...meters)
  } catch (error) {
    expect(error).toBeInstanceOf(UserError)
    const found = /, line (\d+): (.*)/s.exec((error as UserError).message)!
    return { message: found[2]!, line: readFileSync(`${home.folder}/gateway.json`, "utf8").split("\n")[Number(found[1]) - 1]!.trim() }
  }
  throw new Error("nothing was refused")
}

describe("a gateway's configuration", () => {
  test("reaches meters over TCP, a serial server, TLS with a role, and serial lines", () => {
    const [tcp, server, secure, bus, sharing] = linesOf(
      meter({ host: "192.168.1.20" }),
      meter({ meteringPoint: "p2", transport: "rtu-over-tcp", host: "192.168.1.21", port: 4196 }),
      meter({ meteringPoint: "p3", transport: "tls", host: "meter.local", tls: { ...tls, serverName: "meter" } }),
      meter({ meteringPoint: "p4", device: "/dev/ttyUSB0", unit: 1, serial: { baud: 19_200, parity: "even" } }),
      meter({ meteringPoint: "p5", device: "/dev/ttyUSB0", unit: 2, serial: { parity: "even", baud: 19_200 } })
    )
    expect(tcp).toEqual({ transport: "tcp", host: "192.168.1.20", port: 502 })
    expect(server).toEqual({ transport: "rtu-over-tcp", host: "192.168.1.21", port: 4196 })
    expect(secure).toMatchObject({ transport: "tls", host: "meter.local", port: 802, tls: { serverName: "meter", certificate: expect.stringContaining("BEGIN CERTIFICATE") as string } })
    expect(bus).toEqual({ transport: "rtu", device: "/dev/ttyUSB0", serial: { baud: 19_200, parity: "even" } })
    expect(sharing).toMatchObject({ transport: "rtu", device: "/dev/ttyUSB0" })
  })

  test.each<[string, (meter: (change: Readonly<Record<string, unknown>>) => Record<string, unknown>) => ReadonlyArray<Record<string, unknown>>, string, string]>([
    ["nothing that reaches it", (one) => [one({})], "`host` is missing", "{"],
    ["a serial port and a host", (one) => [one({ device: "/dev/ttyS0", host: "x" })], "meters[0].host: it does not go with the transport rtu", '"host": "x"'],
    ["a serial server without a port", (one) => [one({ transport: "rtu-over-tcp", host: "x" })], "`port` is missing", "{"],
    ["parity of no serial line", (one) => [one({ device: "/dev/ttyS0", serial: { parity: "mark" } })], "meters[0].serial.parity", '"parity": "mark"'],
    ["everybody's address on a bus", (one) => [one({ device: "/dev/ttyS0", unit: 0 })], "0 is no unit of a serial line", '"unit": 0'],
    ["two settings of one bus", (one) => [one({ device: "/dev/ttyS0" }), one({ meteringPoint: "p2", device: "/dev/ttyS0", unit: 2, serial: { baud: 19_200 } })], "meters[0] says otherwise of the same line /dev/ttyS0", "{"],
    ["one counter for two points", (one) => [one({ device: "/dev/ttyS0" }), one({ meteringPoint: "p2", device: "/dev/ttyS0" })], "p1 reads the same counter", '"unit": 1'],
    ["TLS without certificates", (one) => [one({ transport: "tls", host: "x" })], "`tls` is missing", "{"],
    ["a certificate without a role", (one) => [one({ transport: "tls", host: "x", tls: { ...tls, certificate: "nobody.pem" } })], "meters[0].tls.certificate: it carries no Modbus role", '"certificate": "nobody.pem"'],
    ["the key of another", (one) => [one({ transport: "tls", host: "x", tls: { ...tls, key: "gateway.key" } })], "is no key of the certificate", '"key": "gateway.key"'],
    ["a file that is not there", (one) => [one({ transport: "tls", host: "x", tls: { ...tls, authority: "no.pem" } })], "no.pem cannot be read (ENOENT)", '"authority": "no.pem"'],
    ["a device nobody knows", (one) => [one({ host: "x", profile: "abacus" })], "there is no device profile abacus", '"profile": "abacus"'],
    ["a counter that the device lacks", (one) => [one({ host: "x", profile: "sma-inverter" })], "sma-inverter has no counter for withdrawal", '"direction": "withdrawal"']
  ])("refuses %s, and names field and line", (_name, meters, message, line) => {
    const found = refusal(...meters(meter))
    expect(found.message).toContain(message)
    expect(found.line.replace(/,$/, "")).toBe(line)
  })
})
