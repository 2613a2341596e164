import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from "node:crypto"

// DER headers of RFC 8410 in front of the raw 32 bytes.
const PRIVATE_HEADER = Buffer.from("302e020100300506032b657004220420", "hex")
const PUBLIC_HEADER = Buffer.from("302a300506032b6570032100", "hex")

/** An ed25519 key pair of a program or device. */
export interface KeyPair {
  readonly publicKey: Uint8Array
  readonly sign: (message: Uint8Array) => Uint8Array
}

/** The key pair of a 32-byte secret. */
export const keyPairOf = (secret: Uint8Array): KeyPair => {
  const privateKey = createPrivateKey({ key: Buffer.concat([PRIVATE_HEADER, secret]), format: "der", type: "pkcs8" })
  const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" })
  return {
    publicKey: new Uint8Array(spki.subarray(PUBLIC_HEADER.length)),
    sign: (message) => new Uint8Array(sign(null, message, privateKey))
  }
}

/** Most public keys kept parsed. */
const KNOWN_KEYS = 10_000
const known = new Map<string, KeyObject>()

const publicKeyOf = (raw: Uint8Array): KeyObject => {
  const name = Buffer.from(raw).toString("base64")
  const found = known.get(name)
  if (found !== undefined) return found
  const key = createPublicKey({ key: Buffer.concat([PUBLIC_HEADER, raw]), format: "der", type: "spki" })
  if (known.size >= KNOWN_KEYS) known.clear()
  known.set(name, key)
  return key
}

/** Whether `signature` over `message` is of the raw 32-byte `publicKey`; checked off the main thread. Hostile input is false. */
export const verifyEd25519 = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> => {
  if (publicKey.length !== 32 || signature.length !== 64) return Promise.resolve(false)
  return new Promise((resolve) => {
    try {
      verify(null, message, publicKeyOf(publicKey), signature, (error, valid) => resolve(error === null && valid))
    } catch {
      resolve(false)
    }
  })
}
