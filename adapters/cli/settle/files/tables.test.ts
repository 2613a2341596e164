import { describe, expect, it } from "vitest"
import type { IntervalColumns } from "../../../../engine/core/settlement/community/community-inputs.ts"
import { csvOfTable } from "../../../documents/table/csv-text.ts"
import { readDocument } from "../../../documents/table/read-document.ts"
import { makeXlsx } from "../../../documents/testing/make-xlsx.ts"
import { errorOf } from "../testing/lab.ts"
import { readIntervals } from "./intervals-file.ts"
import { readCoefficients, readOfficial, readPrices, readTrades } from "./small-tables.ts"

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const read = (text: string | Uint8Array, unit: "Wh" | "kWh" = "Wh"): IntervalColumns => readIntervals("values.csv", typeof text === "string" ? utf8(text) : text, unit, { timeZone: "Europe/Vienna" })
const valuesOf = ({ meteringPoints, periods, values }: IntervalColumns) => ({ meteringPoints: [...meteringPoints], first: new Date(periods[0]! * 1000).toISOString(), values: [...values] })
const expected = { meteringPoints: ["home", "roof"], first: "2016-03-01T00:00:00.000Z", values: [120, 761, 130, -1] }

describe("values as they come from an office", () => {
  it.each<[string, string | Uint8Array, "Wh" | "kWh"]>([
    ["commas, LF", "utc,roof,home\n2016-03-01T00:00Z,761,120\n2016-03-01T00:15Z,,130\n", "Wh"],
    ["semicolons, CRLF, byte order mark", "\uFEFFutc;roof;home\r\n2016-03-01T00:00Z;761;120\r\n2016-03-01T00:15Z;;130\r\n", "Wh"],
    ["kWh with a decimal comma", "utc;roof;home\n2016-03-01T00:00Z;0,761;0,12\n2016-03-01T00:15Z;;,130".replace(",130", "0,130"), "kWh"],
    ["tabs and a decimal comma", "utc\troof\thome\n2016-03-01T00:00Z\t0,761\t0,12\n2016-03-01T00:15Z\t\t0,130", "kWh"],
    ["quoted cells, empty rows, mixed line ends", '"utc","roof","home"\r\n\n"2016-03-01T00:00Z","761","120"\n,,\r\n"2016-03-01T00:15Z","","130"', "Wh"],
    ["Windows-1252", Uint8Array.from(Buffer.from("utc;roof;home;local\n2016-03-01T00:00Z;761;120;M\xe4rz\n2016-03-01T00:15Z;;130;M\xe4rz\n", "latin1")), "Wh"],
    ["UTF-16, as Excel saves Unicode text", Uint8Array.from([0xff, 0xfe, ...Buffer.from("utc\troof\thome\n2016-03-01T00:00Z\t761\t120\n2016-03-01T00:15Z\t\t130\n", "utf16le")]), "Wh"],
    ["clock time of Vienna", "local;roof;home\n01.03.2016 01:00;761;120\n01.03.2016 01:15;;130", "Wh"],
    ["long form", "meteringPoint,utc,energyWh\nroof,2016-03-01T00:00Z,761\nhome,2016-03-01T01:15+01:00,130\nhome,2016-03-01T00:00Z,120\nroof,2016-03-01T00:15Z,", "Wh"]
  ])("%s", (_, text, unit) => {
    expect(valuesOf(read(text, unit))).toEqual(expected)
  })

  it("a workbook: dates, numbers and texts, rows where they were", async () => {
    const sheet = makeXlsx([["utc", "roof", "home"], ["2016-03-01 00:00", 0.761, "0,120"], [null, null, null], ["2016-03-01T00:15Z", null, 0.13]])
    const csv = utf8(csvOfTable(await readDocument(sheet)))
    expect(valuesOf(read(csv, "kWh"))).toEqual(expected)
    const wrong = utf8(csvOfTable(await readDocument(makeXlsx([["utc", "roof"], ["2016-03-01 00:00", 1], [null, null], ["2016-03-01 00:15", -1]]))))
    expect(errorOf(() => read(wrong))).toContain('values.csv, row 4, column 2 (roof): "-1" is no amount of Wh')
  })

  it("dates of a workbook are the clock time they show", () => {
    expect(csvOfTable({ rows: [["utc", "roof"], [new Date("2016-03-26T10:59:59.9996Z"), 0.1 + 0.2]] })).toBe("utc;roof\n2016-03-26 11:00:00;0.3\n")
  })

  it("a portal's export, provisional values told as substitutes", () => {
    const found = read("MeteringpointID;AT1;AT1\nEnergy direction;CONSUMPTION;CONSUMPTION\nMetercode;Gesamtverbrauch lt. Messung [KWH];Qualität\n01.03.2016 01:00:00;0,761;L1\n01.03.2016 01:15:00;0,130;L3\n")
    expect([valuesOf(found), [...found.substitutes]]).toEqual([{ meteringPoints: ["AT1"], first: "2016-03-01T00:00:00.000Z", values: [761, 130] }, [1]])
  })
})

