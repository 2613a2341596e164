import type pg from "pg"
import type { Views } from "../../../engine/service/ports/driven/views.ts"
import { batch, batches } from "./batches.ts"
import { dataQuality, intervalVersions } from "./data-quality.ts"
import { intervals } from "./intervals.ts"
import { members } from "./members.ts"
import { overview } from "./overview.ts"
import { deliveryPeriods } from "./periods.ts"
import { runChanges } from "./run-changes.ts"
import { statement } from "./statement.ts"
import { latestTrades, tradesAfter } from "./trades.ts"

/** The {@link Views} over the projections that the journal keeps. The pool stays its owner's. */
export const makeViews = (pool: pg.Pool): Views["Service"] => ({
  overview: overview(pool),
  latestTrades: latestTrades(pool),
  tradesAfter: tradesAfter(pool),
  members: members(pool),
  intervals: intervals(pool),
  dataQuality: dataQuality(pool),
  intervalVersions: intervalVersions(pool),
  deliveryPeriods: deliveryPeriods(pool),
  batches: batches(pool),
  batch: batch(pool),
  runChanges: runChanges(pool),
  statement: statement(pool)
})
