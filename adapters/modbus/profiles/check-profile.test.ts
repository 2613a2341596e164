import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { checkProfile } from "./check-profile.ts"
import { listProfiles, loadProfile } from "./load-profile.ts"

const text = readFileSync(new URL("./carlo-gavazzi-em24.json", import.meta.url), "utf8")
const lineOf = (part: string): number => text.slice(0, text.indexOf(part)).split("\n").length
const complaint = (wrong: string): string => {
  try {
    checkProfile(wrong, "em24.json")
  } catch (error) {
    return String((error as Error).message)
  }
  throw new Error("was accepted")
}

describe("profiles", () => {
  it("are all valid and named as their files", () => {
    expect(listProfiles().length).toBeGreaterThanOrEqual(5)
    for (const id of listProfiles()) expect(loadProfile(id).id).toBe(id)
    expect(() => loadProfile("nobody")).toThrow(/there are: .*eastron-sdm630/)
  })

  it("name file, line and field of what is wrong", () => {
    expect(complaint(text.replace('"positive": "import"', '"positive": "up"')))
      .toBe(`em24.json:${lineOf('"positive"')}: positive: positive must be one of import, export`)
    expect(complaint(text.replace('"address": 66', '"address": 65536')))
      .toBe(`em24.json:${lineOf('"address": 66')}: registers[1].address: address must be an integer from 0 to 65534`)
  })

  it("name every wrong field, not only the first", () => {
    const wrong = text.replace('"depth": 1', '"depth": 201').replace('"maxGap"', '"maxGaps"')
    expect(complaint(wrong).split("\n").map((line) => line.split(": ")[1])).toEqual(["maxGaps", "profile", "depth"])
  })

  it.each([
    ["text that is no JSON", text.slice(0, -4), /em24\.json: .*JSON/],
    ["a scale that is no fraction of integers", text.replace('"denominator": 10', '"denominator": 0.1'), /scale\.denominator/],
    ["a width that the type does not have", text.replace('"type": "int32"', '"type": "int64"'), /words must be 4 for int64/],
    ["a step that the scale denies", text.replace('"registerStepWh": 100', '"registerStepWh": 10'), /one count is 100 Wh/],
    ["a pattern of wrong width", text.replace("0x7fffffff", "0x7fff"), /8 small hexadecimal digits/],
    ["an unsigned counter that takes all ones for energy", text.replaceAll('"int32"', '"uint32"'), /all ones/],
    ["a register that stands twice", text.replace("energyNegative", "energyPositive"), /stands twice/],
    ["energy in a unit of power", text.replaceAll('"kWh"', '"kW"'), /must be one of Wh, kWh, MWh/],
    ["a model outside SunSpec", text.replace('"words"', '"model": 1, "words"'), /model is for addressing sunspec/]
  ])("refuse %s", (_, wrong, expected) => expect(complaint(wrong)).toMatch(expected))
})
