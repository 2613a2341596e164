import { dayAfter, localDayNamed } from "../../../engine/core/calendar/local-day.ts"
import { UserError } from "../user-error.ts"

/** What names one recorded run among others. */
export interface RecordedRun {
  readonly area: string
  readonly community: string
  /** A local day. */
  readonly settlementPeriod: string
  readonly version: number
}

/** What is asked for; what is left out is the only community, the first and the last settled day. */
export interface Choice {
  readonly community: string | undefined
  readonly from: string | undefined
  readonly until: string | undefined
}

const mustBeDay = (option: string, day: string | undefined): void => {
  if (day !== undefined && localDayNamed("UTC", day) === undefined) throw new UserError(`${option} ${day} is no day`, "give it as 2026-04-15")
}

const chooseCommunity = <R extends RecordedRun>(runs: ReadonlyArray<R>, wanted: string | undefined): Array<R> => {
  if (runs.length === 0) throw new UserError("no day of this market is settled yet", "a day is settled when its last quarter hour is closed; let the market run on, then export")
  const byCommunity = Map.groupBy(runs, ({ area, community }) => `${area}\n${community}`)
  const found = [...byCommunity.values()].filter(([one]) => wanted === undefined || one!.community === wanted)
  const names = [...new Set(runs.map(({ community }) => community))].sort().join(", ")
  if (found.length === 1) return found[0]!
  if (found.length === 0) throw new UserError(`${wanted} is no community with a settled day`, `name one of ${names} by --community NAME`)
  throw new UserError(`this market has several communities: ${names}`, "name one by --community NAME")
}

/** The newest recorded version of each local day that is asked for, day by day without a hole; a UserError names what is not there. */
export const chooseDays = <R extends RecordedRun>(runs: ReadonlyArray<R>, { community, from, until }: Choice): Array<R> => {
  mustBeDay("--from", from)
  mustBeDay("--until", until)
  if (from !== undefined && until !== undefined && until < from) throw new UserError(`--until ${until} is before --from ${from}`, "give the first day by --from and the last one by --until")
  const ours = chooseCommunity(runs, community)
  const name = ours[0]!.community
  const newest = new Map<string, R>()
  for (const run of ours) if (run.version > (newest.get(run.settlementPeriod)?.version ?? 0)) newest.set(run.settlementPeriod, run)
  const settled = [...newest.keys()].sort()
  const [first, last] = [settled[0]!, settled.at(-1)!]
  const notSettled = (day: string): UserError => new UserError(`${day} of ${name} is not settled; its settled days are ${first} to ${last}`, "name settled days by --from DAY and --until DAY, or let the market run on")
  const chosen: Array<R> = []
  for (let day = from ?? first; day <= (until ?? last); day = dayAfter(day)) {
    const run = newest.get(day)
    if (run === undefined) throw notSettled(day)
    chosen.push(run)
  }
  if (chosen.length === 0) throw notSettled((from ?? until)!)
  return chosen
}
