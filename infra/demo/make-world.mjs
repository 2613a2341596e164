// Writes the demo world from the feeder's topology: node infra/demo/make-world.mjs > infra/demo/semiurb4.world.json
// A generator belongs to the lowest-numbered load at its node; it keeps a metering point of its own.
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"

const folder = new URL("./feeders/semiurb4/", import.meta.url)
const topology = JSON.parse(readFileSync(new URL("topology.json", folder), "utf8"))
const [header, ...rows] = readFileSync(new URL("energy_wh_15min.csv", folder), "utf8").trim().split("\n").map((line) => line.split(","))
const peak = (column) => Math.max(...rows.map((row) => Math.abs(Number(row[header.indexOf(column)]))))
const draw = (name, purpose, from, to, step = 1) => {
  const number = createHash("sha256").update(`${purpose}/${name}`).digest().readUInt32BE(0)
  return from + (number % (Math.floor((to - from) / step) + 1)) * step
}

const loadDevices = ["eastron-sdm630", "carlo-gavazzi-em24", "huawei-sun2000-grid", "schneider-iem3000"]
const meteringPoint = (unit, direction, device) => {
  const [, kind, number] = /^([a-z]+)(\d+)$/.exec(unit)
  return {
    meteringPoint: `semiurb4-${kind}-${number.padStart(2, "0")}`,
    column: unit,
    direction,
    device,
    initialWh: draw(unit, "counter", 250_000, 7_500_000),
    capacityWh: Math.max(2_750, Math.ceil((peak(unit) * 1.5) / 250) * 250),
    limitPrice: direction === "injection" ? draw(unit, "price", 70_000, 160_000, 500) : draw(unit, "price", 130_000, 270_000, 500)
  }
}
const generators = [...topology.pv, ...topology.storage]
const ownerOf = (generator) =>
  Math.min(...topology.loads.filter((load) => load.node === generator.node).map((load) => Number(load.id.slice(4))))
const generatorDevice = (unit) => (unit.startsWith("pv") ? "sunspec-inverter-three-phase" : "huawei-sun2000-grid")

const members = topology.loads.map((load, index) => ({
  member: `member-${String(index).padStart(2, "0")}`,
  depositCents: 500_000,
  meteringPoints: [
    meteringPoint(load.id, "withdrawal", loadDevices[index % loadDevices.length]),
    ...generators.filter((one) => ownerOf(one) === index).map((one) => meteringPoint(one.id, "injection", generatorDevice(one.id)))
  ]
}))

const world = {
  name: "semiurb4",
  about: "58 households and 10 generators of the SimBench feeder semiurb4, as one community of one grid area",
  area: "semiurb4",
  community: "sonnenhang",
  timeZone: "Europe/Berlin",
  seed: "commonwatt demo: no secret, keys of this world are for play money only",
  feeder: "feeders/semiurb4/energy_wh_15min.csv",
  from: "2016-06-06",
  liveFromClock: "10:00",
  tariff: { residualSupplyPrice: 290_000, feedInPrice: 62_000, sharingPrice: 120_000 },
  market: { minimumPrice: 62_000, maximumPrice: 290_000, priceTick: 1, minimumQuantity: 1, maximumQuantity: 100_000, opensBeforeSeconds: 86_400 },
  disputeWindowSeconds: 60,
  members
}
process.stdout.write(`${JSON.stringify(world, null, 2)}\n`)
