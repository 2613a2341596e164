import { describe, expect, it } from "vitest"
import { open, send } from "../../../property-tests/arbitraries/play.ts"
import { programKey, walletKey } from "../../../property-tests/arbitraries/record.ts"
import { smallWorld } from "../../../property-tests/arbitraries/world.ts"
import type { Command } from "../../core/command.ts"
import type { PositionedRecord } from "../../core/envelope.ts"
import { sealEnvelope } from "../../core/seal-envelope.ts"
import { keyPairOf } from "../keys/ed25519.ts"
import { checkBytes, checkEntry, MOST_BYTES, MOST_COMMANDS } from "./check-entry.ts"

const play = open(smallWorld())
const cancelAll: Command = { kind: "CancelAllOrders" }
const prefer: Command = { kind: "SetPreference", meteringPoint: "ada-roof", limitPrice: 1_000, neighbours: [], keepPercent: 0 }
send(play, { signer: walletKey("ada"), nonce: 7, commands: [prefer] })
const record = (changes: Partial<PositionedRecord>): PositionedRecord => ({ position: 0, hash: new Uint8Array(32), verdict: "Accepted", signer: walletKey("ada"), nonce: 8, commands: [cancelAll], ...changes })
const check = (changes: Partial<PositionedRecord>, kind: "orders" | "preferences" = "orders") => checkEntry(record(changes), kind, play.state)

describe("what may go to the log", () => {
  it("orders by the door for orders, preferences by theirs, nothing else by either", () => {
    expect(check({})).toBe("Accepted")
    expect(check({ commands: [prefer] }, "preferences")).toBe("Accepted")
    expect(check({ commands: [prefer] })).toBe("NotOrders")
    expect(check({}, "preferences")).toBe("NotOrders")
    expect(check({ commands: [cancelAll, { kind: "Tick", area: "area", time: 900 }] })).toBe("NotOrders")
    expect(check({ commands: [] })).toBe("NotOrders")
    expect(check({ commands: Array.from({ length: MOST_COMMANDS + 1 }, () => cancelAll) })).toBe("TooLarge")
  })

  it("by a member's wallet, with a nonce above the last, and a signature that holds", () => {
    expect(check({ nonce: 7 })).toBe("NonceUsed")
    expect(check({ signer: walletKey("stranger") })).toBe("UnknownWallet")
    expect(check({ signer: programKey("ada") })).toBe("UnknownWallet")
    expect(check({ verdict: "AlgorithmUnsupported", commands: [] })).toBe("AlgorithmUnsupported")
    expect(check({ verdict: "Expired", commands: [] })).toBe("Expired")
  })
})

it("bytes that are no envelope, or too many, are named before anything else is done with them", () => {
  const bytes = sealEnvelope({ ...keyPairOf(new Uint8Array(32).fill(7)), algorithm: "ed25519" }, "area", [cancelAll])
  expect(checkBytes(bytes)).toBe("Accepted")
  expect(checkBytes(bytes.slice(1))).toBe("Malformed")
  expect(checkBytes(new Uint8Array())).toBe("Malformed")
  expect(checkBytes(new Uint8Array(MOST_BYTES + 1))).toBe("TooLarge")
})
