import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto"
import type { Verdict } from "../../../engine/core/envelope.ts"

const IV_LENGTH = 12
const TAG_LENGTH = 16

const nameOf = (area: string, position: number): Buffer => Buffer.from(`commonwatt/journal/v1\n${area}\n${position}`)

/** Encrypts a journaled payload by AES-256-GCM under a member's key; the row's place is authenticated with it. */
export const seal = (key: Uint8Array, area: string, position: number, plain: Uint8Array): Buffer => {
  const iv = randomBytes(IV_LENGTH)
  const cipher = createCipheriv("aes-256-gcm", key, iv)
  cipher.setAAD(nameOf(area, position))
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Decrypts what {@link seal} made; throws when key, place or bytes differ. */
export const unseal = (key: Uint8Array, area: string, position: number, sealed: Uint8Array): Buffer => {
  const bytes = Buffer.from(sealed)
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, IV_LENGTH))
  decipher.setAAD(nameOf(area, position))
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_LENGTH))
  return Buffer.concat([decipher.update(bytes.subarray(IV_LENGTH, bytes.length - TAG_LENGTH)), decipher.final()])
}

const sha256 = (...parts: ReadonlyArray<Uint8Array>): Buffer => {
  const hash = createHash("sha256")
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** Head hash before the first record. */
export const GENESIS_HEAD = Buffer.alloc(32)

/** Next link of the journal's hash chain: it covers the verdict, and hash(salt || ciphertext), so erasing a key and salt breaks no link. */
export const nextHead = (head: Uint8Array, position: number, verdict: Verdict, salt: Uint8Array, ciphertext: Uint8Array): Buffer => {
  const place = Buffer.alloc(8)
  place.writeBigUInt64BE(BigInt(position))
  return sha256(head, place, Buffer.from(verdict), sha256(salt, ciphertext))
}
