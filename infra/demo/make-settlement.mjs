// Writes infra/demo/settlement: a small community of the demo feeder for `commonwatt settle`, two local days in March 2016.
// The values are SimBench's (ODbL-1.0, see feeders/README.md); names, tariffs and trades are made up.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"

const folder = new URL("settlement/", import.meta.url)
mkdirSync(folder, { recursive: true })
const [header, ...rows] = readFileSync(new URL("feeders/semiurb4/energy_wh_15min.csv", import.meta.url), "utf8").trim().split("\n").map((line) => line.split(","))
const days = rows.slice(0, 188)
const points = [
  ["ada", "household", "ada-roof", "injection", "pv0", "house-1"],
  ["ada", "household", "ada-home", "withdrawal", "load0", "house-1"],
  ["ben", "household", "ben-home", "withdrawal", "load1", "house-1"],
  ["cleo", "household", "cleo-home", "withdrawal", "load5", "house-2"],
  ["dora", "household", "dora-home", "withdrawal", "load6", "house-2"],
  ["emil", "household", "emil-battery", "injection", "bat0", "house-3"],
  ["emil", "household", "emil-home", "withdrawal", "load9", "house-3"],
  ["bakery", "business", "bakery", "withdrawal", "load33", "house-4"]
]
const column = (name) => header.indexOf(name)
const csv = [["utc", "local", ...points.map(([, , point]) => point)], ...days.map((row) => [row[0], row[1], ...points.map(([, , , , source]) => Math.abs(Number(row[column(source)])))])]
writeFileSync(new URL("intervals.csv", folder), `${csv.map((cells) => cells.join(",")).join("\n")}\n`)

const noon = days.filter((row) => /T1[0-3]:/.test(row[0]))
const trades = noon.map((row, index) => [`t${index + 1}`, row[0], index % 2 === 0 ? "cleo-home" : "bakery", "ada-roof", 110000 + 1000 * (index % 5), 120 + 10 * (index % 4)])
writeFileSync(new URL("trades.csv", folder), `${[["tradeId", "utc", "buyPoint", "sellPoint", "price", "quantityWh"], ...trades].map((cells) => cells.join(",")).join("\n")}\n`)

const members = [...new Set(points.map(([member]) => member))].map((member) => ({
  member,
  class: points.find((point) => point[0] === member)[1],
  points: points
    .filter((point) => point[0] === member)
    .map(([, , meteringPoint, direction, , building]) => ({ meteringPoint, direction, area: "semiurb4", gridLevel: 7, building, ...(direction === "injection" ? { plantW: meteringPoint === "ada-roof" ? 30000 : 12000, commissioned: meteringPoint === "ada-roof" ? "2014-05-01" : "2015-09-01" } : {}) }))
}))
const rules = {
  community: "sonnenhang",
  timeZone: "Europe/Berlin",
  currency: "EUR",
  areas: [{ area: "semiurb4", deadlineDays: 10 }],
  members,
  versions: [
    {
      from: "2016-01-01",
      resolutionMinutes: 15,
      steps: [
        { step: "share", name: "own roof", within: "member", key: { kind: "dynamic" }, consumerPrice: 0 },
        { step: "trades", imbalance: { kind: "two-price", shortPrice: 250000, longPrice: 60000 } },
        { step: "share", name: "community", within: "community", key: { kind: "dynamic" }, consumerPrice: 120000 }
      ]
    }
  ]
}
const tariffs = {
  currency: "EUR",
  components: [
    { name: "supplier", kind: "energy", from: "2016-01-01", price: { bands: [{ from: "22:00", to: "06:00", price: 190000 }], otherwise: 250000 }, vatPerMille: 200 },
    { name: "feed-in", kind: "feed-in", from: "2016-01-01", price: 60000 },
    { name: "grid", kind: "grid-fee", from: "2016-01-01", on: ["residual"], gridLevels: [7], price: 58000, vatPerMille: 200 },
    { name: "grid local", kind: "grid-fee", from: "2016-01-01", on: ["shared", "traded"], gridLevels: [7], price: 58000, reductionPercent: 57, vatPerMille: 200 },
    { name: "electricity levy", kind: "levy", from: "2016-01-01", until: "2016-03-26", on: ["residual"], price: 15000, vatPerMille: 200 },
    { name: "electricity levy", kind: "levy", from: "2016-03-27", on: ["residual"], price: 1000, vatPerMille: 200 },
    { name: "metering", kind: "subscription", from: "2016-01-01", perMonth: 2400000, vatPerMille: 200 },
    { name: "peak", kind: "capacity", from: "2016-01-01", classes: ["business"], price: 3500000, vatPerMille: 200 }
  ]
}
for (const [name, value] of Object.entries({ rules, tariffs })) writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(value, null, 2)}\n`)
