import { Context, Schema, type Effect } from "effect"
import type { LocalDay } from "../../../core/calendar/local-day.ts"

/** The database that holds the views did not answer. */
export class ViewsUnavailable extends Schema.TaggedError<ViewsUnavailable>()("ViewsUnavailable", {
  question: Schema.String,
  cause: Schema.Defect()
}) {}

/*
 * Shapes of the answers. Times are seconds since 1970, energy is Wh, prices are micro-units of currency per kWh,
 * sums of money are nano-units in decimal digits, hashes are hexadecimal. `null` says: not known (yet).
 */

const Direction = Schema.Literals(["withdrawal", "injection"])
const Quality = Schema.Literals(["measured", "calculated", "substitute", "provisional", "missing"])
const PostingKind = Schema.Literals(["market", "imbalance", "sharing", "residual-supply", "feed-in"])

/** What happens now, and what the delivery periods of today that are closed came to. */
export const Overview = Schema.Struct({
  area: Schema.String,
  marketTime: Schema.Number,
  day: Schema.String,
  power: Schema.Struct({
    injectedW: Schema.Number,
    withdrawnW: Schema.Number,
    /** Time of the newest reading, and number of metering points that have one. */
    time: Schema.NullOr(Schema.Number),
    meteringPoints: Schema.Number
  }),
  today: Schema.Struct({
    closedPeriods: Schema.Number,
    injectedWh: Schema.Number,
    withdrawnWh: Schema.Number,
    tradedWh: Schema.Number,
    sharedWh: Schema.Number,
    residualSupplyWh: Schema.Number,
    feedInWh: Schema.Number,
    /** Trades for delivery periods of today. */
    trades: Schema.Number
  }),
  /** Trades since the area was opened. */
  trades: Schema.Number
})
export type Overview = typeof Overview.Type

/** A trade; the last three are known once its delivery period is closed. */
export const Trade = Schema.Struct({
  tradeId: Schema.Number,
  period: Schema.Number,
  community: Schema.String,
  seller: Schema.String,
  sellPoint: Schema.String,
  buyer: Schema.String,
  buyPoint: Schema.String,
  price: Schema.Number,
  quantity: Schema.Number,
  /** Market time at which it was made. */
  marketTime: Schema.Number,
  deliveredWh: Schema.NullOr(Schema.Number),
  sellerShortfallWh: Schema.NullOr(Schema.Number),
  buyerExcessWh: Schema.NullOr(Schema.Number)
})
export type Trade = typeof Trade.Type

/** A member and the metering points that are the member's. */
export const Member = Schema.Struct({
  member: Schema.String,
  community: Schema.String,
  meteringPoints: Schema.Array(Schema.Struct({ meteringPoint: Schema.String, direction: Direction }))
})
export type Member = typeof Member.Type

/** One metering point in one delivery period: energy = traded + shared + beyond, once the period is closed. */
export const Interval = Schema.Struct({
  meteringPoint: Schema.String,
  direction: Direction,
  period: Schema.Number,
  energyWh: Schema.NullOr(Schema.Number),
  quality: Schema.NullOr(Quality),
  version: Schema.NullOr(Schema.Number),
  /** Bought or sold in the book, delivered or not. */
  contractedWh: Schema.Number,
  tradedWh: Schema.NullOr(Schema.Number),
  sharedWh: Schema.NullOr(Schema.Number),
  /** Residual supply of a withdrawal, feed-in of an injection. */
  beyondWh: Schema.NullOr(Schema.Number)
})
export type Interval = typeof Interval.Type

/** How good the data of a metering point is: of one day by period, and everything that went wrong so far by reason. */
export const DataQuality = Schema.Struct({
  meteringPoint: Schema.String,
  member: Schema.String,
  direction: Direction,
  /** Whose word counts in the end. */
  source: Schema.Literals(["device", "official"]),
  retiredAt: Schema.NullOr(Schema.Number),
  lastReading: Schema.NullOr(Schema.Number),
  /** How far the device's clock was off market time when it was last asked. */
  clockOffset: Schema.NullOr(Schema.Struct({ time: Schema.Number, seconds: Schema.Number })),
  /** Periods of the day by the quality of their newest version; absent: past, and without any value yet. */
  periods: Schema.Struct({
    measured: Schema.Number,
    calculated: Schema.Number,
    provisional: Schema.Number,
    substitute: Schema.Number,
    missing: Schema.Number,
    absent: Schema.Number
  }),
  issues: Schema.Array(
    Schema.Struct({
      category: Schema.Literals(["refused", "gap", "register", "flag", "estimated", "gateway", "withheld", "clock"]),
      reason: Schema.String,
      count: Schema.Number,
      /** Position in the log of the last one. */
      lastPosition: Schema.Number
    })
  )
})
export type DataQuality = typeof DataQuality.Type

/** A version of an interval value, with why it is looked at twice, how it was estimated, and who edited it. */
export const IntervalVersion = Schema.Struct({
  period: Schema.Number,
  version: Schema.Number,
  energyWh: Schema.Number,
  quality: Quality,
  flags: Schema.Array(Schema.String),
  method: Schema.NullOr(Schema.String),
  edit: Schema.NullOr(Schema.Struct({ who: Schema.String, why: Schema.String }))
})
export type IntervalVersion = typeof IntervalVersion.Type

/** A closed delivery period of a community. */
export const DeliveryPeriod = Schema.Struct({
  community: Schema.String,
  period: Schema.Number,
  injectedWh: Schema.Number,
  withdrawnWh: Schema.Number,
  tradedWh: Schema.Number,
  sharedWh: Schema.Number,
  residualSupplyWh: Schema.Number,
  feedInWh: Schema.Number
})
export type DeliveryPeriod = typeof DeliveryPeriod.Type

