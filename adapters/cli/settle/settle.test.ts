import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { explainLine } from "./explain-line.ts"
import { settleFiles } from "./settle.ts"
import { demo, errorOf, openLab } from "./testing/lab.ts"
import { verify, verifyFolder } from "./verify.ts"

const { folder, options, changed, close } = openLab()
afterAll(close)

describe("the demo community", () => {
  it("is settled, verified and explained from plain files", () => {
    const first = options()
    const run = settleFiles(first)
    // Own roof, trades and a dynamic key leave nothing that two could still share.
    const energy = run.result.periods.reduce((sum, row) => sum + row.tradedWh + row.sharedWh, 0)
    const most = run.result.periods.reduce((sum, row) => sum + Math.min(row.injectedWh, row.withdrawnWh), 0)
    expect(energy).toBe(most)
    expect(verify(first.out)).toContain("all hashes and the root are right")
    const text = explainLine({ folder: first.out, member: "cleo", line: "community", at: "2016-03-26T11:00Z" })
    expect(text).toContain("x 120000 micro-EUR/kWh")
    expect(text).toContain('step "own roof" (dynamic)')
    expect(readFileSync(join(first.out, "statements/cleo.txt"), "utf8")).toContain("the same energy at the plain tariff")
  })

  it("gives the same hashes from the long form of the values, in kWh with commas, rows shuffled", () => {
    const wide = readFileSync(join(demo, "intervals.csv"), "utf8").trim().split("\n").map((line) => line.split(","))
    const long = wide.slice(1).flatMap((cells) => cells.slice(2).map((wh, place) => `${cells[0]};${wide[0]![place + 2]};${(Number(wh) / 1000).toFixed(3).replace(".", ",")};measured`))
    const file = join(folder, "long.csv")
    writeFileSync(file, `\uFEFFutc;meteringPoint;energyKwh;quality\r\n${long.toReversed().join("\r\n")}\r\n`)
    expect(settleFiles(options({ intervals: file })).resultHash).toEqual(settleFiles(options()).resultHash)
  })
})

describe("a wrong input is named, and nothing is left behind", () => {
  it.each<[string, Partial<Record<"rules" | "tariffs" | "intervals" | "trades", (text: string) => string>>, string]>([
    ["a word for a number", { intervals: (text) => text.replace("2016-03-26T11:00Z,2016-03-26T12:00+0100,761", "2016-03-26T11:00Z,2016-03-26T12:00+0100,much") }, 'row 50, column 3 (ada-roof): "much" is no amount of Wh'],
    ["a negative value", { intervals: (text) => text.replace("+0100,761", "+0100,-761") }, 'row 50, column 3 (ada-roof): "-761"'],
    ["a cell too few", { intervals: (text) => text.replace("+0100,761,", "+0100,") }, "row 50: 9 cells under 10 headings"],
    ["a wrong time", { intervals: (text) => text.replace("2016-03-26T11:00Z", "2016-03-26T11:07Z") }, "is not the start of a quarter hour"],
    ["a period twice", { intervals: (text) => text.replace("2016-03-26T11:00Z", "2016-03-26T10:45Z") }, "the period 2016-03-26T10:45:00Z stands twice"],
    ["an unknown point", { intervals: (text) => text.replace("ben-home", "ben-hut") }, "row 1, column 5 (ben-hut): ben-hut has interval values but no member"],
    ["a trade without energy", { trades: (text) => text.replace("110000,120", "110000,0") }, 'row 2, column 6 (quantityWh): "0" is no whole number from 1'],
    ["a trade of nobody", { trades: (text) => text.replace("cleo-home", "leo-home") }, "row 2, column 3 (buyPoint): leo-home is no metering point of a member"],
    ["not JSON", { rules: (text) => text.replace('"community": "sonnenhang",', '"community": "sonnenhang"') }, "line 3: not JSON"],
    ["a misspelt field", { rules: (text) => text.replace('"timeZone"', '"timezone"') }, "timezone"],
    ["an unknown area", { rules: (text) => text.replace('"area": "semiurb4",\n          "gridLevel"', '"area": "moon",\n          "gridLevel"') }, "members[0].points[0].area: moon is not among"],
    ["a member twice", { rules: (text) => text.replace('"member": "ben"', '"member": "ada"') }, "members[1].member: ada stands twice"],
    ["a component without price", { tariffs: (text) => text.replace('      "price": 60000\n', '      "on": ["feed-in"]\n') }, "components[1]: a component of kind feed-in has a price"],
    ["two rates on one day", { tariffs: (text) => text.replace('"until": "2016-03-26"', '"until": "2016-03-27"') }, "electricity levy has a rate already on 2016-03-27"]
  ])("%s", (_, changes, message) => {
    const files = Object.fromEntries(Object.entries(changes).map(([role, change]) => [role, changed(`${role}.${role === "rules" || role === "tariffs" ? "json" : "csv"}`, change)]))
    const wrong = options(files)
    expect(errorOf(() => settleFiles(wrong))).toContain(message)
    expect(readdirSync(folder).filter((name) => wrong.out.endsWith(name) || name.includes("partial"))).toEqual([])
  })

  it("a run is never overwritten", () => {
    const first = options()
    settleFiles(first)
    expect(errorOf(() => settleFiles(first))).toContain("a run is never overwritten")
  })
})