describe("clock changes", () => {
  const clocks = ["01:45", "02:00", "02:15", "02:30", "02:45", "02:00", "02:15", "02:30", "02:45", "03:00"]
  it("the hour that comes twice is read first as summer, then as winter time", () => {
    const { periods } = read(`local;home\n${clocks.map((clock) => `30.10.2016 ${clock};1`).join("\n")}`)
    expect(periods.map((time) => new Date(time * 1000).toISOString().slice(11, 16))).toEqual(["23:45", "00:00", "00:15", "00:30", "00:45", "01:00", "01:15", "01:30", "01:45", "02:00"])
  })
  it("an hour three times, and one that spring leaves out, are named", () => {
    expect(errorOf(() => read(`local;home\n${[...clocks, "02:00"].map((clock) => `30.10.2016 ${clock};1`).join("\n")}`))).toContain("row 12, column 1 (local): the period 2016-10-30T01:00:00Z stands twice")
    expect(errorOf(() => read("local;home\n27.03.2016 02:30;1"))).toContain('row 2, column 1 (local): "27.03.2016 02:30" is a clock time that this day does not have')
  })
})

describe("a wrong table is refused with row and column", () => {
  it.each<[string, string | Uint8Array, string]>([
    ["an empty file", "", "values.csv: the file is empty"],
    ["a heading alone", "utc,home\n", "holds no interval values"],
    ["no time", "when,home\n2016-03-01T00:00Z,1", "row 1: no column `utc` among when, home"],
    ["two times", "utc,utc,home\n2016-03-01T00:00Z,2016-03-01T00:00Z,1", "row 1, column 2 (utc): utc stands twice"],
    ["a column twice", "utc,home,home\n2016-03-01T00:00Z,1,1", "row 1, column 3 (home): home stands twice"],
    ["a column without heading", "utc,home,\n2016-03-01T00:00Z,1,1", "row 1, column 3 (): a column without a heading"],
    ["a row too short", "utc,home,roof\n2016-03-01T00:00Z,1", "row 2: 2 cells under 3 headings"],
    ["a row too long", "utc,home\n2016-03-01T00:00Z,1,2", "row 2: 3 cells under 2 headings"],
    ["negative", "utc,home\n2016-03-01T00:00Z,-1", 'row 2, column 2 (home): "-1" is no amount of Wh'],
    ["NaN", "utc,home\n2016-03-01T00:00Z,NaN", '"NaN" is no amount of Wh'],
    ["huge", "utc,home\n2016-03-01T00:00Z,99999999999999999999", '"99999999999999999999" is no amount of Wh'],
    ["one more than fits", "utc,home\n2016-03-01T00:00Z,500000001", '"500000001" is no amount of Wh'],
    ["an exponent", "utc,home\n2016-03-01T00:00Z,1e3", '"1e3" is no amount of Wh'],
    ["a decimal of Wh", "utc;home\n2016-03-01T00:00Z;1,5", '"1,5" is no amount of Wh'],
    ["a day that is none", "utc,home\n2016-02-30T00:00Z,1", 'row 2, column 1 (utc): "2016-02-30T00:00Z" is no time'],
    ["an offset that is none", "utc,home\n2016-02-01T00:00+25:00,1", "is no time"],
    ["an offset of minutes", "utc,home\n2016-02-01T00:00+05:40,1", "is not the start of a quarter hour"],
    ["a year without offsets", "utc,home\n2040-01-01T00:00Z,1", "is outside the years 2010 to 2039"],
    ["years apart", "utc,home\n2016-01-01T00:00Z,1\n2018-01-01T00:00Z,1", "more than 400 days"],
    ["an open quote", 'utc,home\n2016-03-01T00:00Z,"1\n', "row 2 is not CSV"],
    ["a quote within", 'utc,home\n2016-03-01T00:00Z,1\n2016-03-01T00:15Z,1"2"\n', "row 3 is not CSV"],
    ["zeroes of a disk", new Uint8Array(64), "is not text"],
    ["a value twice", "utc,meteringPoint,energyWh\n2016-03-01T00:00Z,home,\n2016-03-01T01:00+01:00,home,1", "row 3, column 1 (utc): home has a value for 2016-03-01T00:00:00Z already"],
    ["no metering point", "utc,meteringPoint,energyWh\n2016-03-01T00:00Z,,1", "row 2, column 2 (meteringPoint): no metering point"],
    ["an unknown quality", "utc,meteringPoint,energyWh,quality\n2016-03-01T00:00Z,home,1,guessed", 'row 2, column 4 (quality): "guessed" is none of'],
    ["a portal's wrong row", "MeteringpointID;AT1\nEnergy direction;CONSUMPTION\nMetercode;Gesamtverbrauch lt. Messung [KWH]\n01.03.2016 01:00:00;much\n", "row 4, column B: not a number"]
  ])("%s", (_, text, message) => {
    expect(errorOf(() => read(text))).toContain(message)
  })

  it("kWh: finer than a Wh, and a comma that could part thousands", () => {
    expect(errorOf(() => read("utc,home\n2016-03-01T00:00Z,0.0005", "kWh"))).toContain('"0.0005" is no amount of kWh from 0 to 500000 with up to three decimals')
    expect(errorOf(() => read('utc,home\n2016-03-01T00:00Z,"1,234"', "kWh"))).toContain('"1,234" is no amount of kWh')
  })

  it("a metering point that no member has", () => {
    const terms = { timeZone: "Europe/Vienna", meteringPoints: new Set(["home"]) }
    expect(errorOf(() => readIntervals("v", utf8("utc,home,hut\n2016-03-01T00:00Z,1,1"), "Wh", terms))).toContain("row 1, column 3 (hut): hut has interval values but no member")
    expect(errorOf(() => readIntervals("v", utf8("utc,meteringPoint,energyWh\n2016-03-01T00:00Z,home,1\n2016-03-01T00:00Z,hut,1"), "Wh", terms))).toContain("row 3, column 2 (meteringPoint): hut has")
    expect(errorOf(() => readTrades("t", utf8(`tradeId,utc,buyPoint,sellPoint,price,quantityWh\n1,${at},home,hut,1,1`), terms.meteringPoints))).toContain("row 2, column 4 (sellPoint): hut is no metering point of a member")
  })

  const at = "2016-03-01T00:00Z"
  it.each<[string, () => unknown, string]>([
    ["a trade twice", () => readTrades("t", utf8(`tradeId,utc,buyPoint,sellPoint,price,quantityWh\n1,${at},a,b,1,1\n1,${at},a,b,1,1`)), "row 3, column 1 (tradeId): trade 1 stands twice"],
    ["a price beyond bounds", () => readTrades("t", utf8(`tradeId,utc,buyPoint,sellPoint,price,quantityWh\n1,${at},a,b,10000001,1`)), 'row 2, column 5 (price): "10000001" is no whole number from -10000000 to 10000000'],
    ["a price series twice", () => readPrices("p", utf8(`utc,spot,spot\n${at},1,2`)), "row 1, column 3 (spot): spot stands twice"],
    ["a price period twice", () => readPrices("p", utf8(`utc,spot\n${at},1\n${at},2`)), "row 3, column 1 (utc): the period stands twice"],
    ["a coefficient above the whole", () => readCoefficients("c", utf8(`utc,producer,consumer,partsPerMillion\n${at},,a,1000001`)), 'row 2, column 4 (partsPerMillion): "1000001" is no whole number from 0 to 1000000'],
    ["an official value twice", () => readOfficial("o", utf8(`utc,meteringPoint,sharedWh\n${at},a,1\n${at},a,1`)), "row 3, column 2 (meteringPoint): the period has a value"]
  ])("%s", (_, work, message) => {
    expect(errorOf(work)).toContain(message)
  })
})
