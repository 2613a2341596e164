import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8")
const world = JSON.parse(read("semiurb4.world.json")) as {
  members: ReadonlyArray<{ member: string; meteringPoints: ReadonlyArray<{ column: string; direction: string; device: string }> }>
}
const topology = JSON.parse(read("feeders/semiurb4/topology.json")) as Record<"loads" | "pv" | "storage", ReadonlyArray<{ id: string; node: string }>>

test("the committed world is what make-world writes", () => {
  expect(execFileSync(process.execPath, [fileURLToPath(new URL("make-world.mjs", import.meta.url))], { encoding: "utf8" })).toBe(read("semiurb4.world.json"))
})

test("58 households and 10 generators, each unit of the feeder once, five devices at least", () => {
  const points = world.members.flatMap((member) => member.meteringPoints)
  expect(world.members).toHaveLength(58)
  expect(points.filter(({ direction }) => direction === "injection")).toHaveLength(10)
  expect(points.map(({ column }) => column).sort()).toEqual([...topology.loads, ...topology.pv, ...topology.storage].map(({ id }) => id).sort())
  expect(new Set(points.map(({ device }) => device)).size).toBeGreaterThanOrEqual(5)
})

test("a generator belongs to the lowest-numbered load at its node", () => {
  const numberOf = (id: string): number => Number(id.replace(/\D/g, ""))
  const owned = Object.fromEntries(
    world.members.flatMap(({ meteringPoints }) => {
      const load = meteringPoints.find(({ direction }) => direction === "withdrawal")!
      return meteringPoints.filter(({ direction }) => direction === "injection").map(({ column }) => [column, load.column])
    })
  )
  for (const { id, node } of [...topology.pv, ...topology.storage]) {
    const loads = topology.loads.filter((load) => load.node === node).sort((left, right) => numberOf(left.id) - numberOf(right.id))
    expect(owned[id]).toBe(loads[0]!.id)
  }
  // By hand from the topology: bat3 sits at n37 with loads 35, 41 and 45.
  expect(owned["bat3"]).toBe("load35")
})
