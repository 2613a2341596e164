import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { repository } from "./market-process.ts"

/** First local day of {@link writeTwoMonths}: the last of its month. */
export const LAST_OF_MARCH = "2016-03-31"

/** Writes a feeder file into `folder`: two days of June, under the dates from `begin` (ms since 1970) on; later days repeat them. */
export const writeDaysFrom = (folder: string, name: string, begin: number): string => {
  const [header, ...lines] = readFileSync(join(repository, "infra/demo/feeders/semiurb4/energy_wh_15min.csv"), "utf8").trimEnd().split("\n")
  const first = lines.findIndex((line) => line.startsWith("2016-06-05T22:00Z,"))
  const rows = lines.slice(first, first + 192).map((line, index) => {
    const time = new Date(begin + index * 900_000).toISOString().replace(":00.000Z", "Z")
    return [time, time, ...line.split(",").slice(2)].join(",")
  })
  const csv = join(folder, name)
  writeFileSync(csv, `${[header, ...rows].join("\n")}\n`)
  return csv
}

/** Those days as the last of March and the first of April. */
export const writeTwoMonths = (folder: string): string => writeDaysFrom(folder, "two-months.csv", Date.UTC(2016, 2, 30, 22))
