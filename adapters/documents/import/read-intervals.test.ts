import { strToU8 } from "fflate"
import { describe, expect, it } from "vitest"
import { localDayNamed } from "../../../engine/core/calendar/local-day.ts"
import { periodsBetween } from "../../../engine/core/calendar/period.ts"
import { DocumentRefused } from "../document-refused.ts"
import { readDocument } from "../table/read-document.ts"
import { makeXlsx } from "../testing/make-xlsx.ts"
import { readIntervals, type ReadOptions } from "./read-intervals.ts"

const vienna: ReadOptions = { timeZone: "Europe/Vienna" }
const read = async (bytes: Uint8Array | string, options: ReadOptions = vienna) => readIntervals(await readDocument(typeof bytes === "string" ? strToU8(bytes) : bytes), options)
const at = (text: string): number => Date.parse(text) / 1000

describe("our own layout", () => {
  it("one row per metering point and period, in UTC or with an offset, to the Wh", async () => {
    const { layout, values, problems } = await read(
      "metering_point,period_start,energy_wh,quality\nhome,2026-06-15T08:00:00Z,120,measured\nroof,2026-06-15T10:15:00+02:00,0,substitute\n"
    )
    expect([layout, problems]).toEqual(["commonwatt", []])
    expect(values).toEqual([
      { meteringPoint: "home", period: at("2026-06-15T08:00:00Z"), energyWh: 120, quality: "measured", row: 2 },
      { meteringPoint: "roof", period: at("2026-06-15T08:15:00Z"), energyWh: 0, quality: "substitute", row: 3 }
    ])
  })

  it("every bad row is named with row and column, and the good ones are read on", async () => {
    const { values, problems } = await read(
      [
        "metering_point,period_start,energy_wh,quality",
        "home,2026-06-15T08:00:00Z,12.5,measured",
        "home,2026-06-15T08:05:00Z,1,measured",
        "home,yesterday,1,measured",
        "home,2026-06-15T08:15:00Z,-4,measured",
        "home,2026-06-15T08:30:00Z,5,guessed",
        "home,2026-06-15T08:45:00Z,5,measured",
        "home,2026-06-15T08:45:00Z,5,measured",
        ",2026-06-15T09:00:00Z,5,measured",
        "home,2026-02-30T09:00:00Z,5,measured",
        "home,2026-06-15T09:15:00Z,,measured",
        "home,2026-06-15T09:30:00Z,,missing"
      ].join("\n")
    )
    expect(problems.map(({ row, column, problem }) => `${column}${row} ${problem}`)).toEqual([
      "C2 finer than 1 Wh",
      "B3 not the start of a quarter hour",
      "B4 not a date and time",
      "C5 negative",
      "D6 not a known quality",
      "B8 this period stands twice",
      "A9 no metering point: name it by --metering-point",
      "B10 not a date and time",
      "C11 empty"
    ])
    expect(values.map(({ row, quality }) => [row, quality])).toEqual([[7, "measured"], [12, "missing"]])
  })
})

const clocks = (name: string): Array<string> => {
  const day = localDayNamed("Europe/Vienna", name)!
  return periodsBetween(day.start, day.end).map((start) => new Date((start + (start >= at(`${name}T01:00:00Z`) ? 3_600 : 7_200)) * 1000).toISOString().slice(11, 16))
}

describe("an Austrian portal's export", () => {
  const rows = (times: ReadonlyArray<string>, date: string): Array<Array<string>> => [
    ["MeteringpointID", "AT001", "AT001", "AT002", "AT002"],
    ["Energy direction", "CONSUMPTION", "CONSUMPTION", "GENERATION", "GENERATION"],
    ["Metercode", "Gesamtverbrauch lt. Messung [KWH]", "Qualität", "Anteil gemeinschaftliche Erzeugung [KWH]", "Qualität"],
    ...times.map((clock, index) => [`${date} ${clock}:00`, `0,${String(index).padStart(3, "0")}`, index === 5 ? "L3" : "L1", "1,0", "L1"])
  ]

  it("the 100-period day of autumn: 02:00 comes twice, each hour has its own values, shares are not taken for measured energy", async () => {
    const day = localDayNamed("Europe/Vienna", "2026-10-25")!
    const { layout, values, problems } = await read(makeXlsx(rows(clocks("2026-10-25"), "25.10.2026")))
    expect([layout, problems]).toEqual(["eda-portal", []])
    expect(values.map(({ period }) => period)).toEqual(periodsBetween(day.start, day.end))
    expect(values.map(({ energyWh }) => energyWh)).toEqual(Array.from({ length: 100 }, (_, index) => index))
    expect(new Set(values.map(({ meteringPoint }) => meteringPoint))).toEqual(new Set(["AT001"]))
    expect(values.filter(({ quality }) => quality === "provisional").map(({ energyWh }) => energyWh)).toEqual([5])
  })

  it("the same as CSV with semicolons, newest row first", async () => {
    const [head, body] = [rows([], ""), rows(clocks("2026-10-25"), "25.10.2026").slice(3)]
    const csv = [...head, ...body.toReversed()].map((row) => row.join(";")).join("\r\n")
    const { values, problems } = await read(csv)
    expect(problems).toEqual([])
    expect(values.toSorted((a, b) => a.period - b.period).map(({ energyWh }) => energyWh)).toEqual(Array.from({ length: 100 }, (_, index) => index))
  })

  it("spring has no 02:30", async () => {
    const { problems } = await read(makeXlsx(rows(["01:45", "02:30", "03:00"], "29.03.2026")))
    expect(problems).toEqual([{ row: 5, column: "A", value: "29.03.2026 02:30:00", problem: "a clock time that this day does not have" }])
  })
})

