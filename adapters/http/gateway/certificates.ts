// tsyringe, below the certificate library, wants this polyfill first.
import "reflect-metadata"
import { webcrypto } from "node:crypto"
import * as x509 from "@peculiar/x509"

x509.cryptoProvider.set(webcrypto)

const ED25519 = { name: "Ed25519" }
const DAY = 86_400_000
/** A gateway's certificate outlives a billing year; a new one is signed from the same request. */
const YEARS = 2
/** The header of RFC 8410 in front of a raw ed25519 secret. */
const PRIVATE_HEADER = Buffer.from("302e020100300506032b657004220420", "hex")

/** A certificate and its private key, both PEM. */
export interface Identity {
  readonly certificate: string
  readonly key: string
}

const pem = (label: string, bytes: ArrayBuffer | Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(bytes as Uint8Array).toString("base64").replace(/(.{64})/g, "$1\n").trimEnd()}\n-----END ${label}-----\n`

const newKeys = async (): Promise<webcrypto.CryptoKeyPair> => (await webcrypto.subtle.generateKey(ED25519, true, ["sign", "verify"])) as webcrypto.CryptoKeyPair

/** The key of a 32-byte ed25519 secret, for signing and for TLS alike. */
const keysOf = async (secret: Uint8Array): Promise<{ readonly keys: webcrypto.CryptoKeyPair; readonly key: string }> => {
  const der = Buffer.concat([PRIVATE_HEADER, secret])
  const privateKey = await webcrypto.subtle.importKey("pkcs8", der, ED25519, true, ["sign"])
  const { x } = await webcrypto.subtle.exportKey("jwk", privateKey)
  const publicKey = await webcrypto.subtle.importKey("jwk", { kty: "OKP", crv: "Ed25519", x: x! }, ED25519, true, ["verify"])
  return { keys: { privateKey, publicKey }, key: pem("PRIVATE KEY", der) }
}

const serial = (): string => Buffer.from(webcrypto.getRandomValues(new Uint8Array(16))).toString("hex").replace(/^./, "1")
const validity = (years: number) => ({ notBefore: new Date(Date.now() - DAY), notAfter: new Date(Date.now() + years * 365 * DAY) })
/** Names in a certificate are text of our own: nothing in them may end the name. */
const commonName = (name: string): x509.JsonName => [{ CN: [name.replace(/[^\w .:/-]/g, "_").slice(0, 64)] }]

/** Makes the authority of one grid area: it signs the engine's certificate and those of gateways, nothing else. */
export const makeAuthority = async (area: string): Promise<Identity> => {
  const keys = await newKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: commonName(`Commonwatt gateways of ${area}`),
    keys,
    signingAlgorithm: ED25519,
    ...validity(20),
    extensions: [new x509.BasicConstraintsExtension(true, 0, true), new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true)]
  })
  return { certificate: certificate.toString("pem"), key: pem("PRIVATE KEY", await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)) }
}

/** An authority that is ready to sign. */
export interface Authority {
  readonly certificate: string
  /** A new key and certificate for the engine under these names or addresses. */
  readonly forEngine: (hosts: ReadonlyArray<string>) => Promise<Identity>
  /** A certificate over the gateway key of a 32-byte secret: for demo worlds, whose keys the operator holds. */
  readonly forGateway: (secret: Uint8Array, name: string) => Promise<Identity>
  /** Signs a gateway's request (PEM, PKCS#10), whose own signature proves that the sender holds the key. Rejects where it does not. */
  readonly forRequest: (request: string) => Promise<{ readonly certificate: string; readonly publicKey: Uint8Array }>
}

/** Opens an authority from its files. */
export const openAuthority = async ({ certificate, key }: Identity): Promise<Authority> => {
  const issuer = new x509.X509Certificate(certificate)
  const signingKey = await webcrypto.subtle.importKey("pkcs8", Buffer.from(key.replace(/-----[^-]+-----|\s/g, ""), "base64"), ED25519, false, ["sign"])
  const issue = async (publicKey: x509.PublicKeyType, name: string, usage: x509.ExtendedKeyUsage, names: ReadonlyArray<x509.JsonGeneralName> = []): Promise<string> => {
    const made = await x509.X509CertificateGenerator.create({
      serialNumber: serial(),
      subject: commonName(name),
      issuer: issuer.subject,
      publicKey,
      signingKey,
      signingAlgorithm: ED25519,
      ...validity(YEARS),
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([usage]),
        ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension([...names])])
      ]
    })
    return made.toString("pem")
  }
  return {
    certificate,
    forEngine: async (hosts) => {
      const keys = await newKeys()
      const names = hosts.map((value): x509.JsonGeneralName => ({ type: /^[\d.]+$|:/.test(value) ? "ip" : "dns", value }))
      return { certificate: await issue(keys.publicKey, "Commonwatt engine", x509.ExtendedKeyUsage.serverAuth, names), key: pem("PRIVATE KEY", await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)) }
    },
    forGateway: async (secret, name) => {
      const { keys, key: own } = await keysOf(secret)
      return { certificate: await issue(keys.publicKey, name, x509.ExtendedKeyUsage.clientAuth), key: own }
    },
    forRequest: async (text) => {
      const request = new x509.Pkcs10CertificateRequest(text)
      if (!(await request.verify())) throw new Error("the request's signature does not hold")
      if (request.publicKey.algorithm.name !== "Ed25519") throw new Error(`the request is for a key of ${request.publicKey.algorithm.name}, and a gateway's key is Ed25519`)
      return { certificate: await issue(request.publicKey, request.subjectName.getField("CN")[0] ?? "gateway", x509.ExtendedKeyUsage.clientAuth), publicKey: new Uint8Array(request.publicKey.rawData).slice(-32) }
    }
  }
}
