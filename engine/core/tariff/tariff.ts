import { integer, kind, map, struct, text, type Infer, type ValueOf } from "../quantity/codec.ts"

/** Prices of a community in micro-units of currency per kWh. */
export const tariff = struct({
  /** What the supplier takes for a kWh beyond sharing. */
  residualSupplyPrice: integer,
  /** What the supplier pays for a kWh beyond sharing. */
  feedInPrice: integer,
  /** What members pay each other for a kWh that the sharing key allots. */
  sharingPrice: integer
})
export type Tariff = Infer<typeof tariff>

/** Opens a community, the unit of settlement, with its tariff. */
export const openCommunity = kind(201, "OpenCommunity", { community: text, tariff })
export type OpenCommunity = ValueOf<typeof openCommunity>

/** The community was opened. */
export const communityOpened = kind(201, "CommunityOpened", { community: text, tariff })

/** Communities of the area with the tariff in force. */
export const tariffState = map(text, tariff)
export type TariffState = Infer<typeof tariffState>

export type TariffVerdict = "Accepted" | "PriceOutOfBounds" | "PricesOutOfOrder"

/**
 * A tariff under which nobody gains by missing a trade: feed-in <= sharing <= residual supply, all within bounds.
 */
export const checkTariff = (candidate: Tariff, isPrice: (price: number) => boolean): TariffVerdict => {
  const { residualSupplyPrice, feedInPrice, sharingPrice } = candidate
  if (![residualSupplyPrice, feedInPrice, sharingPrice].every(isPrice)) return "PriceOutOfBounds"
  return feedInPrice <= sharingPrice && sharingPrice <= residualSupplyPrice ? "Accepted" : "PricesOutOfOrder"
}
