/** Types of the JSON that the API speaks, for browsers: types only, so that no schema code is bundled. */
export type { BatchDetail, BatchView, DataQuality, DeliveryPeriod, Interval, Member, Overview, PublicRowView, RunChanges, Statement, Trade } from "../../../engine/service/ports/driven/views.ts"
export type { Status } from "../../../engine/service/ports/driving/market-status.ts"
