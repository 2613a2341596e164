import fc from "fast-check"
import { expect, it } from "vitest"
import { history } from "../../property-tests/arbitraries/history.ts"
import { play } from "../../property-tests/arbitraries/play.ts"
import { runs } from "../../property-tests/arbitraries/runs.ts"
import { toHex } from "./quantity/bytes.ts"
import { NotCanonical } from "./quantity/canonical-reader.ts"
import type { Event } from "./event.ts"
import { decodeState, emptyState, encodeState, foldRecord, snapshotHash, stateHash } from "./state.ts"

const foldAll = (records: ReadonlyArray<readonly [number, ReadonlyArray<Event>]>): string => {
  const state = emptyState()
  for (const [position, events] of records) foldRecord(state, position, events)
  return stateHash(state)
}

it("the empty state has a hash, comes back from its bytes, and its snapshot hash is SHA-256", () => {
  expect(stateHash(emptyState())).toBe("243f6a8885a308d313198a2e03707344")
  expect(decodeState(encodeState(emptyState()))).toEqual(emptyState())
  expect(toHex(snapshotHash(new Uint8Array()))).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
})

it("a record without events moves the hash: every position counts", () => {
  expect(foldAll([[0, []]])).not.toBe(foldAll([]))
  expect(foldAll([[0, []]])).not.toBe(foldAll([[1, []]]))
})

it("the same events cut into other records, or in another order, are another history", () => {
  const [first, second]: [Event, Event] = [{ kind: "MarketTimeMoved", time: 900 }, { kind: "MarketTimeMoved", time: 1_800 }]
  const all = [
    foldAll([[0, [first, second]]]),
    foldAll([[0, [second, first]]]),
    foldAll([[0, [first]], [1, [second]]]),
    foldAll([[0, [second]], [1, [first]]]),
    foldAll([[0, [first, second]], [1, []]]),
    foldAll([[0, []], [1, [first, second]]])
  ]
  expect(new Set(all).size).toBe(all.length)
})

it("any two different records swapped are another history", () => {
  fc.assert(
    fc.property(history({ min: 2, max: 4 }), fc.nat(), fc.nat(), (made, left, right) => {
      const { eventsByRecord } = play(made)
      const [one, other] = [left % eventsByRecord.length, right % eventsByRecord.length]
      const swapped = eventsByRecord.with(one, eventsByRecord[other]!).with(other, eventsByRecord[one]!)
      const same = JSON.stringify(swapped, bigText) === JSON.stringify(eventsByRecord, bigText)
      const folded = (all: ReadonlyArray<ReadonlyArray<Event>>) => foldAll(all.map((events, position) => [position, events] as const))
      expect(folded(swapped) === folded(eventsByRecord)).toBe(same)
    }),
    runs(100)
  )
})

it("a snapshot comes back from a database driver's buffer, which is a view into a larger one", () => {
  const { state } = play(fc.sample(history(), { numRuns: 1, seed: 7 })[0]!)
  const bytes = encodeState(state)
  for (const offset of [0, 1, 2, 3]) expect(encodeState(decodeState(Buffer.concat([Buffer.alloc(offset), bytes, Buffer.alloc(9)]).subarray(offset, offset + bytes.length)))).toEqual(bytes)
})

const bigText = (_: string, value: unknown): unknown => (typeof value === "bigint" ? `${value}n` : value)

it("a damaged snapshot is refused, or has another hash than the one stored beside it", () => {
  const bytes = encodeState(play(fc.sample(history(), { numRuns: 1, seed: 7 })[0]!).state)
  const stored = toHex(snapshotHash(bytes))
  expect(() => decodeState(bytes.slice(0, -1))).toThrow(NotCanonical)
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
      const damaged = bytes.with(at, bytes[at]! ^ (1 << bit))
      expect(toHex(snapshotHash(damaged))).not.toBe(stored)
      try {
        expect(toHex(encodeState(decodeState(damaged)))).toBe(toHex(damaged))
      } catch (error) {
        expect(error).toBeInstanceOf(NotCanonical)
      }
    }),
    runs(300)
  )
})
