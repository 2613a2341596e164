import { secp256k1 } from "@noble/curves/secp256k1.js"
import { expect, test } from "vitest"
import { adr036Bytes, adr036Wallet, verifyAdr036 } from "./adr036.ts"

const wallet = adr036Wallet(new Uint8Array(32).fill(5))
const message = new TextEncoder().encode("a preference")

test("a wallet signs the document of ADR-036: no chain, no fee, sequence 0, data in base64", () => {
  const document = JSON.parse(new TextDecoder().decode(adr036Bytes(wallet.publicKey, message)))
  expect(document).toEqual({
    account_number: "0",
    chain_id: "",
    fee: { amount: [], gas: "0" },
    memo: "",
    msgs: [{ type: "sign/MsgSignData", value: { data: "YSBwcmVmZXJlbmNl", signer: expect.stringMatching(/^watt1[02-9ac-hj-np-z]{38}$/) } }],
    sequence: "0"
  })
})

test("its signature holds for that message and key only", () => {
  const signature = wallet.sign(message)
  expect(verifyAdr036(wallet.publicKey, message, signature)).toBe(true)
  expect(verifyAdr036(wallet.publicKey, new TextEncoder().encode("another"), signature)).toBe(false)
  expect(verifyAdr036(adr036Wallet(new Uint8Array(32).fill(6)).publicKey, message, signature)).toBe(false)
  for (let at = 0; at < 64; at++) {
    const changed = signature.slice()
    changed[at] = changed[at]! ^ 1
    expect(verifyAdr036(wallet.publicKey, message, changed)).toBe(false)
  }
})

test("the second form of a signature, and hostile lengths, are refused", () => {
  const signature = wallet.sign(message)
  const { r, s } = secp256k1.Signature.fromBytes(signature)
  const mirrored = new secp256k1.Signature(r, secp256k1.Point.Fn.ORDER - s).toBytes()
  expect(verifyAdr036(wallet.publicKey, message, mirrored)).toBe(false)
  expect(verifyAdr036(wallet.publicKey.slice(1), message, signature)).toBe(false)
  expect(verifyAdr036(new Uint8Array(33), message, signature)).toBe(false)
  expect(verifyAdr036(wallet.publicKey, message, new Uint8Array(64))).toBe(false)
})
