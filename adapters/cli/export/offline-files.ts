import { bookingsText } from "../settle/write/run-files.ts"
import { computeRun, type CommunityRun } from "../settle/compute-run.ts"
import { NAME } from "../settle/files/fields.ts"
import { inputFile, type Settings } from "../settle/inputs.ts"
import { settingsFile } from "../settle/settle.ts"
import { UserError } from "../user-error.ts"
import { rulesOf, pointsOf, tariffsOf } from "./offline-rules.ts"
import { intervalsText, tradesText } from "./offline-tables.ts"
import { postedBookings } from "./posted.ts"
import type { SettledDays } from "./settled-day.ts"

/** Most days that one offline run settles, and most values that fit into memory with all that is made of them: a month of 1,000 metering points. */
const MOST = { days: 400, values: 3_000_000 } as const

/** What `commonwatt settle` reads: the role of each file is its name without ending. */
const ROLES = ["rules", "tariffs", "intervals", "trades"] as const

const refuse = (text: string, mend: string): UserError => new UserError(`nothing was exported: ${text}`, mend)

/** Refuses by name what the files of `commonwatt settle` do not hold. */
const refuseWhatDoesNotFit = (settled: SettledDays): void => {
  const { community, area, periods } = settled.days[0]!.inputs
  const points = pointsOf(settled)
  type Named = readonly [what: string, name: string]
  const names: ReadonlyArray<Named> = [["community", community], ["area", area], ...points.flatMap(({ member, meteringPoint }): Array<Named> => [["member", member], ["metering point", meteringPoint]])]
  const strange = names.find(([, name]) => !NAME.test(name))
  if (strange !== undefined) {
    throw refuse(`the files of settle cannot hold the ${strange[0]} ${JSON.stringify(strange[1])}`, "there a name begins with a letter or a digit and goes on with letters, digits, spaces and . _ : / -; check the runs of this community by `commonwatt audit`")
  }
  if (points.length === 0) throw refuse(`${community} has no metering point with a value in these days`, "name other days by --from DAY and --until DAY")
  if (settled.days.length > MOST.days || settled.days.length * periods.length * points.length > MOST.values) {
    throw refuse(`${settled.days.length} days of ${points.length} metering points are more than one run settles`, "export a month, or fewer days, at a time by --from DAY and --until DAY")
  }
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** Settles the files as `commonwatt settle` would. */
const settleOffline = (files: ReadonlyMap<string, string>, on: string): CommunityRun => {
  const settings: Settings = { unit: "Wh", on }
  const inputs = [...files].flatMap(([path, content]) => ROLES.filter((role) => path.startsWith(`${role}.`)).map((role) => inputFile(role, path, Buffer.from(content))))
  try {
    return computeRun([...inputs, settingsFile(settings)], settings, undefined, new Uint8Array(32))
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause
    throw refuse(`settle does not take what the market settled (${cause.message})`, "this is a defect of ours: please report it with the line above")
  }
}

/** The first line in which two texts differ, of the first one and of the second; undefined where they are the same. */
const firstDifference = (left: string, right: string): readonly [string, string] | undefined => {
  const [ours, theirs] = [left.split("\n"), right.split("\n")]
  const at = ours.findIndex((line, place) => line !== theirs[place])
  return left === right ? undefined : [ours[at] ?? "nothing", theirs[at] ?? "nothing"]
}

/**
 * The files that settle these days again, and posted.csv, what the market has posted for them. They are settled here
 * before they are given out: a UserError where that is not, to the Wh and nano-unit, what the market posted, or where the
 * files cannot hold what the market knows.
 */
export const offlineFiles = (settled: SettledDays): Map<string, string> => {
  refuseWhatDoesNotFit(settled)
  const posted = bookingsText(postedBookings(settled))
  const files = new Map([
    ["rules.json", json(rulesOf(settled))],
    ["tariffs.json", json(tariffsOf(settled))],
    ["intervals.csv", intervalsText(settled)],
    ["trades.csv", tradesText(settled)],
    ["posted.csv", posted]
  ])
  const { bookings } = settleOffline(files, "9999-12-31")
  const difference = firstDifference(posted, bookingsText(bookings.filter(({ kind }) => kind !== "rounding")))
  if (difference !== undefined) throw refuse(`the market posted\n  ${difference[0]}\nand settle would post\n  ${difference[1]}`, "this is a defect of ours: please report it with the lines above")
  return files
}
