import { ID, IDS, ID_MASK, MIXERS } from "../layout.ts"

// Finds open orders by account and client order id: open addressing, at most half full, eight bytes an entry (order, hash),
// so that a probe seldom reads an order that is not meant. Entries behind a removed one move up: no tombstones.

/** Mixes account and 64-bit id into 32 bits. */
@inline
export function hashOf(account: i32, id: i64): i32 {
  let hash = (<i32>id ^ ((<i32>(id >>> 32) ^ (account * load<i32>(MIXERS))) * load<i32>(MIXERS, 4))) * load<i32>(MIXERS, 8)
  hash ^= hash >>> 15
  hash *= load<i32>(MIXERS, 12)
  return hash ^ (hash >>> 13)
}

/** As hashOf, for four at once. */
@inline
export function hashesOf(accounts: v128, lows: v128, highs: v128): v128 {
  const mixed = i32x4.mul(v128.xor(highs, i32x4.mul(accounts, v128.load32_splat(MIXERS))), v128.load32_splat(MIXERS, 4))
  let hashes = i32x4.mul(v128.xor(lows, mixed), v128.load32_splat(MIXERS, 8))
  hashes = i32x4.mul(v128.xor(hashes, i32x4.shr_u(hashes, 15)), v128.load32_splat(MIXERS, 12))
  return v128.xor(hashes, i32x4.shr_u(hashes, 13))
}

/** Where an id's search begins, in bytes from the start of the table. */
@inline
export function home(hash: i32): i32 {
  return (hash << 3) & load<i32>(ID_MASK)
}

/**
 * Place of an id's entry; where the id is not known, the empty place where it would be. Of one id every account has another
 * hash, because the mixers are odd: where hash and id are those that are sought, the account is.
 */
export function search(id: i64, hash: i32): i32 {
  const mask = load<i32>(ID_MASK)
  const ids = load<i32>(IDS)
  let place = (hash << 3) & mask
  while (true) {
    const entry = load<i64>(ids + place)
    if (entry == 0) return place
    if (<i32>(entry >>> 32) == hash) {
      if (load<i64>(<i32>entry, ID) == id) return place
    }
    place = (place + 8) & mask
  }
}

@inline
export function orderAt(place: i32): i32 {
  return load<i32>(load<i32>(IDS) + place)
}

@inline
export function enter(place: i32, order: i32, hash: i32): void {
  store<i64>(load<i32>(IDS) + place, <i64>(<u64>(<u32>order)) | (<i64>hash << 32))
}

/** The first empty place from an id's home on. */
export function vacant(hash: i32): i32 {
  const mask = load<i32>(ID_MASK)
  const ids = load<i32>(IDS)
  let place = (hash << 3) & mask
  while (load<i64>(ids + place) != 0) place = (place + 8) & mask
  return place
}

/** Empties a place and moves up what was displaced behind it. */
@inline
export function vacate(place: i32): void {
  const mask = load<i32>(ID_MASK)
  const ids = load<i32>(IDS)
  let hole = place
  let at = (place + 8) & mask
  for (;;) {
    const entry = load<i64>(ids + at)
    if (entry == 0) break
    if (((at - (<i32>(entry >>> 32) << 3)) & mask) >= ((at - hole) & mask)) {
      store<i64>(ids + hole, entry)
      hole = at
    }
    at = (at + 8) & mask
  }
  store<i64>(ids + hole, 0)
}

export function remove(order: i32, hash: i32): void {
  const mask = load<i32>(ID_MASK)
  const ids = load<i32>(IDS)
  let place = (hash << 3) & mask
  while (load<i32>(ids + place) != order) place = (place + 8) & mask
  vacate(place)
}
