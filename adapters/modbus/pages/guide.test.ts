/** What docs/guides/meter-profiles.md shows must work as it stands. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { CapturedUnit } from "../capture/captured-unit.ts"
import { checkProfile } from "../profiles/check-profile.ts"
import { decodeAll } from "../profiles/named-values.ts"
import { registerTypes, roles } from "../profiles/profile.ts"
import { faultKinds, parseFault } from "../test-device/fault.ts"
import { readImage } from "../test-device/register-image.ts"

const guide = readFileSync(new URL("../../../docs/guides/meter-profiles.md", import.meta.url), "utf8")
const [example = "", probes = "", image = "", worked = "", workedImage = ""] = [...guide.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => text!)

describe("the guide", () => {
  it("shows a profile and an image that are valid, and an error as it comes", () => {
    expect(checkProfile(example, "my-meter.json").registers).toHaveLength(4)
    const profile = JSON.parse(example) as { registers: object[] }
    const withProbes = { ...profile, ...JSON.parse(`{ ${probes} }`) as object, registers: [...profile.registers, { name: "Type", address: 1, type: "uint16" }, { name: "Maker", address: 2, type: "text", words: 8 }] }
    expect(checkProfile(JSON.stringify(withProbes), "my-meter.json").probes).toHaveLength(3)
    expect(readImage(image, "image.json", 1)[0]?.words).toEqual([0, 1234, 0, 1])
    const wrong = example.replace('"address": 258, "type": "uint32"', '"address": 258, "type": "uint33"')
    const line = wrong.slice(0, wrong.indexOf("uint33")).split("\n").length
    expect(() => checkProfile(wrong, "my-meter.json")).toThrow(`my-meter.json:${line}: registers[1].type: type must be one of int16, `)
  })

  it("works its example out: the words of the image are the values that it says", async () => {
    const answers = readImage(workedImage, "words.json", 1).map((block) => ({ ...block, atMs: null }))
    const { registers, blocks } = await new CapturedUnit({ kind: "image", answers, tally: null }, 1).registersOf(checkProfile(worked, "worked-example.json"), 1)
    const said = guide.slice(guide.indexOf("`commonwatt meter read --profile ./worked-example.json"))
    const values = decodeAll(registers, blocks).map(({ exact, unit }) => `${exact} ${unit}`)
    expect(values).toEqual(["100000500 Wh", "123456.7 kWh", "2500 W", "230.1 V"])
    for (const value of values) expect(said).toContain(value)
  })

  it("names every type, role and fault, and no other fault", () => {
    for (const name of [...registerTypes, ...roles, ...Object.keys(faultKinds)]) expect(guide).toMatch(new RegExp(`\`${name}[=@\`]`))
    const line = guide.slice(guide.indexOf("`delay"), guide.indexOf("; the share stands behind"))
    for (const [, fault] of line.matchAll(/`([^`]+)`/g)) expect(parseFault(fault!).share).toBeLessThanOrEqual(1)
  })
})