/** A recorded run's batch and where it stands on the way to the chain. */
export const BatchView = Schema.Struct({
  /** `community/settlement period/version`: stable and unique. */
  batchId: Schema.String,
  community: Schema.String,
  settlementPeriod: Schema.String,
  version: Schema.Number,
  status: Schema.Literals(["waiting", "submitted", "anchored"]),
  transaction: Schema.NullOr(Schema.String),
  height: Schema.NullOr(Schema.Number),
  root: Schema.String,
  runId: Schema.String,
  inputsHash: Schema.NullOr(Schema.String),
  resultHash: Schema.NullOr(Schema.String),
  logPosition: Schema.Number,
  logHeadHash: Schema.String
})
export type BatchView = typeof BatchView.Type

/** What everybody may know of one delivery period of a batch. */
export const PublicRowView = Schema.Struct({
  period: Schema.Number,
  injectedWh: Schema.Number,
  withdrawnWh: Schema.Number,
  sharedWh: Schema.Number,
  tradedWh: Schema.Number,
  lastPrice: Schema.NullOr(Schema.Number),
  members: Schema.NullOr(Schema.Number)
})
export type PublicRowView = typeof PublicRowView.Type

/** A batch with its public rows. */
export const BatchDetail = Schema.Struct({ batch: BatchView, publicRows: Schema.Array(PublicRowView) })
export type BatchDetail = typeof BatchDetail.Type

const StatementLine = Schema.Struct({ meteringPoint: Schema.String, kind: PostingKind, energyWh: Schema.Number, amount: Schema.String })

/**
 * A member's lines of a settlement period as they stand after all recorded versions, and what each version posted: the
 * first all of it, the later ones differences. Positive amounts are in the member's favour; a total is the sum of its lines.
 */
export const Statement = Schema.Struct({
  member: Schema.String,
  community: Schema.String,
  settlementPeriod: Schema.String,
  /** Of the newest version. */
  version: Schema.Number,
  runId: Schema.String,
  lines: Schema.Array(StatementLine),
  total: Schema.String,
  versions: Schema.Array(Schema.Struct({ version: Schema.Number, runId: Schema.String, lines: Schema.Array(StatementLine), total: Schema.String }))
})
export type Statement = typeof Statement.Type

const VersionedValue = Schema.Struct({ energyWh: Schema.Number, quality: Quality, version: Schema.Number })

/** An interval value that a correction saw anew. */
export const ChangedValue = Schema.Struct({
  meteringPoint: Schema.String,
  member: Schema.String,
  period: Schema.Number,
  /** What the version before saw; null where there was no value. */
  before: Schema.NullOr(VersionedValue),
  after: VersionedValue,
  /** Who gave the newest value, and why: an operator's reason, an official document's SHA-256, an estimate's method. */
  source: Schema.Literals(["device", "estimate", "operator", "official"]),
  who: Schema.NullOr(Schema.String),
  why: Schema.NullOr(Schema.String)
})
export type ChangedValue = typeof ChangedValue.Type

/** Why a correction was made, and what it moved for whom. It concerns persons: it is no public row. */
export const RunChanges = Schema.Struct({
  community: Schema.String,
  settlementPeriod: Schema.String,
  version: Schema.Number,
  runId: Schema.String,
  values: Schema.Array(ChangedValue),
  /** By member: the sum of all lines, and of those that move between members in escrow. */
  moved: Schema.Array(Schema.Struct({ member: Schema.String, total: Schema.String, inEscrow: Schema.String }))
})
export type RunChanges = typeof RunChanges.Type

/** Names a batch. */
export interface BatchName {
  readonly community: string
  readonly settlementPeriod: string
  readonly version: number
}

type Answer<A> = Effect.Effect<A, ViewsUnavailable>

/** Read-only questions of users over the projections of one area; `undefined` says that there is no such thing. */
export class Views extends Context.Service<
  Views,
  {
    readonly overview: (area: string, today: LocalDay) => Answer<Overview>
    /** The newest trades, newest first. */
    readonly latestTrades: (area: string, limit: number) => Answer<ReadonlyArray<Trade>>
    /** Trades made after `tradeId`, in the order in which they were made. */
    readonly tradesAfter: (area: string, tradeId: number, limit: number) => Answer<ReadonlyArray<Trade>>
    readonly members: (area: string) => Answer<ReadonlyArray<Member>>
    /**
     * A member's intervals of a day, by metering point and period. Of closed periods they are a preview by the
     * allocation that runs use, from the newest versions.
     */
    readonly intervals: (area: string, member: string, day: LocalDay) => Answer<ReadonlyArray<Interval> | undefined>
    /** Data quality of every metering point; `day` is what periods are counted of. */
    readonly dataQuality: (area: string, day: LocalDay, marketTime: number) => Answer<ReadonlyArray<DataQuality>>
    /** Every version of a metering point's values of a day, oldest first. */
    readonly intervalVersions: (area: string, meteringPoint: string, day: LocalDay) => Answer<ReadonlyArray<IntervalVersion> | undefined>
    readonly deliveryPeriods: (area: string, day: LocalDay) => Answer<ReadonlyArray<DeliveryPeriod>>
    /** Batches, the newest settlement period first. */
    readonly batches: (area: string, limit: number) => Answer<ReadonlyArray<BatchView>>
    readonly batch: (area: string, name: BatchName) => Answer<BatchDetail | undefined>
    /** What a recorded correction changed; undefined for a first version, which has nothing before it. */
    readonly runChanges: (area: string, name: BatchName) => Answer<RunChanges | undefined>
    /** The member's statement of a settlement period, over all recorded versions. */
    readonly statement: (area: string, member: string, settlementPeriod: string) => Answer<Statement | undefined>
  }
>()("engine/service/Views") {}
