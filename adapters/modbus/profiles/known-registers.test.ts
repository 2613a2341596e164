/**
 * Every register that public drivers know of the 46 devices, as a table of its own: no edit of a profile may lose or
 * change one unseen. The table's sources and licences are those that each profile names.
 */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { findProfile } from "./load-profile.ts"
import type { Register } from "./profile.ts"

const [header = "", ...rows] = readFileSync(new URL("./test-data/known-registers.csv", import.meta.url), "utf8").trimEnd().split("\n")
const known = rows.map((row) => Object.fromEntries(row.split(",").map((cell, index) => [header.split(",")[index], cell])))

/** Departures from the table, each explained in the notes of its profile. */
const unitOf = (row: Record<string, string>): string => row.device === "SBC" && ["W", "var"].includes(row.unit!) ? `k${row.unit}` : row.unit!
const typesOf = (row: Record<string, string>): readonly string[] => {
  if (row.device === "HUAWEI_SUN2000_GRID" && ["Import", "Export"].includes(row.measurement!)) return ["int32"]
  return row.type === "see source" ? ["uint32", "int32"] : [row.type!]
}

const shown = (register: Register): readonly unknown[] =>
  [register.functionCode, register.address, register.words, register.scale.numerator / register.scale.denominator, register.unit]

describe("the known registers", () => {
  it("are 923 of 43 devices; the other three are found by walking their SunSpec models", () => {
    expect(known).toHaveLength(923)
    expect(new Set(known.map(({ device }) => device)).size).toBe(43)
    for (const name of ["SUNSPEC_INVERTER", "SUNSPEC_METER", "SUNSPEC_BATTERY"]) expect(findProfile(name).addressing).toBe("sunspec")
  })

  it.each([...new Set(known.map(({ device }) => device!))])("of %s are all in its profile", (device) => {
    const profile = findProfile(device)
    const own = known.filter((row) => row.device === device)
    expect(profile.registers).toHaveLength(own.length)
    for (const row of own) {
      const register = profile.registers.find(({ name }) => name === row.measurement)!
      expect([row.measurement, ...shown(register)])
        .toEqual([row.measurement, Number(row.functionCode), Number(row.address), Number(row.words), Number(row.scale), unitOf(row)])
      expect(typesOf(row)).toContain(register.type)
      if (register.words > 1) expect(register.wordOrder).toBe(row.wordOrder)
      if (row.notImplemented) expect(register.notImplemented).toContain(BigInt(row.notImplemented))
    }
  })
})
