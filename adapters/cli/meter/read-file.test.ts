/** `commonwatt meter read --image`: values out of files, with and without a profile. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Option } from "effect"
import { afterAll, describe, expect, it } from "vitest"
import { answer, ethernet, ip4, pcapOf, question, Sender } from "../../modbus/test-support/write-capture.ts"
import { InvalidProfile } from "../../modbus/profiles/invalid-profile.ts"
import { ownProfiles } from "./own-profiles.ts"
import { fileError, readFile } from "./read-file.ts"
import type { ReadOptions } from "./read-flags.ts"

const folder = mkdtempSync(join(tmpdir(), "read-file-"))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
const none = Option.none<never>()
const options = (change: Partial<ReadOptions> = {}): ReadOptions => ({
  profile: none, profiles: none, unit: none, occurrence: 1, json: true, raw: false, host: none, port: none, transport: none, device: none,
  baud: 9_600, parity: "none", stopBits: "1", timeout: none, tlsCert: none, tlsKey: none, tlsCa: none, tlsName: none, deviceWithoutRole: false, ...change
})
const profile = (id: string) => options({ profile: Option.some(id) })
const value = async (path: string, name: string, given = options()) => (await readFile(path, given)).values.find((one) => one.name === name)

// 230.1 V, 500 W, 50 Hz, 12,345.67 kWh and 0 as an SDM630 keeps them.
const sdm = { 0: ["4366", "199a"], 52: ["43fa", "0000"], 70: ["4248", "0000"], 72: ["4640", "e6ae", "0000", "0000"] }
const image = () => file("sdm.json", JSON.stringify({ unit: 3, input: sdm }))

const captured = (): Buffer => {
  const [client, device] = [new Sender(40_000, 1_502), new Sender(1_502, 40_000)]
  const frames = Object.entries(sdm).flatMap(([address, words], index) => [
    client.segment(question(index, 3, 4, Number(address), words.length)), device.segment(answer(index, 3, 4, words.map((word) => Number.parseInt(word, 16))))
  ])
  return pcapOf(frames.map((segment) => ethernet(ip4(segment))))
}

const trace = (): string => Object.entries(sdm).map(([address, words], index) =>
  `${question(index, 3, 4, Number(address), words.length).toString("hex")}\n${answer(index, 3, 4, words.map((word) => Number.parseInt(word, 16))).toString("hex")}`).join("\n")

describe("a file", () => {
  it.each([["an image", image], ["a capture", () => file("sdm.pcap", captured())], ["a trace", () => file("sdm.log", trace())]])("is read by its profile: %s", async (_, path) => {
    const reading = await readFile(path(), profile("eastron-sdm630"))
    expect(reading).toMatchObject({ unit: 3, profiles: ["eastron-sdm630"] })
    expect(reading.values.find(({ name }) => name === "Import")).toMatchObject({ exact: "12345.67", unit: "kWh", wattHours: 12_345_670 })
    expect(reading.values.find(({ name }) => name === "CurrentL1")).toMatchObject({ value: null, status: "not read", reason: expect.stringContaining("does not hold") as string })
  })

  it("is recognised without a profile, and tells when a capture was made", async () => {
    const reading = await readFile(file("sdm.pcap", captured()), options())
    expect(reading.values.find(({ name }) => name === "Import")?.wattHours).toBe(12_345_670)
    expect(reading.at).toBe("2026-01-01T00:00:00.007Z")
  })

  it("shows the words on demand", async () => {
    expect(await value(image(), "Import", { ...profile("eastron-sdm630"), raw: true })).toMatchObject({ place: "4:72", words: ["4640", "e6ae"] })
  })

  it("refuses KOSTAL's negative counter by the standard, and reads it by KOSTAL's profile", async () => {
    const text = (name: string) => Array.from({ length: 16 }, (_, index) => (name.charCodeAt(index * 2) || 0) * 256 + (name.charCodeAt(index * 2 + 1) || 0))
    const meter = Array.from({ length: 105 }, () => 0x8000)
    Object.assign(meter, { 16: 500, 20: 0, 36: 0xffff, 37: 0xfb2e, 44: 1, 45: 2, 52: 0 }) // -1,234 Wh out, 65,538 Wh in
    const map = (maker: string) => file(`${maker}.json`, JSON.stringify({ holding: {
      40000: [0x5375, 0x6e53, 1, 65, ...text(maker), ...Array.from({ length: 49 }, () => 0), 203, 105, ...meter, 0xffff, 0]
    } }))
    expect(await value(map("Somebody"), "TotWhExp")).toMatchObject({ value: null, status: "negative" })
    expect(await value(map("KOSTAL"), "TotWhExp")).toMatchObject({ value: 1_234, unit: "Wh" })
    expect(await value(map("KOSTAL"), "TotWhImp")).toMatchObject({ value: 65_538 })
  })

  it("with several units needs one of them named", async () => {
    const path = file("two.json", JSON.stringify([5, 6].map((unit) => ({ unit, address: 0, words: [unit] }))))
    await expect(readFile(path, profile("eastron-sdm630"))).rejects.toMatchObject({ message: expect.stringContaining("holds units 5, 6") as string, mend: "name one with --unit" })
  })

  it.each([
    ["no frames", () => file("x.log", "hello"), /no Modbus frame/], ["an image with a mistake", () => file("x.json", '[{ "address": -1, "words": [1] }]'), /x\.json:1: \[0\]\.address/],
    ["nothing", () => join(folder, "nowhere"), /cannot be read: ENOENT/], ["a device that nobody knows", () => file("y.json", '[{ "address": 9000, "words": [1] }]'), /no profile fits/]
  ])("of %s is refused with what to do", async (_, path, message) => {
    const name = path()
    const error = fileError(await readFile(name, options()).catch((reason: unknown) => reason), name)
    expect(error).toMatchObject({ name: "UserError", message: expect.stringMatching(message) as string, mend: expect.stringMatching(/./) as string })
  })
})

describe("profiles of one's own", () => {
  const own = (id: string, change = "") => `{\n "id": "${id}", "description": "x", "source": "x", "positive": "import", "maxGap": 0, "maxWords": 125,\n "registers": [\n` +
    `  { "name": "Import", "role": "importEnergy", "address": 72, "functionCode": 4, "type": "uint32"${change}, "unit": "Wh" }\n ]\n}`
  const folderOf = (name: string, files: Readonly<Record<string, string>>) => {
    mkdirSync(join(folder, name), { recursive: true })
    for (const [one, text] of Object.entries(files)) writeFileSync(join(folder, name, one), text)
    return Option.some(join(folder, name))
  }

  it("are known by their id, before the project's", async () => {
    const profiles = folderOf("good", { "a.json": own("mine"), "b.json": own("eastron-sdm630") })
    for (const id of ["mine", "eastron-sdm630"]) expect(await value(image(), "Import", { ...profile(id), profiles })).toMatchObject({ value: 0x4640e6ae })
  })

  it("name the file and line of every mistake in them", () => {
    const wrong = () => ownProfiles(folderOf("bad", { "a.json": own("a", ', "scale": 0'), "b.json": own("b"), "c.json": own("b") }))
    expect(wrong).toThrow(InvalidProfile)
    expect(wrong).toThrow(/bad\/a\.json:4: registers\[0\]\.scale: scale must not be 0.*\n.*c\.json: another file of the folder has the id b too/)
    expect(() => ownProfiles(folderOf("empty", {}))).toThrow(/holds no profile/)
    expect(() => ownProfiles(Option.some(join(folder, "nowhere")))).toThrow(/ENOENT/)
  })
})
