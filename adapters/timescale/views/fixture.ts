import type pg from "pg"

/** Local noon of 2016-06-15 in Vienna (10:00Z); P1 and P2 follow it. P0 and P1 are closed, P2 is open. */
export const P0 = 1465984800
export const P1 = P0 + 900
export const P2 = P1 + 900

/** A hash for fixtures: 32 times the same byte. */
export const hash = (byte: number): Buffer => Buffer.alloc(32, byte)

/** Inserts one row. Table and columns come from the tests themselves. */
export const insert = (pool: pg.Pool, table: string, row: Readonly<Record<string, unknown>>): Promise<unknown> => {
  const columns = Object.keys(row)
  return pool.query(`insert into ${table} (${columns.join(", ")}) values (${columns.map((_, index) => `$${index + 1}`).join(", ")})`, Object.values(row))
}

const A = "hollow"
const C = "sunny-lane"

/** A trade of the fixture's community; m-1 sells from I-1. */
export const insertTrade = (pool: pg.Pool, trade: { id: number; period: number; buyer: string; quantity: number; price: number; delivered?: number }): Promise<unknown> =>
  insert(pool, "trade", {
    area: A,
    trade_id: trade.id,
    period: trade.period,
    community: C,
    buy_order: trade.id * 2,
    sell_order: trade.id * 2 - 1,
    buy_point: trade.buyer.replace("m", "W"),
    sell_point: "I-1",
    buyer: trade.buyer,
    seller: "m-1",
    price: trade.price,
    quantity: trade.quantity,
    market_time: trade.period - 900,
    position: trade.id,
    ...(trade.delivered === undefined ? {} : { delivered_wh: trade.delivered, seller_shortfall_wh: 0, buyer_excess_wh: 0 })
  })

/**
 * A small community worked out by hand. m-1 injects at I-1 and withdraws at W-1; m-2 and m-3 withdraw.
 * P0: 1000 Wh injected, 100 + 400 + 250 withdrawn, 300 traded to m-2. Left 700 against 100 + 100 + 250: 450 shared, 250 fed in.
 * P1: 200 Wh injected, 300 + 100 + 400 withdrawn, 150 traded to m-3. Left 50 against 300 + 100 + 250 = 650:
 * 23.08, 7.69 and 19.23 make 23, 8 and 19 by largest remainder; 277 + 92 + 231 = 600 are residual supply.
 */
export const fillFixture = async (pool: pg.Pool): Promise<void> => {
  await insert(pool, "area", { area: A, time_zone: "Europe/Vienna" })
  await insert(pool, "area_head", { area: A, epoch: 1, next_position: 40, head_hash: hash(1), state_hash: "a".repeat(32), market_time: P2 })
  await insert(pool, "community", { area: A, community: C, residual_supply_price: 250_000, feed_in_price: 60_000, sharing_price: 110_000 })
  for (const member of ["m-1", "m-2", "m-3"]) await insert(pool, "member", { area: A, member, community: C })
  // Another area in the same tables must never show.
  await insert(pool, "member", { area: "elsewhere", member: "m-9", community: C })
  for (const [metering_point, member, direction] of [["W-1", "m-1", "withdrawal"], ["I-1", "m-1", "injection"], ["W-2", "m-2", "withdrawal"], ["W-3", "m-3", "withdrawal"]]) {
    await insert(pool, "metering_point", { area: A, metering_point, member, direction, position: 1 })
  }
  await fillMetering(pool)
  await insertTrade(pool, { id: 1, period: P0, buyer: "m-2", quantity: 300, price: 120_000, delivered: 300 })
  await insertTrade(pool, { id: 2, period: P1, buyer: "m-3", quantity: 150, price: 115_000, delivered: 150 })
  await insertTrade(pool, { id: 3, period: P2, buyer: "m-2", quantity: 80, price: 118_000 })
  for (const [period, injected_wh, withdrawn_wh, traded_wh, shared_wh] of [[P0 - 86_400, 900, 900, 900, 0], [P0, 1000, 750, 300, 450], [P1, 200, 800, 150, 50]]) {
    await insert(pool, "delivery_period", { area: A, community: C, period, injected_wh, withdrawn_wh, traded_wh, shared_wh, position: 2 })
  }
  await fillRuns(pool)
}