describe("a German portal's export", () => {
  const head = "Messlokation;DE0001\nZeitraum;15.06.2026\n\nDatum;von;bis;Verbrauch [kWh];Status\n"
  it("date and clock apart, decimal comma, thousands, status", async () => {
    const { layout, values, problems } = await read(`${head}15.06.2026;00:00;00:15;0,125;W\n15.06.2026;00:15;00:30;1.234,5;E\n15.06.2026;00:30;00:45;2;V\n`, { timeZone: "Europe/Berlin" })
    expect([layout, problems]).toEqual(["german-portal", []])
    expect(values.map(({ meteringPoint, energyWh, quality }) => [meteringPoint, energyWh, quality])).toEqual([
      ["DE0001", 125, "measured"],
      ["DE0001", 1_234_500, "substitute"],
      ["DE0001", 2_000, "provisional"]
    ])
  })
  it("in Windows-1252, without a metering point: it is asked for, or named by the caller", async () => {
    const csv = Uint8Array.from([...strToU8("Tag;Uhrzeit von;Wert (kWh);Status\n15.06.2026;00:00;0,1;Vorl"), 0xe4, ...strToU8("ufiger Wert\n")])
    expect((await read(csv)).problems[0]!.problem).toContain("--metering-point")
    expect((await read(csv, { ...vienna, meteringPoint: "home" })).values).toMatchObject([{ meteringPoint: "home", energyWh: 100, quality: "provisional" }])
  })
  it("a spreadsheet's numbers are read to the Wh: 0.1 + 0.2 is 300 Wh, 1e-7 is none", async () => {
    const sheet = (value: number) => makeXlsx([["Messlokation", "DE0001"], ["Datum", "von", "kWh"], ["15.06.2026", "00:00", value]])
    expect((await read(sheet(0.1 + 0.2))).values[0]!.energyWh).toBe(300)
    expect((await read(sheet(1e-7))).problems[0]!.problem).toBe("not a number")
    expect((await read(sheet(0.0005))).problems[0]!.problem).toBe("finer than 1 Wh")
  })
})

describe("hostile documents are refused, with cause and mend", () => {
  const refusal = (bytes: Uint8Array | string, options?: ReadOptions): Promise<unknown> => read(bytes, options).catch((error: unknown) => error)
  it.each<[string, Uint8Array | string, RegExp]>([
    ["nothing", "", /empty/],
    ["no layout", "a,b\n1,2\n", /no known layout/],
    ["an old spreadsheet", Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0), /old XLS/],
    ["a broken archive", Uint8Array.of(0x50, 0x4b, 3, 4, 1, 2, 3), /not a readable XLSX/],
    ["an archive that is no workbook", makeXlsx([["a"]]).slice(0, 200), /not a readable XLSX/],
    ["a bomb", makeXlsx([["a"]], { "xl/media/image1.png": new Uint8Array(40 * 2 ** 20) }), /unpacks to more/],
    ["bytes that are no text", Uint8Array.from({ length: 400 }, (_, index) => (index * 37) % 256), /not text/],
    ["a quote that never ends", `metering_point,period_start,energy_wh,quality\n"${"x".repeat(1_000_000)}`, /not CSV/],
    ["a row without end", `metering_point,period_start,energy_wh,quality\n${"1,".repeat(100_000)}`, /columns|not CSV/]
  ])("%s", async (_, bytes, message) => {
    const error = await refusal(bytes)
    expect(error).toBeInstanceOf(DocumentRefused)
    expect((error as DocumentRefused).message).toMatch(message)
    expect((error as DocumentRefused).mend).not.toBe("")
  })
  it("a file beyond the limit is not even looked into", async () => {
    expect(await refusal(new Uint8Array(33 * 2 ** 20))).toMatchObject({ message: expect.stringContaining("32 MiB") })
  })
  it("a directory that lies about its sizes does not help a bomb", async () => {
    const bomb = makeXlsx([["a"]], { "xl/media/image1.png": new Uint8Array(40 * 2 ** 20) })
    const view = new DataView(bomb.buffer, bomb.byteOffset)
    for (let at = 0; at + 46 < bomb.length; at++) if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 10, true)
    expect(await refusal(bomb)).toMatchObject({ message: expect.stringContaining("unpacks to more") })
  })
  it("a formula in a cell stays text", async () => {
    expect((await read('metering_point,period_start,energy_wh,quality\nhome,2026-06-15T08:00:00Z,=1+1,measured\n')).problems[0]!.problem).toBe("not a number")
  })
})
