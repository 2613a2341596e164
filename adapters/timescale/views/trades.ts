import { Effect } from "effect"
import type pg from "pg"
import type { Trade, Views } from "../../../engine/service/ports/driven/views.ts"
import { ask, toNumber, toNumberOrNull } from "./ask.ts"

const columns = `trade_id, period, community, seller, sell_point, buyer, buy_point, price, quantity, market_time,
  delivered_wh, seller_shortfall_wh, buyer_excess_wh`
const newestFirst = `select ${columns} from trade where area = $1 order by trade_id desc limit $2`
const after = `select ${columns} from trade where area = $1 and trade_id > $2 order by trade_id limit $3`

type Row = Record<"trade_id" | "period" | "community" | "seller" | "sell_point" | "buyer" | "buy_point" | "quantity" | "market_time", string> &
  Record<"delivered_wh" | "seller_shortfall_wh" | "buyer_excess_wh", string | null> & { readonly price: number }

const toTrade = (row: Row): Trade => ({
  tradeId: toNumber(row.trade_id),
  period: toNumber(row.period),
  community: row.community,
  seller: row.seller,
  sellPoint: row.sell_point,
  buyer: row.buyer,
  buyPoint: row.buy_point,
  price: row.price,
  quantity: toNumber(row.quantity),
  marketTime: toNumber(row.market_time),
  deliveredWh: toNumberOrNull(row.delivered_wh),
  sellerShortfallWh: toNumberOrNull(row.seller_shortfall_wh),
  buyerExcessWh: toNumberOrNull(row.buyer_excess_wh)
})

/** Answers {@link Views} `latestTrades`. */
export const latestTrades = (pool: pg.Pool): Views["Service"]["latestTrades"] => (area, limit) =>
  ask<Row>(pool, "latest trades", newestFirst, [area, limit]).pipe(Effect.map((rows) => rows.map(toTrade)))

/** Answers {@link Views} `tradesAfter`. */
export const tradesAfter = (pool: pg.Pool): Views["Service"]["tradesAfter"] => (area, tradeId, limit) =>
  ask<Row>(pool, "trades after", after, [area, tradeId, limit]).pipe(Effect.map((rows) => rows.map(toTrade)))
