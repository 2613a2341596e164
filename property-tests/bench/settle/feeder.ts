import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { compareText } from "../../../engine/core/quantity/bytes.ts"
import type { IntervalColumns } from "../../../engine/core/settlement/community/community-inputs.ts"
import type { RuleMember, RulePoint } from "../../../engine/core/settlement/community/rule-set.ts"

export const feeders = ["semiurb4", "rural1-congested"] as const
export type FeederName = (typeof feeders)[number]

interface Topology {
  readonly loads: ReadonlyArray<{ readonly id: string; readonly node: string }>
  readonly pv: ReadonlyArray<{ readonly id: string; readonly node: string; readonly p_kwp: number }>
  readonly storage: ReadonlyArray<{ readonly id: string; readonly node: string; readonly p_max_kw: number }>
}

/** A feeder as a community: each load a member, a generator belongs to the lowest-numbered load at its node; a node is a building. */
export interface FeederCommunity {
  readonly members: ReadonlyArray<RuleMember>
  readonly intervals: IntervalColumns
}

const read = (name: FeederName, file: string): string => readFileSync(fileURLToPath(new URL(`../../../infra/demo/feeders/${name}/${file}`, import.meta.url)), "utf8")

const membersOf = ({ loads, pv, storage }: Topology): Array<RuleMember> => {
  const place = { area: "feeder", gridLevel: 7 }
  const plants = [...pv.map(({ id, node, p_kwp }) => ({ id, node, watts: p_kwp * 1000 })), ...storage.map(({ id, node, p_max_kw }) => ({ id, node, watts: p_max_kw * 1000 }))]
  const ownerOf = (node: string): string | undefined => loads.find((load) => load.node === node)?.id
  return loads.map(({ id, node }) => {
    const owned = plants.filter((plant) => ownerOf(plant.node) === id)
    const roofs = owned.map((plant, index): RulePoint => ({ ...place, meteringPoint: plant.id, direction: "injection", building: node, plantW: Math.round(plant.watts), commissioned: `2015-01-${String(index + 1).padStart(2, "0")}` }))
    return { member: id, class: "household", points: [{ ...place, meteringPoint: id, direction: "withdrawal", building: node }, ...roofs] }
  })
}

/** Reads a feeder of infra/demo; every unit has a column, and generators inject whatever their sign. */
export const readFeederCommunity = (name: FeederName): FeederCommunity => {
  const members = membersOf(JSON.parse(read(name, "topology.json")) as Topology)
  const [header, ...rows] = read(name, "energy_wh_15min.csv").trim().split("\n").map((line) => line.split(","))
  const meteringPoints = header!.slice(2).sort(compareText)
  const known = new Set(members.flatMap(({ points }) => points.map(({ meteringPoint }) => meteringPoint)))
  const stranger = meteringPoints.find((point) => !known.has(point))
  if (stranger !== undefined) throw new Error(`${name}: ${stranger} has no member`)
  const columns = meteringPoints.map((point) => header!.indexOf(point))
  const values = Int32Array.from(rows.flatMap((row) => columns.map((column) => Math.abs(Number(row[column])))))
  return { members, intervals: { meteringPoints, periods: rows.map((row) => Date.parse(row[0]!.replace("Z", ":00Z")) / 1000), values, substitutes: new Set() } }
}