const fillMetering = async (pool: pg.Pool): Promise<void> => {
  for (const [metering_point, time, power_w] of [["I-1", P2 - 60, 3000], ["I-1", P2, 4200], ["W-1", P2, 350], ["W-2", P2 - 120, 1200]]) {
    await insert(pool, "reading", { area: A, metering_point, time, sequence: 1, register_wh: 1, power_w })
  }
  const values: ReadonlyArray<readonly [string, number, number, number, string]> = [
    ["I-1", P0, 1, 1000, "measured"], ["W-1", P0, 1, 100, "measured"], ["W-2", P0, 1, 300, "substitute"], ["W-2", P0, 2, 400, "measured"], ["W-3", P0, 1, 250, "measured"],
    ["I-1", P1, 1, 200, "measured"], ["W-1", P1, 1, 300, "measured"], ["W-2", P1, 1, 100, "calculated"], ["W-3", P1, 1, 400, "measured"]
  ]
  for (const [metering_point, period, version, energy_wh, quality] of values) {
    await insert(pool, "interval_value", { area: A, metering_point, period, version, energy_wh, quality, position: 3 })
  }
}

/** A correction of 2016-06-13, whose one period ends there: an operator set m-2's 300 Wh to 100. */
export const fillCorrection = async (pool: pg.Pool): Promise<void> => {
  const period = P0 - 86_400
  const day = { area: A, community: C, settlement_period: "2016-06-13" }
  const value = { area: A, metering_point: "W-2", period }
  await insert(pool, "interval_value", { ...value, version: 1, energy_wh: 300, quality: "measured", position: 3 })
  await insert(pool, "interval_value", { ...value, version: 2, energy_wh: 100, quality: "substitute", position: 25 })
  await insert(pool, "interval_edit", { ...value, version: 2, before_wh: 300, after_wh: 100, who: "erika", why: "read at the meter", position: 25 })
  for (const [version, position] of [[1, 9], [2, 29]]) await insert(pool, "run_due", { ...day, version, start_time: period, end_time: period + 900, position })
  await insert(pool, "run", { ...day, run_id: hash(0x13), version: 2, inputs_hash: hash(0x1b), result_hash: hash(0x2b), root: hash(0xef), position: 30 })
  await insert(pool, "batch", { ...day, run_id: hash(0x13), version: 2, log_position: 30, log_head_hash: hash(0x3b), root: hash(0xef), status: "waiting" })
  const line = { area: A, run_id: hash(0x13), member: "m-2", metering_point: "W-2" }
  await insert(pool, "statement_line", { ...line, line: 0, kind: "residual-supply", energy_wh: -150, amount: "37500000" })
  await insert(pool, "statement_line", { ...line, line: 1, kind: "sharing", energy_wh: -50, amount: "5500000" })
}

/** Two recorded runs, one anchored and one waiting, and one run that nobody has recorded yet. */
const fillRuns = async (pool: pg.Pool): Promise<void> => {
  const run = { area: A, community: C, inputs_hash: hash(0x1a), result_hash: hash(0x2a), root: hash(0xee) }
  await insert(pool, "run", { ...run, run_id: hash(0x10), settlement_period: "2016-06-13", version: 1, position: 10 })
  await insert(pool, "run", { ...run, run_id: hash(0x11), settlement_period: "2016-06-14", version: 1, position: 20 })
  await insert(pool, "run", { ...run, run_id: hash(0x12), settlement_period: "2016-06-14", version: 2, position: null })
  const batch = { area: A, community: C, version: 1, log_head_hash: hash(0x3a), root: hash(0xee) }
  await insert(pool, "batch", { ...batch, settlement_period: "2016-06-13", run_id: hash(0x10), log_position: 10, status: "anchored", transaction: hash(0xab), height: 1234 })
  await insert(pool, "batch", { ...batch, settlement_period: "2016-06-14", run_id: hash(0x11), log_position: 20, status: "waiting" })
  const period = P0 - 86_400
  await insert(pool, "public_row", { area: A, run_id: hash(0x10), period, injected_wh: 900, withdrawn_wh: 900, shared_wh: 0, traded_wh: 900, last_price: 117_000, members: null })
  await insert(pool, "public_row", { area: A, run_id: hash(0x10), period: period + 900, injected_wh: 10, withdrawn_wh: 20, shared_wh: 10, traded_wh: 0, last_price: null, members: 6 })
  const line = { area: A, member: "m-2", metering_point: "W-2" }
  await insert(pool, "statement_line", { ...line, run_id: hash(0x11), line: 0, kind: "market", energy_wh: 900, amount: "-105300000" })
  await insert(pool, "statement_line", { ...line, run_id: hash(0x11), line: 1, kind: "residual-supply", energy_wh: 400, amount: "-9007199254740993" })
  await insert(pool, "statement_line", { ...line, run_id: hash(0x12), line: 0, kind: "market", energy_wh: 1, amount: "-1" })
}
