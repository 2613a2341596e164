import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { decode } from "../../../engine/core/quantity/codec.ts"
import { decodePayload, envelope } from "../../../engine/core/envelope.ts"
import { demoKeys } from "./demo-keys.ts"
import { foundingRecords } from "./found-world.ts"
import { loadWorld } from "./world.ts"

const folder = mkdtempSync(join(tmpdir(), "commonwatt-world-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Editable {
  outsideGateways?: Array<Record<string, unknown>>
  market: Record<string, number>
  members: Array<{ member: string; meteringPoints: Array<{ neighbours?: Array<string>; keepPercent?: number }> }>
}

/** The demo world with a change, loaded. */
const changed = (change: (world: Editable) => void) => {
  const world = JSON.parse(readFileSync(join(import.meta.dirname, "../../../infra/demo/semiurb4.world.json"), "utf8")) as Editable
  change(world)
  const file = join(folder, "changed.world.json")
  writeFileSync(file, JSON.stringify(world, null, 2))
  return loadWorld(file)
}
const commandsOf = (world: ReturnType<typeof loadWorld>) => foundingRecords(world, demoKeys(world.seed)).flatMap((bytes) => decodePayload(decode(envelope, bytes).signed.payload))

describe("the market of a world", () => {
  it("has no call, a book for each period and room for a feeder, unless the file says otherwise", () => {
    const rules = (world: ReturnType<typeof loadWorld>) => commandsOf(world).find((one) => one.kind === "SetMarketRules")!.rules
    expect(rules(changed(() => undefined))).toMatchObject({ opensBefore: 86_400, collectsBefore: 0, books: 97, maximumOpenOrders: 1_000, maximumDirectedOrders: 64, tradingPoints: 10_000, restingOrders: 200_000 })
    expect(rules(changed(({ market }) => Object.assign(market, { collectsBeforeSeconds: 900, books: 4, restingOrders: 9 })))).toMatchObject({ collectsBefore: 900, books: 4, restingOrders: 9 })
  })

  it.each([
    ["a band that is no multiple of the tick", { priceTick: 7 }],
    ["more prices than a book holds", { minimumPrice: -10_000_000, maximumPrice: 10_000_000 }],
    ["more books than fit", { books: 1_000 }],
    ["a smallest order above the largest", { minimumQuantity: 9, maximumQuantity: 8 }],
    ["a call before the book opens", { collectsBeforeSeconds: 90_000 }]
  ])("refuses %s, by file and line", (_, rules) => {
    expect(() => changed(({ market }) => Object.assign(market, rules))).toThrow(/changed\.world\.json, line \d+: market: no order book can keep these rules/)
  })
})

describe("preferences of a world", () => {
  it("may prefer neighbours and keep a part", () => {
    const world = changed(({ members }) => Object.assign(members[0]!.meteringPoints[0]!, { neighbours: [members[1]!.member], keepPercent: 30 }))
    const [first, second] = commandsOf(world).filter((one) => one.kind === "SetPreference")
    expect(first).toMatchObject({ neighbours: [world.members[1]!.member], keepPercent: 30 })
    expect(second).toMatchObject({ neighbours: [], keepPercent: 0 })
  })

  it("refuses neighbours who are nobody, the member itself, or named twice", () => {
    const naming = (names: (world: Editable) => Array<string>) => () => changed((world) => (world.members[0]!.meteringPoints[0]!.neighbours = names(world)))
    for (const names of [() => ["nobody"], ({ members }: Editable) => [members[0]!.member], ({ members }: Editable) => [members[1]!.member, members[1]!.member]]) {
      expect(naming(names)).toThrow(/line \d+: members\[0\]\.meteringPoints\[0\]\.neighbours: \S+ is no other member, or stands twice/)
    }
  })
})

describe("gateways outside of a world", () => {
  const point = { meteringPoint: "AT00001", member: "member-00", direction: "withdrawal", capacityWh: 2_750, limitPrice: 266_000 }
  const key = "0123456789abcdef".repeat(4)
  const outside = (...gateways: ReadonlyArray<Record<string, unknown>>) => changed((world) => (world.outsideGateways = gateways.map((one) => ({ name: "home-17", key, meteringPoints: [point], ...one }))))

  it("have their metering points registered for their own key, with their member's preference", () => {
    const world = outside({})
    expect(commandsOf(world).find((one) => one.kind === "RegisterMeteringPoint" && one.meteringPoint === "AT00001")).toMatchObject({ member: "member-00", direction: "withdrawal", capacityWh: 2_750, gatewayKey: Uint8Array.from(Buffer.from(key, "hex")) })
    expect(commandsOf(world).find((one) => one.kind === "SetPreference" && one.meteringPoint === "AT00001")).toMatchObject({ limitPrice: 266_000 })
    expect(commandsOf(world).filter((one) => one.kind === "RegisterMeteringPoint")).toHaveLength(commandsOf(changed(() => undefined)).filter((one) => one.kind === "RegisterMeteringPoint").length + 1)
  })

  it("may be all that a member has", () => {
    const world = changed((one) => {
      one.members[0]!.meteringPoints = []
      one.outsideGateways = [{ name: "home-17", key, meteringPoints: [point] }]
    })
    expect(commandsOf(world).filter((one) => one.kind === "RegisterMeteringPoint" && one.member === "member-00")).toHaveLength(1)
    expect(() => changed((one) => (one.members[0]!.meteringPoints = []))).toThrow(/line \d+: members\[0\]\.meteringPoints: member-00 has no metering point/)
  })

  it.each([
    ["a key that is none", { key: "abc" }, /outsideGateways\[0\]\.key/],
    ["a metering point that is simulated", { meteringPoints: [{ ...point, meteringPoint: "semiurb4-load-00" }] }, /outsideGateways\[0\]\.meteringPoints\[0\]\.meteringPoint: semiurb4-load-00 stands twice/],
    ["a member that nobody knows", { meteringPoints: [{ ...point, member: "nobody" }] }, /outsideGateways\[0\]\.meteringPoints\[0\]\.member: nobody is no member/],
    ["a neighbour that nobody knows", { meteringPoints: [{ ...point, neighbours: ["nobody"] }] }, /outsideGateways\[0\]\.meteringPoints\[0\]\.neighbours: nobody is no other member/]
  ])("refuse %s, by file and line", (_, change, message) => {
    expect(() => outside(change)).toThrow(message)
    expect(() => outside(change)).toThrow(/changed\.world\.json, line \d+: /)
  })

  it("refuse two gateways of one key", () => {
    expect(() => outside({}, { name: "home-18", meteringPoints: [{ ...point, meteringPoint: "AT00002" }] })).toThrow(/outsideGateways\[1\]\.key: another gateway has this key/)
  })
})
