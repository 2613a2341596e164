import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { encode } from "../../core/quantity/codec.ts"
import { domainOf, encodePayload, envelope, signingBytes, type SignedPart } from "../../core/envelope.ts"
import { sealEnvelope } from "../../core/seal-envelope.ts"
import { keyPairOf } from "../keys/ed25519.ts"
import { checkRecord, journaledRecord, recordHash } from "./check-record.ts"

const area = "a1"
const key = keyPairOf(new Uint8Array(32).fill(7))
const signer = { ...key, algorithm: "ed25519" as const }
const tick = { kind: "Tick" as const, area, time: 900 }
const context = { area, now: 1_000, wallets: { verify: () => false } }

const sealed = (change: Partial<SignedPart>): Uint8Array => {
  const signed: SignedPart = {
    version: 1,
    signer: key.publicKey,
    algorithm: "ed25519",
    domain: domainOf(area),
    nonce: 0,
    expiry: 0,
    payload: encodePayload([tick]),
    ...change
  }
  return encode(envelope, { signed, signature: key.sign(signingBytes(signed)) })
}
const verdictOf = async (bytes: Uint8Array): Promise<string> => (await checkRecord(3, bytes, context)).verdict

describe("a record in front of step", () => {
  test("is accepted with its commands, its place and its hash", async () => {
    const bytes = sealEnvelope(signer, area, [tick])
    expect(await checkRecord(3, bytes, context)).toEqual({
      position: 3,
      hash: recordHash(bytes),
      verdict: "Accepted",
      signer: key.publicKey,
      nonce: 0,
      commands: [tick]
    })
  })

  test("is refused by name", async () => {
    expect(await verdictOf(new Uint8Array())).toBe("Malformed")
    expect(await verdictOf(Uint8Array.from([...sealed({}), 0]))).toBe("Malformed")
    expect(await verdictOf(sealed({ version: 2 }))).toBe("VersionUnknown")
    expect(await verdictOf(sealed({ domain: domainOf("a2") }))).toBe("WrongDomain")
    expect(await verdictOf(sealed({ expiry: 999 }))).toBe("Expired")
    expect(await verdictOf(sealed({ expiry: 1_000 }))).toBe("Accepted")
    expect(await verdictOf(sealed({ algorithm: "p256-passkey" }))).toBe("AlgorithmUnsupported")
    expect(await verdictOf(sealed({ algorithm: "secp256k1-adr036" }))).toBe("BadSignature")
    expect(await verdictOf(sealed({ signer: keyPairOf(new Uint8Array(32).fill(8)).publicKey }))).toBe("BadSignature")
    expect(await verdictOf(sealed({ signer: new Uint8Array(31) }))).toBe("BadSignature")
    expect(await verdictOf(sealed({ payload: Uint8Array.of(1, 255) }))).toBe("Malformed")
  })

  test("keeps its journaled verdict on replay, whatever the clock says now", async () => {
    const bytes = sealed({ expiry: 999 })
    expect(journaledRecord(3, recordHash(bytes), "Accepted", bytes).commands).toEqual([tick])
    expect(journaledRecord(3, recordHash(bytes), "Expired", bytes)).toMatchObject({ verdict: "Expired", commands: [] })
  })

  test("is never accepted after one changed byte, and nothing in it throws", async () => {
    const bytes = sealEnvelope(signer, area, [tick])
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = bytes.slice()
        changed[at] = changed[at]! ^ flip
        expect(await verdictOf(changed)).not.toBe("Accepted")
      }),
      { numRuns: 500 }
    )
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (noise) => {
        expect(await verdictOf(noise)).not.toBe("Accepted")
      }),
      { numRuns: 500 }
    )
  })
})
