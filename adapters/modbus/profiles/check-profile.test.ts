import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { checkProfile } from "./check-profile.ts"
import { findProfile, listProfiles, loadProfile } from "./load-profile.ts"

const text = readFileSync(new URL("./devices/carlo-gavazzi-em24.json", import.meta.url), "utf8")
const lineOf = (part: string): number => text.slice(0, text.indexOf(part)).split("\n").length
const complaint = (wrong: string): string => {
  try {
    checkProfile(wrong, "em24.json")
  } catch (error) {
    return String((error as Error).message)
  }
  throw new Error("was accepted")
}

const importAt = '"address": 66'

describe("profiles", () => {
  it("are all valid and named as their files", () => {
    expect(listProfiles().length).toBeGreaterThanOrEqual(49)
    for (const id of listProfiles()) expect(loadProfile(id).id).toBe(id)
    expect(() => loadProfile("nobody")).toThrow(/there are: .*eastron-sdm630/)
  })

  it("are found by their other names and by the path of a file, each name once", () => {
    expect(findProfile("SDM").id).toBe("eastron-sdm630")
    expect(findProfile("sdm72v2").id).toBe("eastron-sdm72-v2")
    expect(findProfile(fileURLToPath(new URL("./devices/sma-inverter.json", import.meta.url))).id).toBe("sma-inverter")
    expect(() => findProfile("./no-such.json")).toThrow(/no-such\.json: ENOENT/)
    const names = listProfiles().flatMap((id) => [id, ...loadProfile(id).aliases]).map((name) => name.toLowerCase())
    expect(new Set(names).size).toBe(names.length)
  })

  it("name file, line and field of what is wrong", () => {
    expect(complaint(text.replace('"positive": "import"', '"positive": "up"')))
      .toBe(`em24.json:${lineOf('"positive"')}: positive: positive must be one of import, export`)
    const index = (JSON.parse(text) as { registers: { address: number }[] }).registers.findIndex(({ address }) => address === 66)
    expect(complaint(text.replace(importAt, '"address": 65536')))
      .toBe(`em24.json:${lineOf(importAt)}: registers[${index}].address: address must be an integer from 0 to 65534`)
  })

  it("name every wrong field, not only the first", () => {
    const wrong = text.replace('"depth": 1', '"depth": 201').replace('"maxGap"', '"maxGaps"')
    expect(complaint(wrong).split("\n").map((line) => line.split(": ")[1])).toEqual(["maxGaps", "profile", "depth"])
  })

  it("take a scale by its digits", () => {
    const scaleOf = (scale: string) => checkProfile(text.replaceAll('"scale": 0.001', `"scale": ${scale}`), "x").registers.find(({ name }) => name === "CurrentL1")!.scale
    expect(scaleOf("0.0001")).toEqual({ numerator: 1, denominator: 10_000 })
    expect(scaleOf("-2.5")).toEqual({ numerator: -25, denominator: 10 })
    expect(scaleOf("1e-7")).toEqual({ numerator: 1, denominator: 10_000_000 })
    expect(scaleOf('{ "numerator": 1, "denominator": 3600 }')).toEqual({ numerator: 1, denominator: 3_600 })
  })

  it.each([
    ["text that is no JSON", text.slice(0, -4), /em24\.json: .*JSON/],
    ["a scale of nothing", text.replace('"scale": 0.1', '"scale": 0'), /scale must not be 0/],
    ["a scale that is no fraction of integers", text.replace('"scale": 0.1', '"scale": { "numerator": 1, "denominator": 0.1 }'), /scale\.denominator/],
    ["a width that the type does not have", text.replace(importAt, `"words": 4, ${importAt}`), /words must be 2 for int32/],
    ["a step that the scale denies", text.replace('"registerStepWh": 100', '"registerStepWh": 10'), /one count is 100 Wh/],
    ["a pattern of wrong width", text.replace("0x7fffffff", "0x7fff\"").replace('""', '"'), /8 small hexadecimal digits/],
    ["an unsigned counter that takes all ones for energy", text.replaceAll('"int32"', '"uint32"'), /all ones/],
    ["a register that stands twice", text.replace('"name": "Export"', '"name": "Import"'), /Import stands twice/],
    ["two registers with one role", text.replace('"exportEnergy"', '"importEnergy"'), /importEnergy stands twice/],
    ["energy in a unit of power", text.replaceAll('"kWh"', '"kW"'), /must be one of Wh, kWh, MWh/],
    ["a negative counter", text.replace(`${importAt}, "type": "int32", "scale": 0.1`, `${importAt}, "type": "int32", "scale": -0.1`), /must be positive for energy/],
    ["a model outside SunSpec", text.replace(importAt, `"model": 1, ${importAt}`), /model is for addressing sunspec/],
    ["a text without a width", text.replace(`${importAt}, "type": "int32"`, `${importAt}, "type": "text"`), /words must be an integer from 1 to 125/],
    ["a ratio that is not there", text.replace(importAt, `"multiplyBy": ["Ratio"], ${importAt}`), /there is no register Ratio/],
    ["a probe of a register that is not there", text.replace('{"register": "VoltageL1"', '{"register": "VoltageL9"'), /there is no register VoltageL9/],
    ["parts that are one", text.replace(`${importAt}, "type": "int32", "scale": 0.1`, '"parts": [{ "address": 1, "type": "uint16" }]'), /parts must be at least two/],
    ["parts too far apart for one request", text.replace(`${importAt}, "type": "int32", "scale": 0.1`, '"parts": [{ "address": 1, "type": "uint16", "scale": 2 }, { "address": 200, "type": "uint16" }]'), /must lie within 125 words/],
    ["parts that share words", text.replace(`${importAt}, "type": "int32", "scale": 0.1`, '"parts": [{ "address": 1, "type": "uint32", "scale": 2 }, { "address": 2, "type": "uint16" }]'), /must not share words/],
    ["a sign that an unsigned number does not have", text.replace(importAt, `"absolute": true, ${importAt}`).replace('"address": 66, "type": "int32"', '"address": 66, "type": "uint32"'), /absolute is for signed integers/],
    ["a flag beyond the register", text.replace(importAt, `"flags": { "32": "x" }, ${importAt}`), /32 must be a number from 0 to 31/]
  ])("refuse %s", (_, wrong, expected) => expect(complaint(wrong)).toMatch(expected))
})
