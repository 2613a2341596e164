import { splitter, type SharingKey } from "./sharing.ts"

/** A key whose shares are also told pair by pair: `pairWh[producer * consumers + consumer]` of the last period. */
export interface BilateralKey {
  readonly key: SharingKey
  readonly pairWh: Float64Array
}

/**
 * Tells who got whose energy under a key that divides a pool: consumers in the order of their ids take, each in
 * proportion to what the producers still have of what they gave. So every producer's and every consumer's Wh are met
 * exactly, and a pair strays from its exact proportion only by rounding. The key itself is unchanged.
 */
export const bilateralKey = (pool: SharingKey, producers: number, consumers: number): BilateralKey => {
  const pairWh = new Float64Array(producers * consumers)
  const left = new Float64Array(producers)
  const parts = new Float64Array(producers)
  const key: SharingKey = (sharing, time) => {
    const shared = pool(sharing, time)
    left.set(sharing.givenWh.subarray(0, producers))
    let open = shared
    for (let consumer = 0; consumer < consumers; consumer++) {
      const received = sharing.receivedWh[consumer]!
      splitter.split(received, left, producers, open, parts)
      for (let producer = 0; producer < producers; producer++) {
        pairWh[producer * consumers + consumer] = parts[producer]!
        left[producer]! -= parts[producer]!
      }
      open -= received
    }
    return shared
  }
  return { key, pairWh }
}
