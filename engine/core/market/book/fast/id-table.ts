import * as layout from "./layout.ts"

// Constants of this module: V8 folds these, while an imported name is loaded and checked at each use.
const { ACCOUNT_MASK, HIGH, LOW, WHO } = layout

/** Mixes account and 64-bit id into 32 bits. */
export const hashOf = (account: number, low: number, high: number): number => {
  let hash = Math.imul(low ^ Math.imul(high ^ Math.imul(account, 0x9e3779b1), 0x85ebca6b), 0xc2b2ae35)
  hash ^= hash >>> 15
  hash = Math.imul(hash, 0x2c1b3c6d)
  return hash ^ (hash >>> 13)
}

/**
 * Finds open orders by account and client order id: open addressing, at most half full, eight bytes an entry (slot,
 * hash), so that a probe seldom reads an order that is not meant. Entries behind a removed one move up: no tombstones,
 * no rebuilding.
 */
export class IdTable {
  readonly entries: Int32Array
  readonly mask: number
  private readonly words: Int32Array

  constructor(capacity: number, words: Int32Array) {
    const size = 1 << (32 - Math.clz32(2 * capacity - 1))
    this.mask = size - 1
    this.entries = new Int32Array(size * 2)
    this.words = words
  }

  /** Slot of an open order, or 0. */
  find(account: number, low: number, high: number, hash: number): number {
    const { entries, mask, words } = this
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const slot = entries[at << 1]!
      if (slot === 0) return 0
      if (entries[(at << 1) + 1] !== hash) continue
      const order = slot << 3
      if (words[order + LOW] === low && words[order + HIGH] === high && (words[order + WHO]! & ACCOUNT_MASK) === account) return slot
    }
  }

  insert(slot: number, hash: number): void {
    const { entries, mask } = this
    let at = hash & mask
    while (entries[at << 1] !== 0) at = (at + 1) & mask
    entries[at << 1] = slot
    entries[(at << 1) + 1] = hash
  }

  remove(slot: number, hash: number): void {
    const { entries, mask } = this
    let place = hash & mask
    while (entries[place << 1] !== slot) place = (place + 1) & mask
    this.close(place)
  }

  /** Empties a place and moves up what was displaced behind it. */
  close(place: number): void {
    const { entries, mask } = this
    let hole = place
    for (let at = (hole + 1) & mask; ; at = (at + 1) & mask) {
      const follower = entries[at << 1]!
      if (follower === 0) break
      const followerHash = entries[(at << 1) + 1]!
      if (((at - followerHash) & mask) < ((at - hole) & mask)) continue
      entries[hole << 1] = follower
      entries[(hole << 1) + 1] = followerHash
      hole = at
    }
    entries[hole << 1] = 0
  }
}
