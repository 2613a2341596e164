import fc from "fast-check"
import { expect, it } from "vitest"
import { dynamicKey } from "../../engine/core/allocation/keys/dynamic.ts"
import { makeSharing } from "../../engine/core/allocation/keys/sharing.ts"
import { constantCoefficients, staticKey } from "../../engine/core/allocation/keys/static.ts"
import { secondsOfLocalDay } from "../../engine/core/calendar/local-day.ts"
import { bookingsOf, deltaOf, type Booking } from "../../engine/core/settlement/community/booking.ts"
import type { CommunityInputs } from "../../engine/core/settlement/community/community-inputs.ts"
import { settleCommunity } from "../../engine/core/settlement/community/settle-community.ts"
import { statementsOf } from "../../engine/core/settlement/community/statement.ts"
import { energyWh } from "../arbitraries/quantity.ts"
import { runs } from "../arbitraries/runs.ts"
import { anyCommunity, someDays } from "./any-community.ts"
import { naiveSums } from "./naive-community.ts"
import { intervalsOf, poolStep, villageInputs, villageRules, zone } from "./village.ts"

const on = "2017-01-01"

const simple = fc
  .record({ days: someDays, isStatic: fc.boolean(), parts: fc.integer({ min: 0, max: 500_000 }), price: fc.integer({ min: -50_000, max: 400_000 }), night: fc.integer({ min: -50_000, max: 400_000 }), energies: fc.array(energyWh, { minLength: 1, maxLength: 9 }) })
  .map(({ days, isStatic, parts, price, night, energies }) => {
    const key = isStatic ? ({ kind: "static", partsPerMillion: { "ben-home": parts, "cleo-home": 500_000 } } as const) : ({ kind: "dynamic" } as const)
    const inputs: CommunityInputs = villageInputs(
      {},
      {
        rules: villageRules([{ ...poolStep, key, consumerPrice: price }]),
        components: [
          { name: "energy", kind: "energy", from: "2010-01-01", price: { bands: [{ from: "22:00", to: "06:00", price: night }], otherwise: 250_000 } },
          { name: "feed-in", kind: "feed-in", from: "2010-01-01", price: 60_000 }
        ],
        intervals: intervalsOf(days, ["ada-roof", "ben-home", "cleo-home"], (point, index) => energies[(index * 5 + point.length) % energies.length]!)
      }
    )
    return { inputs, night }
  })

it("money from totals is the sum of one posting for each point and period, by a second, naive settlement", () => {
  fc.assert(
    fc.property(simple, ({ inputs, night }) => {
      const isNight = (time: number): boolean => {
        const second = secondsOfLocalDay(zone, time)
        return second >= 79_200 || second < 21_600
      }
      const found = new Map<string, bigint>()
      for (const { kind, payer, payee, amount } of settleCommunity(inputs, on).entries) {
        const [member, value] = payer.startsWith("@") ? [payee, amount] : [payer, -amount]
        found.set(`${kind} ${member}`, (found.get(`${kind} ${member}`) ?? 0n) + value)
      }
      const sums = naiveSums(inputs, (component, time) => (component === 1 ? 60_000 : isNight(time) ? night : 250_000))
      expect([...found].filter(([, amount]) => amount !== 0n).sort()).toEqual([...sums].sort())
    }),
    runs(150)
  )
})

const bookings = (inputs: CommunityInputs): Array<Booking> => {
  const result = settleCommunity(inputs, on)
  return bookingsOf(result.entries, statementsOf(result))
}

const summed = (list: ReadonlyArray<Booking>): Array<[string, bigint]> => {
  const sums = new Map<string, bigint>()
  for (const { amount, energyWh: _, ...name } of list) {
    const key = JSON.stringify([name.payer, name.payee, name.kind, name.label, name.payerPoint, name.payeePoint])
    sums.set(key, (sums.get(key) ?? 0n) + amount)
  }
  return [...sums].filter(([, amount]) => amount !== 0n).sort()
}

it("corrections in any order have one outcome, and all postings together are the last version's", () => {
  const corrections = fc.array(fc.tuple(fc.nat(), fc.nat(5_000)), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(anyCommunity, corrections, fc.infiniteStream(fc.nat()), (inputs, wished, order) => {
      // Each correction concerns another value, so that their order cannot matter.
      const byPlace = new Map(wished.map(([place, wh]) => [place % inputs.intervals.values.length, wh]))
      const play = (places: ReadonlyArray<number>): Array<Booking> => {
        const values = inputs.intervals.values.slice()
        const posted = [...bookings(inputs)]
        let before = bookings(inputs)
        for (const place of places) {
          values[place] = byPlace.get(place)!
          const now = bookings({ ...inputs, intervals: { ...inputs.intervals, values } })
          posted.push(...deltaOf(before, now))
          before = now
        }
        expect(summed(posted)).toEqual(summed(before))
        return posted
      }
      const places = [...byPlace.keys()]
      const ranks = places.map(() => order.next().value as number)
      const turned = places.map((place, index) => ({ place, rank: ranks[index]! })).sort((left, right) => left.rank - right.rank).map(({ place }) => place)
      expect(summed(play(turned))).toEqual(summed(play(places)))
    }),
    runs(60)
  )
})

const received = (key: typeof dynamicKey, offered: ReadonlyArray<number>, wanted: ReadonlyArray<number>): ReadonlyArray<number> => {
  const sharing = makeSharing(offered.length, wanted.length)
  sharing.offeredWh.set(offered)
  sharing.wantedWh.set(wanted)
  key(sharing, 0)
  return [...sharing.receivedWh]
}

it("who consumes more gets no less: exactly by a static key, by a dynamic one to the Wh of rounding", () => {
  const lists = fc.tuple(fc.array(energyWh, { minLength: 1, maxLength: 4 }), fc.array(energyWh, { minLength: 1, maxLength: 6 }), fc.nat(), fc.nat(10_000))
  fc.assert(
    fc.property(lists, ([offered, wanted, place, more]) => {
      const who = place % wanted.length
      const greedy = wanted.map((wh, index) => (index === who ? wh + more : wh))
      const fixed = staticKey(constantCoefficients(wanted.map(() => Math.floor(1_000_000 / wanted.length))))
      expect(received(fixed, offered, greedy)[who]!).toBeGreaterThanOrEqual(received(fixed, offered, wanted)[who]!)
      expect(received(dynamicKey, offered, greedy)[who]!).toBeGreaterThanOrEqual(received(dynamicKey, offered, wanted)[who]! - 1)
      // A static share depends on nobody else's consumption.
      for (const [index, wh] of received(fixed, offered, greedy).entries()) if (index !== who) expect(wh).toBe(received(fixed, offered, wanted)[index])
    }),
    runs(1_000)
  )
})

it("ten thousand members", () => {
  const names = Array.from({ length: 10_000 }, (_, place) => `p${String(place).padStart(5, "0")}`)
  const rules = villageRules([poolStep])
  const members = names.map((meteringPoint, place) => ({ member: `m${place}`, points: [{ meteringPoint, area: "north", direction: place % 10 === 0 ? ("injection" as const) : ("withdrawal" as const) }] }))
  const intervals = intervalsOf(["2016-03-27"], names, (point, index) => (Number(point.slice(1)) * 31 + index * 17) % 997)
  const result = settleCommunity(villageInputs({}, { rules: { ...rules, members }, intervals }), on)
  expect(result.points.length).toBe(10_000)
  for (const { injectedWh, withdrawnWh, sharedWh } of result.periods) expect(sharedWh).toBe(Math.min(injectedWh, withdrawnWh))
  expect(statementsOf(result).length).toBe(10_000)
})
