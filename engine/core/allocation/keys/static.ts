import { splitter, sumOf, type SharingKey } from "./sharing.ts"

/** Coefficients are whole millionths: 250,000 is a quarter. They sum to at most the whole. */
export const WHOLE = 1_000_000

/** Coefficients of the consumers, in the order of the sharing's consumers, for the period that starts at `time`. */
export type CoefficientsAt = (time: number) => Float64Array

/**
 * Shares fixed beforehand, each capped by the consumer's own consumption. What a consumer does not use is not passed on
 * to the others but stays with the producers as surplus to the grid, in proportion to what each offered.
 *
 * Austria, static key (ElWOG 2010, section 16e: per quarter hour, no more than consumed; an unused share counts as
 * surplus to the grid). France, static and simple dynamic keys (code de l'energie: production by coefficient, no more than
 * consumed; D315-6: coefficients of the organiser for each step). Spain: the beta of RD 244/2019, annex I, as changed by
 * TED/1247/2021: by hour, sum one, fixed ex ante. Germany: the agreed key of a building supply (EnWG section 42b (2)
 * no. 1). docs/guides/settlement-sources.md says what of each was read.
 */
export const staticKey = (coefficientsAt: CoefficientsAt): SharingKey => {
  let weights = new Float64Array(8)
  let entitled = new Float64Array(8)
  return ({ producers, consumers, offeredWh, wantedWh, givenWh, receivedWh }, time) => {
    if (weights.length <= consumers) {
      weights = new Float64Array(consumers + 1)
      entitled = new Float64Array(consumers + 1)
    }
    const offered = sumOf(offeredWh, producers)
    const coefficients = coefficientsAt(time)
    let named = 0
    for (let place = 0; place < consumers; place++) {
      weights[place] = coefficients[place]!
      named += coefficients[place]!
    }
    // What nobody is entitled to takes part in the split, so that it does not go to the largest remainder.
    weights[consumers] = WHOLE - named
    splitter.split(offered, weights, consumers + 1, WHOLE, entitled)
    let sharedWh = 0
    for (let place = 0; place < consumers; place++) {
      const received = Math.min(entitled[place]!, wantedWh[place]!)
      receivedWh[place] = received
      sharedWh += received
    }
    splitter.split(sharedWh, offeredWh, producers, offered, givenWh)
    return sharedWh
  }
}

/** The same coefficients in every period. */
export const constantCoefficients = (coefficients: ReadonlyArray<number>): CoefficientsAt => {
  const column = Float64Array.from(coefficients)
  return () => column
}

/** Coefficients by the hour of the local clock (0-23); `hourAt` gives the hour of a time. */
export const hourlyCoefficients = (byHour: ReadonlyArray<ReadonlyArray<number>>, hourAt: (time: number) => number): CoefficientsAt => {
  const columns = byHour.map((coefficients) => Float64Array.from(coefficients))
  return (time) => columns[hourAt(time)]!
}