describe("versions", () => {
  it("a hole makes a run provisional, its value a final one, a new value a correction; each posts its difference only and says for whom", () => {
    const [provisional, final, correction] = [options({ intervals: changed("intervals.csv", (text) => text.replace("+0100,761,", "+0100,,")) }), options(), options({ intervals: changed("intervals.csv", (text) => text.replace("+0100,761,", "+0100,861,")) })]
    expect(settleFiles(provisional).status).toEqual({ kind: "provisional" })
    expect(settleFiles({ ...final, previous: provisional.out }).status).toEqual({ kind: "final" })
    const run = settleFiles({ ...correction, previous: final.out })
    expect([run.version, run.status]).toEqual([3, { kind: "correction", number: 1 }])
    const sums = new Map<string, bigint>()
    for (const { out } of [provisional, final, correction]) {
      for (const line of readFileSync(join(out, "postings.csv"), "utf8").trim().split("\n").slice(1)) {
        const at = line.lastIndexOf(",")
        const key = line.slice(0, line.lastIndexOf(",", at - 1))
        sums.set(key, (sums.get(key) ?? 0n) + BigInt(line.slice(at + 1)))
      }
    }
    const last = readFileSync(join(correction.out, "bookings.csv"), "utf8").trim().split("\n").slice(1)
    const expected = new Map<string, bigint>()
    for (const line of last) {
      const at = line.lastIndexOf(",")
      const key = line.slice(0, line.lastIndexOf(",", at - 1))
      expected.set(key, (expected.get(key) ?? 0n) + BigInt(line.slice(at + 1)))
    }
    const nonZero = (map: Map<string, bigint>) => [...map].filter(([, amount]) => amount !== 0n).sort()
    expect(nonZero(sums)).toEqual(nonZero(expected))
    const changes = readFileSync(join(correction.out, "changes.txt"), "utf8")
    expect(changes).toContain("ada-roof: 1 values, +0.100 kWh, first 2016-03-26T11:00:00Z")
    expect(changes).toMatch(/ada: \d/)
    for (const { out } of [provisional, final, correction]) expect(verifyFolder(out).differences).toEqual([])
  })

  it("the previous version must be of the same settlement period", () => {
    const first = options()
    settleFiles(first)
    const oneDay = changed("intervals.csv", (text) => text.split("\n").slice(0, 97).join("\n"))
    const noTrades = options({ previous: first.out, intervals: oneDay, trades: undefined })
    expect(errorOf(() => settleFiles(noTrades))).toContain("the previous run settled 2016-03-26..2016-03-27 of sonnenhang, these inputs 2016-03-26 of sonnenhang")
  })
})

it("a shadow run says what the static key would have meant, and posts nothing", () => {
  const shadow = changed("rules.json", (text) => text.replaceAll('"kind": "dynamic"', '"kind": "equal"'))
  const [plain, beside] = [settleFiles(options()), options({ shadow })]
  const run = settleFiles(beside)
  expect(run.bookings).toEqual(plain.bookings)
  const lines = readFileSync(join(beside.out, "shadow.csv"), "utf8").trim().split("\n")
  expect(lines.length).toBe(1 + run.statements.length)
  for (const line of lines.slice(1)) {
    const cells = line.split(",")
    expect(BigInt(cells[3]!)).toBe(BigInt(cells[2]!) - BigInt(cells[1]!))
  }
  expect(lines.some((line) => !line.endsWith(",0"))).toBe(true)
  expect(verifyFolder(beside.out).differences).toEqual([])
})

it("an official allocation stands beside ours, with reasons where it differs", () => {
  const first = options()
  settleFiles(first)
  const wide = readFileSync(join(demo, "intervals.csv"), "utf8").trim().split("\n").map((line) => line.split(","))
  // The operator knows nothing of ours but the values; it gives nothing to Cleo at noon, one Wh to Ben too much, and had another value of Dora's.
  const ours = explainLine({ folder: first.out, member: "ben", line: undefined, at: "2016-03-26T11:00Z" })
  const shared = (point: string): number => [...ours.matchAll(new RegExp(`${point} \\(\\w+\\): (\\d+) of`, "g"))].reduce((sum, found) => sum + Number(found[1]), 0)
  const row = wide.find(([utc]) => utc === "2016-03-26T11:00Z")!
  const points = wide[0]!.slice(2)
  const own = (point: string): number => (point === "cleo-home" ? 9 : point === "ada-roof" ? shared(point) - 120 : shared(point))
  const official = points.map((point, place) => {
    const wh = own(point) + (point === "ben-home" ? 1 : point === "bakery" ? -1 : 0)
    return `2016-03-26T11:00Z,${point},${wh},${Number(row[place + 2]) + (point === "dora-home" ? 5 : 0)}`
  })
  const file = join(folder, "official.csv")
  writeFileSync(file, `utc,meteringPoint,sharedWh,energyWh\n${official.join("\n")}\n`)
  const beside = options({ official: file })
  const run = settleFiles(beside)
  const at = Date.parse("2016-03-26T11:00Z") / 1000
  expect(run.differences!.filter(({ time }) => time === at).map(({ meteringPoint, reason }) => [meteringPoint, reason])).toEqual([
    ["bakery", "rounding"],
    ["ben-home", "rounding"]
  ])
  expect(run.differences!.filter(({ time }) => time !== at).every(({ reason }) => reason === "not in the official allocation")).toBe(true)
  expect(readFileSync(join(beside.out, "official.csv"), "utf8")).toContain("ben-home")
  expect(verifyFolder(beside.out).differences).toEqual([])
})
