/**
 * Certificates for tests, made anew in every run: an authority and what it signs, with or without a Modbus role.
 * X.509 as DER writes it (RFC 5280), with ECDSA on P-256.
 */
import { createPrivateKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto"

const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const value = Buffer.concat(parts)
  const length = value.length < 128 ? [value.length] : value.length < 256 ? [0x81, value.length] : [0x82, value.length >> 8, value.length & 255]
  return Buffer.concat([Buffer.from([tag, ...length]), value])
}
const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts)
const objectId = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"))
const text = (value: string): Buffer => der(0x0c, Buffer.from(value, "utf8"))
const octets = (value: Buffer): Buffer => der(0x04, value)
const time = (date: Date): Buffer => der(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`))

const ecdsaWithSha256 = sequence(objectId("2a8648ce3d040302"))
const nameOf = (name: string): Buffer => sequence(der(0x31, sequence(objectId("550403"), text(name))))
const extension = (oid: string, value: Buffer): Buffer => sequence(objectId(oid), octets(value))
const day = 86_400_000

/** A certificate and its key in PEM. */
export interface Identity {
  readonly certificate: string
  readonly key: string
}

/** What a certificate for a test says. */
export interface Wanted {
  readonly name: string
  /** Left out: no role extension. */
  readonly role?: string
  /** Ends so many days from now; a negative number has expired. */
  readonly days?: number
}

interface Issuer {
  readonly name: string
  readonly key: KeyObject
}

const pem = (kind: string, bytes: Buffer): string =>
  `-----BEGIN ${kind}-----\n${bytes.toString("base64").match(/.{1,64}/g)!.join("\n")}\n-----END ${kind}-----\n`

let serial = 1

const issue = (wanted: Wanted, issuer: Issuer | null): Identity => {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
  const extensions = issuer
    ? [
        extension("551d11", sequence(der(0x82, Buffer.from("localhost")), der(0x87, Buffer.from([127, 0, 0, 1])))),
        ...(wanted.role === undefined ? [] : [extension("2b0601040183890c862201", text(wanted.role))])
      ]
    : [extension("551d13", sequence(der(0x01, Buffer.from([0xff]))))]
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([serial++])),
    ecdsaWithSha256,
    nameOf(issuer?.name ?? wanted.name),
    sequence(time(new Date(Date.now() - 30 * day)), time(new Date(Date.now() + (wanted.days ?? 1) * day))),
    nameOf(wanted.name),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...extensions))
  )
  const signature = sign("sha256", content, issuer?.key ?? privateKey)
  return {
    certificate: pem("CERTIFICATE", sequence(content, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature))),
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string
  }
}

/** An authority with a name of its own. */
export interface Authority {
  readonly certificate: string
  issue(wanted: Wanted): Identity
}

/** Makes an authority; `issue` gives certificates for localhost and 127.0.0.1. */
export const makeAuthority = (name: string): Authority => {
  const own = issue({ name }, null)
  const issuer = { name, key: createPrivateKey(own.key) }
  return { certificate: own.certificate, issue: (wanted) => issue(wanted, issuer) }
}
