import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, expect, it } from "vitest"
import { findingsAfterCrash } from "./harness/after-crash.ts"
import { postmasters, removeVillages, village } from "./harness/village.ts"

afterAll(removeVillages)

/** Kills in this run; a long campaign asks for hundreds. */
const KILLS = Number(process.env["COMMONWATT_RANDOM_KILLS"] ?? 20)
/** A failed run prints its seed; the moments repeat with it, what the machine does in them may not. */
const SEED = Number(process.env["COMMONWATT_SEED"] ?? Math.floor(Math.random() * 2 ** 31))
/** Kills fall from the first breath of a start to well into the market's run, in milliseconds. */
const LATEST = 4_500

/** Numbers in [0, 1) that a seed determines (mulberry32). */
const numbersFrom = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}

it(
  `kill -9 at ${KILLS} random moments leads to the outcome of an undisturbed run (COMMONWATT_SEED=${SEED})`,
  async () => {
    const undisturbed = (await village("undisturbed").finish()).outcomeHash
    const random = numbersFrom(SEED)
    let kills = 0
    while (kills < KILLS) {
      const one = village(`crash-anywhere-${kills}`)
      let done = false
      while (kills < KILLS && !done) {
        const market = one.spawn()
        done = await Promise.race([market.ended.then(() => true), sleep(random() * LATEST).then(() => false)])
        if (done) continue
        market.killGroup()
        await market.ended
        kills++
        expect(postmasters(one.data).length).toBeLessThanOrEqual(1)
      }
      expect(await findingsAfterCrash(one, undisturbed), `COMMONWATT_SEED=${SEED}, after ${kills} kills`).toEqual([])
    }
  },
  600_000 + KILLS * 20_000
)
