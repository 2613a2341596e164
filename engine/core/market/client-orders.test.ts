import { expect, it } from "vitest"
import { checkClientOrder, forgetClientOrders, MOST_CLIENT_ORDERS, rememberClientOrder } from "./client-orders.ts"
import { emptyMarket, type MarketState } from "./market-state.ts"

const DAY = 86_400

/** `count` ids of a point for the period that starts at `period`. */
const remember = (market: MarketState, point: string, from: number, count: number, period: number): void => {
  for (let id = from; id < from + count; id++) rememberClientOrder(market, point, BigInt(id), id, period)
}

it("a metering point has 5,000 ids of its own, each until gate closure + 1 day", () => {
  const market = emptyMarket()
  remember(market, "roof", 0, 1, 900)
  remember(market, "roof", 1, MOST_CLIENT_ORDERS - 2, 1_800)
  expect(checkClientOrder(market, "roof", 5_000n)).toBe("Accepted")
  remember(market, "roof", 4_999, 1, 1_800)
  expect([checkClientOrder(market, "roof", 5_000n), checkClientOrder(market, "roof", 4_999n), checkClientOrder(market, "home", 5_000n)]).toEqual(["TooManyClientIds", "DuplicateId", "Accepted"])
  forgetClientOrders(market, 900 + DAY - 1)
  expect(checkClientOrder(market, "roof", 5_000n)).toBe("TooManyClientIds")
  forgetClientOrders(market, 900 + DAY)
  expect([checkClientOrder(market, "roof", 0n), checkClientOrder(market, "roof", 1n)]).toEqual(["Accepted", "DuplicateId"])
  remember(market, "roof", 5_000, 1, 1_800)
  expect(checkClientOrder(market, "roof", 5_001n)).toBe("TooManyClientIds")
  forgetClientOrders(market, 1_800 + DAY)
  expect(market.clientOrders.size).toBe(0)
  remember(market, "roof", 0, MOST_CLIENT_ORDERS - 1, 2_700)
  expect(checkClientOrder(market, "roof", 5_000n)).toBe("Accepted")
  remember(market, "roof", 5_000, 1, 2_700)
  expect(checkClientOrder(market, "roof", 5_001n)).toBe("TooManyClientIds")
})

it("ids are counted anew where the state was restored", () => {
  const market = emptyMarket()
  remember(market, "roof", 0, MOST_CLIENT_ORDERS, 900)
  remember(market, "home", 0, 1, 900)
  const restored: MarketState = { ...market, clientOrders: new Map(market.clientOrders) }
  expect([checkClientOrder(restored, "roof", 5_000n), checkClientOrder(restored, "home", 5_000n)]).toEqual(["TooManyClientIds", "Accepted"])
  const fewer: MarketState = { ...market, clientOrders: new Map([...market.clientOrders].slice(1)) }
  expect(checkClientOrder(fewer, "roof", 5_000n)).toBe("Accepted")
})
