import { splitter, sumOf, type SharingKey } from "./sharing.ts"

/**
 * Shared energy is min(injected, withdrawn) of the configuration, and it is attributed to the plants one after the
 * other: the first in the order gives all it injected before the second gives anything. The order decides which premium
 * class a shared kWh earns. Consumers share pro rata to consumption.
 *
 * Italy: hourly minimum of what all plants injected and all members withdrew, attributed by date of commissioning, the
 * oldest plant first (TIAD, ARERA 727/2022/R/eel; GSE's help page on the calculation), inside one primary substation area;
 * so the rule set that uses it has a resolution of an hour. `order` lists the places of the producers.
 */
export const plantOrderKey =
  (order: ReadonlyArray<number>): SharingKey =>
  ({ producers, consumers, offeredWh, wantedWh, givenWh, receivedWh }) => {
    const wanted = sumOf(wantedWh, consumers)
    const sharedWh = Math.min(sumOf(offeredWh, producers), wanted)
    let left = sharedWh
    for (const place of order) {
      const given = Math.min(left, offeredWh[place]!)
      givenWh[place] = given
      left -= given
    }
    splitter.split(sharedWh, wantedWh, consumers, wanted, receivedWh)
    return sharedWh
  }
