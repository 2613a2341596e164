import { X509Certificate } from "node:crypto"
import type { AddressInfo } from "node:net"
import { connect as connectTls } from "node:tls"
import fc from "fast-check"
import { afterEach, describe, expect, it } from "vitest"
import { ModbusConnection } from "../client/modbus-connection.ts"
import { makeAuthority, type Identity } from "../test-support/certificates.ts"
import { roleOf } from "./certificate-role.ts"
import { createTlsServer } from "./tls-link.ts"

const authority = makeAuthority("cooperative")
const stranger = makeAuthority("stranger")
const reader = authority.issue({ name: "gateway", role: "reader" })
const meter = authority.issue({ name: "meter", role: "meter" })
const withoutRole = authority.issue({ name: "nobody" })

const open: { close(): unknown }[] = []
afterEach(() => { for (const one of open.splice(0).reverse()) one.close() })

/** A device behind TLS that answers every request with 42; counts whom it served. */
const device = async (identity: Identity, trusts = authority): Promise<{ port: number; served: string[] }> => {
  const served: string[] = []
  const server = createTlsServer({ ...identity, authority: trusts.certificate }, (socket, role) => {
    served.push(role)
    socket.on("error", () => {})
    socket.on("data", (asked) => socket.write(Buffer.from([asked[0]!, asked[1]!, 0, 0, 0, 5, asked[6]!, asked[7]!, 2, 0, 42])))
    open.push({ close: () => socket.destroy() })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  open.push(server)
  return { port: (server.address() as AddressInfo).port, served }
}

const read = async (port: number, identity: Identity, more: { deviceNeedsRole?: boolean; trusts?: string } = {}): Promise<readonly number[]> => {
  const { trusts = authority.certificate, ...rest } = more
  const connection = new ModbusConnection({
    transport: "tls", host: "127.0.0.1", port, tls: { ...identity, authority: trusts, ...rest },
    answerTimeoutMs: 2_000, backoff: { firstMs: 1, highestMs: 2 }
  })
  open.push(connection)
  return connection.forUnit(1).read(3, 0, 1)
}

describe("Modbus/TCP Security", () => {
  it("reads over mutual TLS, and the device learns the role", async () => {
    const { port, served } = await device(meter)
    expect(await read(port, reader)).toEqual([42])
    expect(served).toEqual(["reader"])
  })

  it("does not connect without a role of its own", async () => {
    const { port, served } = await device(meter)
    await expect(read(port, withoutRole)).rejects.toMatchObject({ name: "ConnectFailed", message: /our own certificate carries no Modbus role/ })
    await expect(read(port, { certificate: "rubbish", key: reader.key })).rejects.toMatchObject({ name: "ConnectFailed" })
    await expect(read(port, { certificate: reader.certificate, key: meter.key })).rejects.toMatchObject({ name: "ConnectFailed" })
    expect(served).toEqual([])
  })

  it("refuses a device that another authority signed, that has expired, or that has no role", async () => {
    const foreign = await device(stranger.issue({ name: "meter", role: "meter" }))
    await expect(read(foreign.port, reader)).rejects.toMatchObject({ name: "ConnectFailed" })
    const expired = await device(authority.issue({ name: "meter", role: "meter", days: -1 }))
    await expect(read(expired.port, reader)).rejects.toMatchObject({ name: "ConnectFailed", code: "CERT_HAS_EXPIRED" })
    const nameless = await device(withoutRole)
    await expect(read(nameless.port, reader)).rejects.toMatchObject({ name: "ConnectFailed", message: /the device's certificate carries no Modbus role/ })
    expect(await read(nameless.port, reader, { deviceNeedsRole: false })).toEqual([42])
  })

  it("serves no client without a certificate, without a role, or of another authority", async () => {
    const { port, served } = await device(meter)
    const answered = (identity: Partial<Identity>): Promise<boolean> => new Promise((resolve) => {
      const socket = connectTls({ host: "127.0.0.1", port, ca: authority.certificate, ...(identity.key && { key: identity.key, cert: identity.certificate }) }, () => {
        socket.write(Buffer.from([0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1]))
      })
      socket.on("data", () => { resolve(true); socket.destroy() })
      socket.on("error", () => resolve(false))
      socket.on("close", () => resolve(false))
    })
    expect(await answered(reader)).toBe(true)
    expect(await answered({})).toBe(false)
    expect(await answered(withoutRole)).toBe(false)
    expect(await answered(stranger.issue({ name: "gateway", role: "reader" }))).toBe(false)
    expect(served).toEqual(["reader"])
  })

  it("says that the device refused us", async () => {
    const { port } = await device(meter, stranger)
    await expect(read(port, reader)).rejects.toMatchObject({ message: /refused our certificate/ })
  })

  it("does not take a plain device for a secure one", async () => {
    const { createServer } = await import("node:net")
    const plain = createServer((socket) => { socket.on("error", () => {}); socket.end("hello, hello, hello") })
    await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve))
    open.push(plain)
    await expect(read((plain.address() as AddressInfo).port, reader)).rejects.toMatchObject({ name: "ConnectFailed" })
  })
})

describe("the role of a certificate", () => {
  const raw = new X509Certificate(reader.certificate).raw

  it("is the text in the extension, or null", () => {
    expect(roleOf(raw)).toBe("reader")
    expect(roleOf(new X509Certificate(withoutRole.certificate).raw)).toBeNull()
    expect(roleOf(new X509Certificate(authority.issue({ name: "x", role: "Zählerleser" }).certificate).raw)).toBe("Zählerleser")
    expect(roleOf(new X509Certificate(authority.issue({ name: "x", role: "" }).certificate).raw)).toBeNull()
  })

  it("comes from damaged bytes as a text or null, never as an error", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: raw.length - 1 }), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: raw.length }), (at, byte, end) => {
      const damaged = Buffer.from(raw.subarray(0, end))
      if (at < end) damaged[at] = byte
      const role = roleOf(damaged)
      expect(role === null || typeof role === "string").toBe(true)
    }), { numRuns: 2_000 })
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => { roleOf(Buffer.from(bytes)) }), { numRuns: 2_000 })
  })
})
