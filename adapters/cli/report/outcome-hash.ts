import { createHash } from "node:crypto"
import type pg from "pg"

/** What counts as outcome, each in canonical order; no keys, signatures, salts, sequences, offsets, run ids or receipts. */
const OUTCOME: ReadonlyArray<readonly [name: string, sql: string]> = [
  [
    "interval-value",
    `select metering_point, period, version, energy_wh, quality from interval_value where area = $1
     order by metering_point collate "C", period, version`
  ],
  ["order", "select order_id, period, metering_point, side, price, quantity from market_order where area = $1 order by order_id"],
  [
    "trade",
    `select trade_id, period, community, buy_order, sell_order, buy_point, sell_point, price, quantity, delivered_wh, seller_shortfall_wh,
     buyer_excess_wh from trade where area = $1 order by trade_id`
  ],
  [
    "posting",
    `select r.community, r.settlement_period, r.version, p.line, p.entry, p.period, p.kind, p.holder, p.metering_point, p.energy_wh, p.amount
     from posting p join run r on r.area = p.area and r.run_id = p.run_id where p.area = $1 and r.position is not null
     order by r.community collate "C", r.settlement_period collate "C", r.version, p.line`
  ],
  [
    "position",
    `select r.community, r.settlement_period, r.version, p.member, p.amount
     from run_position p join run r on r.area = p.area and r.run_id = p.run_id where p.area = $1 and r.position is not null
     order by r.community collate "C", r.settlement_period collate "C", r.version, p.member collate "C"`
  ]
]

/** SHA-256 over the outcome of an area: equal between profiles, after kill -9, and for every order of arrival (design, decision 4). */
export const outcomeHash = async (pool: pg.Pool, area: string): Promise<string> => {
  const hash = createHash("sha256")
  for (const [name, sql] of OUTCOME) {
    const { rows } = await pool.query({ text: sql, values: [area], rowMode: "array" })
    hash.update(`${name} ${rows.length}\n`)
    for (const row of rows) hash.update(`${JSON.stringify(row)}\n`)
  }
  return hash.digest("hex")
}
