import { randomBytes } from "node:crypto"
import { expect, test } from "vitest"
import { GENESIS_HEAD, nextHead, seal, unseal } from "./seal.ts"

const key = randomBytes(32)
const plain = Buffer.from("a record")

test("what is sealed opens under the same key at the same place only", () => {
  const sealed = seal(key, "a1", 7, plain)
  expect(unseal(key, "a1", 7, sealed)).toEqual(plain)
  expect(sealed.includes(plain)).toBe(false)
  expect(() => unseal(randomBytes(32), "a1", 7, sealed)).toThrow()
  expect(() => unseal(key, "a1", 8, sealed)).toThrow()
  expect(() => unseal(key, "a2", 7, sealed)).toThrow()
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed)
    changed[at] = changed[at]! ^ 1
    expect(() => unseal(key, "a1", 7, changed)).toThrow()
  }
})

test("two rows of the same record look different", () => {
  expect(seal(key, "a1", 7, plain)).not.toEqual(seal(key, "a1", 7, plain))
})

test("the chain depends on place, verdict, salt, ciphertext and everything before", () => {
  const [salt, ciphertext] = [Buffer.alloc(32, 1), Buffer.alloc(8, 2)]
  const heads = [
    nextHead(GENESIS_HEAD, 0, "Accepted", salt, ciphertext),
    nextHead(Buffer.alloc(32, 9), 0, "Accepted", salt, ciphertext),
    nextHead(GENESIS_HEAD, 1, "Accepted", salt, ciphertext),
    nextHead(GENESIS_HEAD, 0, "Expired", salt, ciphertext),
    nextHead(GENESIS_HEAD, 0, "Accepted", Buffer.alloc(32, 3), ciphertext),
    nextHead(GENESIS_HEAD, 0, "Accepted", salt, Buffer.alloc(8, 4))
  ].map((head) => head.toString("hex"))
  expect(new Set(heads).size).toBe(heads.length)
})
