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
