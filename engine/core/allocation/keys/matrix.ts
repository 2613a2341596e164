import { splitter, type SharingKey } from "./sharing.ts"
import { WHOLE } from "./static.ts"

/** A pair of a producer and a consumer, by their places in the sharing. Pairs are ordered by producer, then consumer. */
export interface Pair {
  readonly producer: number
  readonly consumer: number
}

/** Coefficients of the pairs in millionths of the producer's offer; those of one producer sum to at most the whole. */
export type PairCoefficientsAt = (time: number) => Float64Array

/** A key between named pairs: besides the sums of both sides it leaves the Wh of each pair. */
export interface MatrixKey {
  readonly key: SharingKey
  readonly pairWh: Float64Array
}

/**
 * Each producer's offer goes to named consumers by coefficients. A consumer to whom more is due than consumed takes
 * from the producers in proportion to what is due from each; the rest stays with its producer.
 *
 * Germany, energy sharing: the key of the contract of joint use between operator and buyer (EnWG section 42c (1) no. 3
 * and (3), from 2026-06-01), per quarter hour, no more than consumed. France: the full dynamic key, in which the organiser
 * gives coefficients for every producer and consumer and step (the fourth of Enedis' keys). docs/guides/settlement-sources.md
 * says what of each was read.
 */
export const matrixKey = (pairs: ReadonlyArray<Pair>, coefficientsAt: PairCoefficientsAt): MatrixKey => {
  const dueWh = new Float64Array(pairs.length)
  const pairWh = new Float64Array(pairs.length)
  const byConsumer = [...Map.groupBy(pairs.keys(), (pair) => pairs[pair]!.consumer)].map(([consumer, members]) => ({ consumer, members: Int32Array.from(members) }))
  const byProducer = [...Map.groupBy(pairs.keys(), (pair) => pairs[pair]!.producer)].map(([producer, members]) => ({ producer, members: Int32Array.from(members) }))
  const weights = new Float64Array(pairs.length + 1)
  const parts = new Float64Array(pairs.length + 1)

  /** What is due between pairs of one producer: its offer by its coefficients, the unnamed rest included in the split. */
  const entitle = (offered: number, members: Int32Array, coefficients: Float64Array): void => {
    let named = 0
    for (let place = 0; place < members.length; place++) {
      weights[place] = coefficients[members[place]!]!
      named += weights[place]!
    }
    weights[members.length] = WHOLE - named
    splitter.split(offered, weights, members.length + 1, WHOLE, parts)
    for (let place = 0; place < members.length; place++) dueWh[members[place]!] = parts[place]!
  }

  /** What a consumer takes of what is due, no more than wanted. */
  const take = (wanted: number, members: Int32Array): number => {
    let due = 0
    for (let place = 0; place < members.length; place++) {
      weights[place] = dueWh[members[place]!]!
      due += weights[place]!
    }
    const taken = Math.min(due, wanted)
    splitter.split(taken, weights, members.length, due, parts)
    for (let place = 0; place < members.length; place++) pairWh[members[place]!] = parts[place]!
    return taken
  }

  const key: SharingKey = ({ producers, consumers, offeredWh, wantedWh, givenWh, receivedWh }, time) => {
    const coefficients = coefficientsAt(time)
    givenWh.fill(0, 0, producers)
    receivedWh.fill(0, 0, consumers)
    for (const { producer, members } of byProducer) entitle(offeredWh[producer]!, members, coefficients)
    let sharedWh = 0
    for (const { consumer, members } of byConsumer) {
      receivedWh[consumer] = take(wantedWh[consumer]!, members)
      sharedWh += receivedWh[consumer]!
      for (const pair of members) givenWh[pairs[pair]!.producer]! += pairWh[pair]!
    }
    return sharedWh
  }
  return { key, pairWh }
}
