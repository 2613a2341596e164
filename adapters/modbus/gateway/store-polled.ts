import { asStoreError, type GatewayParts, type Site } from "./gateway-parts.ts"
import type { GatewayStore, NewReading } from "./gateway-store.ts"
import { sealBatch, sealDue } from "./seal-batches.ts"
import type { StoreError } from "./store-error.ts"

/** So many readings of one poll become a batch at once, whatever their raw words. */
const MOST_AT_ONCE = 128

/** All or nothing: what memory holds, then the new readings, then the batches that are due. */
export const storeAndSeal = (parts: GatewayParts, readings: ReadonlyArray<NewReading>, time: number): StoreError | undefined => {
  const { held, store, sites } = parts
  held.add(readings)
  try {
    store.transaction(() => {
      const fresh = Map.groupBy(store.assign(held.all), ({ site }) => site)
      for (const site of sites) storeSite(parts, site, fresh.get(site.name) ?? [], time)
    })
    held.clear()
    return undefined
  } catch (cause) {
    return asStoreError(cause)
  }
}

const storeSite = ({ area, store, seal, clock, waiting }: GatewayParts, site: Site, fresh: ReturnType<GatewayStore["assign"]>, time: number): void => {
  // Readings that become a batch at once need no place of their own, unless older ones wait.
  const isAtOnce = seal.seconds === 0 && fresh.length > 0 && fresh.length <= MOST_AT_ONCE && !fresh.some(({ meteringPoint }) => waiting.has(meteringPoint))
  if (!isAtOnce) store.stash(fresh)
  sealDue(store, area, site, seal, clock(), time, waiting.all)
  if (isAtOnce) sealBatch(store, area, site, clock(), fresh)
}

/** Of each metering point that waits long enough the oldest reading goes alone, to ask. */
export const sealQuestions = ({ area, sites, store, clock, waiting, siteOf }: GatewayParts): void => {
  const due = waiting.takeDue()
  if (due.length === 0) return
  store.transaction(() => {
    for (const site of sites) {
      for (const one of due.filter((point) => siteOf(point) === site.name)) {
        const [oldest] = store.oldestUnsealed(site.name, one)
        if (oldest !== undefined) sealBatch(store, area, site, clock(), [oldest])
      }
    }
  })
}

/** Seals what there is, due or not, but for metering points that wait. */
export const sealRest = ({ area, sites, store, clock, waiting }: GatewayParts): void =>
  store.transaction(() => sites.forEach((site) => sealDue(store, area, site, { readings: 1, seconds: 0 }, clock(), Number.MAX_SAFE_INTEGER, waiting.all)))
