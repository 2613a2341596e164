import fc from "fast-check"
import { expect, it } from "vitest"
import { anyCommand } from "../../property-tests/arbitraries/command.ts"
import { damage, decodesToItself } from "../../property-tests/arbitraries/damage.ts"
import { wireBytes, wireText, wireUnsigned } from "../../property-tests/arbitraries/quantity.ts"
import { runs } from "../../property-tests/arbitraries/runs.ts"
import { fromHex, toHex } from "./quantity/bytes.ts"
import { NotCanonical } from "./quantity/canonical-reader.ts"
import { decode, encode } from "./quantity/codec.ts"
import { algorithm, decodePayload, domainOf, encodePayload, envelope, signingBytes, type SignedPart } from "./envelope.ts"
import { receiptBytes, type Receipt } from "./receipt.ts"

const signed: SignedPart = {
  version: 1,
  signer: Uint8Array.of(0xaa, 0xbb),
  algorithm: "secp256k1-adr036",
  domain: domainOf("a1"),
  nonce: 300,
  expiry: 0,
  payload: encodePayload([{ kind: "Tick", area: "a1", time: 900 }])
}

it("signing bytes by hand: version, signer, algorithm, domain, nonce, expiry, payload", () => {
  const payload = ["01", "66", "026131", "8407"].join("")
  expect(toHex(signed.payload)).toBe(payload)
  expect(toHex(signingBytes(signed))).toBe(["01", "02aabb", "01", "0d", "636f6d6d6f6e776174742f6131", "ac02", "00", "07", payload].join(""))
})

it("every field of the signed part is signed", () => {
  const changes: ReadonlyArray<Partial<SignedPart>> = [{ version: 2 }, { signer: Uint8Array.of(0xaa) }, { algorithm: "ed25519" }, { domain: domainOf("a2") }, { nonce: 301 }, { expiry: 1 }, { payload: encodePayload([]) }]
  const all = [signed, ...changes.map((change) => ({ ...signed, ...change }))].map((one) => toHex(signingBytes(one)))
  expect(new Set(all).size).toBe(all.length)
})

it("an envelope comes back as it was, whoever signed whatever", () => {
  const anyEnvelope = fc.record({
    signed: fc.record({
      version: wireUnsigned,
      signer: wireBytes,
      algorithm: fc.constantFrom("ed25519" as const, "secp256k1-adr036" as const, "p256-passkey" as const),
      domain: wireText,
      nonce: wireUnsigned,
      expiry: wireUnsigned,
      payload: fc.array(anyCommand, { maxLength: 2 }).map(encodePayload)
    }),
    signature: wireBytes
  })
  fc.assert(
    fc.property(anyEnvelope, (value) => {
      const whole = encode(envelope, value)
      expect(decode(envelope, whole)).toEqual(value)
      expect(() => decode(envelope, whole.slice(0, -1))).toThrow(NotCanonical)
      expect(() => decode(envelope, Uint8Array.of(...whole, 0))).toThrow(NotCanonical)
    }),
    runs(500)
  )
})

it("numbers of algorithms are stable: they stand in every signature", () => {
  expect((["ed25519", "secp256k1-adr036", "p256-passkey"] as const).map((name) => toHex(encode(algorithm, name)))).toEqual(["00", "01", "02"])
})

it("a payload with a command of an unknown number is malformed, not skipped", () => {
  expect(() => decodePayload(fromHex("01ff01"))).toThrow(NotCanonical)
})

it("receipts are signed over every field", () => {
  const receipt: Receipt = { domain: "commonwatt/receipt/v1", area: "a1", position: 5, recordHash: Uint8Array.of(1), verdict: "Accepted", refused: 0 }
  const changes: ReadonlyArray<Partial<Receipt>> = [{ domain: "x" }, { area: "a2" }, { position: 6 }, { recordHash: Uint8Array.of(2) }, { verdict: "Expired" }, { refused: 1 }]
  const all = [receipt, ...changes.map((change) => ({ ...receipt, ...change }))].map((one) => toHex(receiptBytes(one)))
  expect(new Set(all).size).toBe(all.length)
})

it("commands come back from their payload; damaged payloads are refused, or are the one form of other commands", () => {
  fc.assert(
    fc.property(fc.array(anyCommand, { maxLength: 3 }), fc.nat(3), fc.nat(), fc.nat(255), (commands, way, place, byte) => {
      const whole = encodePayload(commands)
      expect(decodePayload(whole)).toEqual(commands)
      decodesToItself(decodePayload, encodePayload, damage(whole, way, place, byte))
    }),
    runs(3_000)
  )
})

it("bytes from nowhere are refused by name, never by a crash", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => decodesToItself(decodePayload, encodePayload, noise)),
    runs(3_000)
  )
})
