import { splitter, sumOf, type SharingKey } from "./sharing.ts"

/**
 * Pro rata to consumption, capped by it; producers give in proportion to what they offer.
 *
 * Austria, dynamic key: G.03 = min(G.02, G.01T share), P.01T = G.01T - sum(G.03) x own / sum(producers) (ElWOG 2010,
 * section 16e; OBIS of the community exchange of EDA). France: the default of autoconsommation collective where the
 * organiser names no coefficients: pro rata to consumption in each step, within it (code de l'energie, D315-6). Germany:
 * a building supply whose agreed key is consumption (EnWG section 42b (2) no. 1). docs/guides/settlement-sources.md says
 * what of each was read.
 */
export const dynamicKey: SharingKey = ({ producers, consumers, offeredWh, wantedWh, givenWh, receivedWh }) => {
  const offered = sumOf(offeredWh, producers)
  const wanted = sumOf(wantedWh, consumers)
  const sharedWh = Math.min(offered, wanted)
  splitter.split(sharedWh, offeredWh, producers, offered, givenWh)
  splitter.split(sharedWh, wantedWh, consumers, wanted, receivedWh)
  return sharedWh
}
