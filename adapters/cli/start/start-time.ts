import { localDayNamed } from "../../../engine/core/calendar/local-day.ts"
import { UserError } from "../user-error.ts"
import { readFeeder, windowOf } from "../world/feeder-table.ts"
import type { World } from "../world/world.ts"

/** First second of the local day at which a world starts; there must be feeder data for it. */
export const startTime = (world: World, from: string): number => {
  const day = localDayNamed(world.timeZone, from)
  if (day === undefined) throw new UserError(`--from ${from} is no day`, "write it as 2016-06-06")
  windowOf(readFeeder(world.feederFile), day.start)
  return day.start
}

/** The first market time on the start's local day at which a live start leaves lockstep. */
export const liveFrom = (world: World, from: string): number => {
  const [hours, minutes] = world.liveFromClock.split(":").map(Number) as [number, number]
  return localDayNamed(world.timeZone, from)!.start + hours * 3_600 + minutes * 60
}
