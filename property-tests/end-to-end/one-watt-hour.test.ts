import { readFileSync } from "node:fs"
import { join } from "node:path"
import type pg from "pg"
import { afterAll, describe, expect, it } from "vitest"
import type { Figures } from "../../adapters/cli/report/figures.ts"
import { deliverNaively, matchNaively, type NaiveEnergy, type NaiveOrder, type NaiveTrade } from "../models/naive-matcher.ts"
import { removeDataFolder } from "./harness/data-folder.ts"
import { withDatabase } from "./harness/database.ts"
import { emptyFolder, repository, settle } from "./harness/market-process.ts"
import { demoArguments, deriveWorld, periods, type WorldJson } from "./harness/worlds.ts"

/*
 * A second opinion on a whole run: what follows reads the feeder's CSV and the database by code of its own and shares
 * none with the engine.
 */

/** 2016-03-26 00:00 in Central Europe is 23:00 UTC of the day before. */
const firstRow = "2016-03-25T23:00Z"

interface PeriodEnergy {
  readonly withdrawn: number
  readonly injected: number
}

/** Wh of all loads and of all generators (PV and batteries, which only discharge in these data), row by row. */
const energyByCsv = (): Array<PeriodEnergy> => {
  const lines = readFileSync(join(repository, "infra/demo/feeders/semiurb4/energy_wh_15min.csv"), "utf8").trimEnd().split("\n")
  const header = lines[0]!.split(",")
  const begin = lines.findIndex((line) => line.startsWith(`${firstRow},`))
  return lines.slice(begin, begin + periods).map((line) => {
    const sums = { withdrawn: 0, injected: 0 }
    for (const [index, cell] of line.split(",").entries()) {
      if (header[index]!.startsWith("load")) sums.withdrawn += Number(cell)
      if (/^(pv|bat)/.test(header[index]!)) sums.injected += Math.abs(Number(cell))
    }
    return sums
  })
}

const sum = (numbers: Iterable<number>): number => {
  let total = 0
  for (const one of numbers) total += one
  return total
}

/** What an auditor reads from the database. */
interface Found {
  readonly figures: Figures
  readonly perPeriod: ReadonlyArray<{ readonly period: number; readonly injected: number; readonly withdrawn: number; readonly traded: number; readonly shared: number }>
  readonly metered: ReadonlyArray<{ readonly period: number; readonly direction: string; readonly energy: number }>
  readonly orders: ReadonlyArray<NaiveOrder>
  readonly energies: ReadonlyArray<NaiveEnergy>
  readonly trades: ReadonlyArray<NaiveTrade & { readonly deliveredWh: number | null }>
}

const ask = async <A>(pool: pg.Pool, sql: string): Promise<ReadonlyArray<A>> => (await pool.query(sql)).rows as ReadonlyArray<A>

const readAll = async (pool: pg.Pool, figures: Figures): Promise<Found> => ({
  figures,
  perPeriod: await ask(pool, "select period, injected_wh as injected, withdrawn_wh as withdrawn, traded_wh as traded, shared_wh as shared from delivery_period order by period"),
  metered: await ask(
    pool,
    `select v.period, p.direction, sum(v.energy_wh)::bigint as energy from interval_value v join metering_point p using (area, metering_point)
     where v.version = (select max(version) from interval_value n where n.metering_point = v.metering_point and n.period = v.period)
     group by v.period, p.direction order by v.period`
  ),
  orders: await ask(
    pool,
    `select order_id as "orderId", period, metering_point as "meteringPoint", member, side, price, quantity from market_order order by order_id`
  ),
  energies: await ask(pool, `select metering_point as "meteringPoint", period, energy_wh as "energyWh" from interval_value order by period, version`),
  trades: await ask(
    pool,
    `select trade_id as "tradeId", period, buy_order as "buyOrder", sell_order as "sellOrder", buy_point as "buyPoint", sell_point as "sellPoint",
     buyer, seller, price, quantity, delivered_wh as "deliveredWh" from trade order by trade_id`
  )
})

