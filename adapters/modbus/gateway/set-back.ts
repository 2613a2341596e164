import { PERIOD_SECONDS } from "../../../engine/core/calendar/period.ts"
import type { GatewayParts } from "./gateway-parts.ts"
import { openBatch, takeApart } from "./take-apart.ts"

/**
 * The clock was wrong and shows `now` at last: what was read at later times, and not handed over, becomes evidence. What
 * was sealed at times that never were is taken apart first: the engine has kept it out of its log. Returns how many readings those were.
 */
export const setBack = ({ store, held, signers, siteOf }: GatewayParts, now: number): number => {
  // What lies further ahead no engine has taken.
  const limit = now + PERIOD_SECONDS
  for (const signer of signers) {
    const wrong = store.waiting(signer).find((batch) => openBatch(batch).readings.some(({ time }) => time > limit))
    if (wrong !== undefined) takeApart(store, wrong, siteOf)
  }
  const inMemory = held.disbelieve(limit)
  return store.transaction(() => {
    const count = store.disbelieve(limit)
    store.rewind(now)
    return count + inMemory
  }, true)
}
