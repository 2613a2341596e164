import { MAX_PRICE } from "../../../../engine/core/quantity/money.ts"
import { MAX_WATT_HOURS } from "../../../../engine/core/quantity/energy.ts"
import { WHOLE } from "../../../../engine/core/allocation/keys/static.ts"
import type { CoefficientAt, SettledTrade } from "../../../../engine/core/settlement/community/community-inputs.ts"
import type { OfficialAllocation, OfficialRow } from "../../../../engine/core/settlement/community/official.ts"
import type { SeriesAt } from "../../../../engine/core/tariff/price-rule.ts"
import { Table } from "./table.ts"

/** Trades: `tradeId`, `utc` of the delivery period, `buyPoint`, `sellPoint`, `price` (micro-units per kWh), `quantityWh`; in the order in which they were made. `known` are the metering points that have a member. */
export const readTrades = (file: string, bytes: Uint8Array, known?: ReadonlySet<string>): Array<SettledTrade> => {
  const table = new Table(file, bytes)
  const [id, utc, buy, sell, price, quantity] = ["tradeId", "utc", "buyPoint", "sellPoint", "price", "quantityWh"].map((name) => table.column(name)) as [number, number, number, number, number, number]
  const seen = new Set<string>()
  return table.rows((cells, row) => {
    const tradeId = cells[id]!
    if (tradeId === "" || seen.has(tradeId)) throw table.problem(row, id, tradeId === "" ? "a trade without id" : `trade ${tradeId} stands twice`)
    seen.add(tradeId)
    for (const place of [buy, sell]) if (known?.has(cells[place]!) === false) throw table.problem(row, place, `${cells[place]} is no metering point of a member`)
    return {
      tradeId,
      period: table.time(row, utc, cells[utc]!),
      buyPoint: cells[buy]!,
      sellPoint: cells[sell]!,
      price: table.whole(row, price, cells[price]!, -MAX_PRICE, MAX_PRICE),
      quantity: table.whole(row, quantity, cells[quantity]!, 1, MAX_WATT_HOURS)
    }
  })
}

/** Prices: `utc`, then one column for each series, in micro-units per kWh; an empty cell is no price. */
export const readPrices = (file: string, bytes: Uint8Array): SeriesAt => {
  const table = new Table(file, bytes)
  const utc = table.column("utc")
  const columns = table.header.flatMap((name, place) => (place === utc || name === "local" ? [] : [{ name, place: table.column(name) }]))
  const series = new Map(columns.map(({ name }) => [name, new Map<number, number>()]))
  table.eachRow((cells, row) => {
    const time = table.time(row, utc, cells[utc]!)
    for (const { name, place } of columns) {
      if (cells[place] === "") continue
      if (series.get(name)!.has(time)) throw table.problem(row, utc, "the period stands twice")
      series.get(name)!.set(time, table.whole(row, place, cells[place]!, -MAX_PRICE, MAX_PRICE))
    }
  })
  return (name, time) => series.get(name)?.get(time)
}

/** Coefficients: `utc`, `producer` (empty for a key by consumer alone), `consumer`, `partsPerMillion`. */
export const readCoefficients = (file: string, bytes: Uint8Array): CoefficientAt => {
  const table = new Table(file, bytes)
  const [utc, producer, consumer, parts] = ["utc", "producer", "consumer", "partsPerMillion"].map((name) => table.column(name)) as [number, number, number, number]
  const found = new Map<string, number>()
  table.eachRow((cells, row) => {
    const key = `${table.time(row, utc, cells[utc]!)}\n${cells[producer]}\n${cells[consumer]}`
    if (found.has(key)) throw table.problem(row, consumer, "this coefficient stands twice")
    found.set(key, table.whole(row, parts, cells[parts]!, 0, WHOLE))
  })
  return (time, from, to) => found.get(`${time}\n${from}\n${to}`)
}

/** An official allocation: `utc`, `meteringPoint`, `sharedWh`, and maybe `energyWh`, the value it was made by. */
export const readOfficial = (file: string, bytes: Uint8Array): OfficialAllocation => {
  const table = new Table(file, bytes)
  const [utc, point, shared] = ["utc", "meteringPoint", "sharedWh"].map((name) => table.column(name)) as [number, number, number]
  const energy = table.header.indexOf("energyWh")
  const rows = new Map<string, OfficialRow>()
  table.eachRow((cells, row) => {
    const [time, meteringPoint] = [table.time(row, utc, cells[utc]!), cells[point]!]
    const key = `${time}\n${meteringPoint}`
    if (rows.has(key)) throw table.problem(row, point, "the period has a value of this metering point already")
    const metered = energy === -1 || cells[energy] === "" ? undefined : table.whole(row, energy, cells[energy]!, 0, MAX_WATT_HOURS)
    rows.set(key, { time, meteringPoint, sharedWh: table.whole(row, shared, cells[shared]!, 0, MAX_WATT_HOURS), energyWh: metered })
  })
  return { at: (time, meteringPoint) => rows.get(`${time}\n${meteringPoint}`), rows: [...rows.values()] }
}
