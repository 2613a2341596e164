import fc from "fast-check"
import type { MeteredPoint } from "../../engine/core/allocation/allocate-period.ts"
import type { Trade } from "../../engine/core/market/order.ts"
import type { RunInputs } from "../../engine/core/settlement/run-inputs.ts"
import { periodsOfNotableDay } from "./calendar.ts"
import { energyWh, tickPrice } from "./quantity.ts"
import { tariff } from "./tariff.ts"

/** Points of a few members, ordered by id; a member may have several, of both directions. */
export const meteredPoints: fc.Arbitrary<Array<MeteredPoint>> = fc
  .array(fc.record({ member: fc.integer({ min: 1, max: 4 }), injection: fc.boolean(), energyWh }), { maxLength: 8 })
  .map((points) =>
    points.map(({ member, injection, energyWh }, index) => ({
      meteringPoint: `point-${index}`,
      member: `member-${member}`,
      direction: injection ? "injection" : "withdrawal",
      energyWh
    }))
  )

type Wish = { readonly sell: number; readonly buy: number; readonly price: number; readonly quantity: number }
const wishes: fc.Arbitrary<Array<Wish>> = fc.array(
  fc.record({ sell: fc.nat(7), buy: fc.nat(7), price: tickPrice, quantity: energyWh.map((wh) => wh + 1) }),
  { maxLength: 8 }
)

type Place = Pick<MeteredPoint, "meteringPoint" | "member" | "direction">

/** Trades between points of different members, one from each wish that finds both sides. */
const tradesFrom = (points: ReadonlyArray<Place>, wanted: ReadonlyArray<Wish>, period: number, firstTrade: number): Array<Trade> => {
  const sellers = points.filter(({ direction }) => direction === "injection")
  const buyers = points.filter(({ direction }) => direction === "withdrawal")
  return wanted.flatMap(({ sell, buy, price, quantity }, index) => {
    const seller = sellers[sell % Math.max(1, sellers.length)]
    const buyer = buyers[buy % Math.max(1, buyers.length)]
    if (seller === undefined || buyer === undefined || seller.member === buyer.member) return []
    const tradeId = firstTrade + index
    const [buyOrder, sellOrder] = [2 * tradeId, 2 * tradeId + 1]
    const sides = { buyPoint: buyer.meteringPoint, sellPoint: seller.meteringPoint, buyer: buyer.member, seller: seller.member }
    return [{ tradeId, period, community: "sun", buyOrder, sellOrder, ...sides, price, quantity }]
  })
}

/** One period of one community: what its points metered and what its members had traded. */
export const tradedPeriod: fc.Arbitrary<{ readonly points: Array<MeteredPoint>; readonly trades: Array<Trade> }> = fc
  .tuple(meteredPoints, wishes)
  .map(([points, wanted]) => ({ points, trades: tradesFrom(points, wanted, 900, 1) }))

const inputsOver = (periods: ReadonlyArray<number>): fc.Arbitrary<RunInputs> =>
  fc
    .tuple(
      tariff,
      meteredPoints,
      fc.array(energyWh, { minLength: 1, maxLength: 20 }),
      fc.array(fc.tuple(fc.nat(periods.length - 1), wishes), { maxLength: 4 }),
      fc.nat(1_000)
    )
    .map(([prices, points, energies, dealt, logPosition]) => {
      const byPeriod = new Map(dealt.map(([index, wanted]) => [index, wanted]))
      let tradeId = 1
      const trades = [...byPeriod.keys()].toSorted((a, b) => a - b).flatMap((index) => {
        const made = tradesFrom(points, byPeriod.get(index)!, periods[index]!, tradeId)
        tradeId += 8
        return made
      })
      const valuesOf = (place: number) =>
        periods.map((_, index) => ({ energyWh: energies[(index * 7 + place * 3) % energies.length]!, quality: "measured" as const, version: 1 }))
      return {
        area: "area",
        community: "sun",
        settlementPeriod: "2016-03-27",
        version: 1,
        logPosition,
        tariff: prices,
        periods: [...periods],
        points: points.map(({ meteringPoint, member, direction }, place) => ({ meteringPoint, member, direction, values: valuesOf(place) })),
        trades,
        previous: undefined
      }
    })

/** Inputs of a run over a whole local day of 92, 96 or 100 periods. */
export const dayInputs: fc.Arbitrary<RunInputs> = periodsOfNotableDay.chain(inputsOver)

/** Inputs of a run over a few periods, for laws that want many cases. */
export const shortInputs: fc.Arbitrary<RunInputs> = fc.integer({ min: 1, max: 4 }).chain((count) => inputsOver(Array.from({ length: count }, (_, index) => 900 * (index + 1))))