const folders: Array<string> = []
afterAll(() => Promise.all(folders.map(removeDataFolder)))

/** Runs the two days in a world in which every device counts single Wh, and reads what came of it. */
const runOneWattHour = async (name: string, change: (world: WorldJson) => void): Promise<Found> => {
  const data = emptyFolder(name)
  folders.push(data)
  const world = deriveWorld(data, (world) => {
    for (const point of world.members.flatMap((member) => member.meteringPoints)) point.device = "schneider-iem3000"
    change(world)
  })
  const figures = await settle(data, periods, [...demoArguments, "--no-chain", "--world", world])
  return withDatabase(data, "embedded", (pool) => readAll(pool, figures))
}

/** All that must hold in a 1 Wh world, whatever its prices. */
const check = ({ figures, perPeriod, metered, orders, energies, trades }: Found): void => {
  const csv = energyByCsv()
  expect(csv).toHaveLength(periods)
  expect(sum(csv.map(({ withdrawn }) => withdrawn))).toBe(1_872_667)
  expect(sum(csv.map(({ injected }) => injected))).toBe(2_436_212)
  expect(perPeriod.map(({ withdrawn, injected }) => ({ withdrawn, injected }))).toEqual(csv)
  for (const direction of ["withdrawal", "injection"] as const) {
    const column = direction === "withdrawal" ? "withdrawn" : "injected"
    expect(metered.filter((row) => row.direction === direction).map(({ energy }) => energy), direction).toEqual(csv.map((row) => row[column]))
  }
  // What stays in the community is, period by period, the smaller of what it used and what it made.
  expect(perPeriod.map(({ traded, shared }) => traded + shared)).toEqual(csv.map(({ withdrawn, injected }) => Math.min(withdrawn, injected)))
  expect(figures.energyTradedWh + figures.energySharedWh).toBe(1_039_903)
  expect(figures.energyTradedWh).toBe(sum(perPeriod.map(({ traded }) => traded)))
  expect(figures.energySharedWh).toBe(sum(perPeriod.map(({ shared }) => shared)))
  expect(figures.residualWh).toBe(1_872_667 - 1_039_903)
  expect(figures.feedInWh).toBe(2_436_212 - 1_039_903)
  expect(figures).toMatchObject({ energyErrorWh: 0, moneyError: 0, orders: orders.length, trades: trades.length })

  const matched = matchNaively(orders)
  expect(matched.length).toBeGreaterThan(1_000)
  expect(trades).toMatchObject(matched)
  // The book of the period after the last is open already: its trades wait for their meters.
  const closed = new Set(perPeriod.map(({ period }) => period))
  const delivered = deliverNaively(matched.filter(({ period }) => closed.has(period)), energies)
  const settled = trades.filter(({ period }) => closed.has(period)).map(({ tradeId, deliveredWh }) => ({ tradeId, deliveredWh }))
  expect(settled).toEqual(delivered)
  expect(trades.filter(({ period }) => !closed.has(period)).every(({ deliveredWh }) => deliveredWh === null)).toBe(true)
  expect(sum(delivered.map(({ deliveredWh }) => deliveredWh))).toBe(figures.energyTradedWh)
}

describe("a world in which every device counts single Wh", () => {
  it("keeps 1,039,903 Wh in the community, and trades as the naive matcher does", async () => {
    check(await runOneWattHour("one-watt-hour", () => undefined))
  })

  it("does so with other keys and limit prices that meet each other otherwise", async () => {
    const found = await runOneWattHour("one-watt-hour-other", (world) => {
      world.seed = "another seed"
      for (const [index, point] of world.members.flatMap((member) => member.meteringPoints).entries()) {
        // A few prices only, so that time decides often; every fifth seller asks more than most buyers pay.
        point.limitPrice = point.direction === "withdrawal" ? 150_000 + (index % 4) * 10_000 : index % 5 === 0 ? 175_000 : 90_000 + (index % 2) * 70_000
      }
    })
    check(found)
    expect(new Set(found.trades.map(({ price }) => price)).size).toBeGreaterThan(2)
  })
})
