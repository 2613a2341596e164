import { assertLaw } from "../../quantity/invariant.ts"
import { Splitter } from "./split-column.ts"

/**
 * One sharing of one delivery period, in columns that are used again for the next: what producers offer and consumers
 * want, in whole Wh and in the order of their ids, and what a key makes of it.
 */
export interface Sharing {
  readonly producers: number
  readonly consumers: number
  readonly offeredWh: Float64Array
  readonly wantedWh: Float64Array
  /** Filled by the key: Wh that each producer gave and each consumer got. Both sum to what was shared. */
  readonly givenWh: Float64Array
  readonly receivedWh: Float64Array
}

/** Fills `givenWh` and `receivedWh` from `offeredWh` and `wantedWh`; returns the Wh shared. `time` is the period's start. */
export type SharingKey = (sharing: Sharing, time: number) => number

/** Columns for a sharing among so many producers and consumers. */
export const makeSharing = (producers: number, consumers: number): Sharing => ({
  producers,
  consumers,
  offeredWh: new Float64Array(producers),
  wantedWh: new Float64Array(consumers),
  givenWh: new Float64Array(producers),
  receivedWh: new Float64Array(consumers)
})

/** Sum of the first `count` values. */
export const sumOf = (values: Float64Array, count: number): number => {
  let sum = 0
  for (let place = 0; place < count; place++) sum += values[place]!
  return sum
}

/** One splitter serves every key: a split is complete before the next begins. */
export const splitter = new Splitter()

/**
 * The laws of every key, asserted after each period: nobody gives more than offered or gets more than wanted, and both
 * sides sum to what was shared.
 */
export const assertShared = ({ producers, consumers, offeredWh, wantedWh, givenWh, receivedWh }: Sharing, sharedWh: number): void => {
  let given = 0
  let received = 0
  let sound = true
  for (let place = 0; place < producers; place++) {
    const wh = givenWh[place]!
    given += wh
    if (!(wh >= 0 && wh <= offeredWh[place]!)) sound = false
  }
  for (let place = 0; place < consumers; place++) {
    const wh = receivedWh[place]!
    received += wh
    if (!(wh >= 0 && wh <= wantedWh[place]!)) sound = false
  }
  assertLaw(sound, "covered <= offered and covered <= consumed")
  assertLaw(given === sharedWh && received === sharedWh, "what was given was received")
}
