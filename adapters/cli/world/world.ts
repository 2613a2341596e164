import { dirname, resolve } from "node:path"
import { createHash } from "node:crypto"
import { Schema } from "effect"
import { knownTimeZones } from "../../../engine/core/calendar/local-day.ts"
import { MOST_ACCOUNTS, MOST_BOOKS, MOST_ORDERS } from "../../../engine/core/market/book/rules.ts"
import { areMarketRules } from "../../../engine/core/market/market-rules.ts"
import { MOST_NEIGHBOURS } from "../../../engine/core/preference/preference.ts"
import { MAX_PRICE } from "../../../engine/core/quantity/money.ts"
import { allDevices } from "../../modbus/simulator/devices/all-devices.ts"
import { marketRulesOf } from "./market-rules-of.ts"
import { readChecked } from "./checked-file.ts"

const between = (minimum: number, maximum: number) => Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum, maximum })))
const price = between(-MAX_PRICE, MAX_PRICE)
const name = Schema.String.pipe(Schema.check(Schema.isPattern(/^[A-Za-z0-9._-]{1,64}$/)))
const oneOf = (values: ReadonlyArray<string>) => Schema.Literals(values as [string, ...Array<string>])

const WorldPoint = Schema.Struct({
  meteringPoint: name,
  column: name,
  direction: Schema.Literals(["withdrawal", "injection"]),
  device: oneOf([...allDevices.keys()].sort()),
  initialWh: between(0, 1_000_000_000),
  capacityWh: between(1, 500_000_000),
  limitPrice: price,
  /** Members to trade with first. */
  neighbours: Schema.optionalKey(Schema.Array(name).pipe(Schema.check(Schema.isMaxLength(MOST_NEIGHBOURS)))),
  keepPercent: Schema.optionalKey(between(0, 100))
})
export type WorldPoint = Schema.Schema.Type<typeof WorldPoint>

const WorldFile = Schema.Struct({
  name,
  about: Schema.String,
  area: name,
  community: name,
  timeZone: oneOf(knownTimeZones),
  seed: Schema.String,
  feeder: Schema.String,
  from: Schema.String.pipe(Schema.check(Schema.isPattern(/^\d{4}-\d{2}-\d{2}$/))),
  liveFromClock: Schema.String.pipe(Schema.check(Schema.isPattern(/^([01]\d|2[0-3]):(00|15|30|45)$/))),
  tariff: Schema.Struct({ residualSupplyPrice: price, feedInPrice: price, sharingPrice: price }),
  market: Schema.Struct({
    minimumPrice: price,
    maximumPrice: price,
    priceTick: between(1, MAX_PRICE),
    minimumQuantity: between(1, 500_000_000),
    maximumQuantity: between(1, 500_000_000),
    opensBeforeSeconds: between(900, 604_800),
    collectsBeforeSeconds: Schema.optionalKey(between(0, 604_800)),
    maximumOpenOrders: Schema.optionalKey(between(1, MOST_ORDERS)),
    maximumDirectedOrders: Schema.optionalKey(between(0, MOST_ORDERS)),
    books: Schema.optionalKey(between(1, MOST_BOOKS)),
    tradingPoints: Schema.optionalKey(between(1, MOST_ACCOUNTS)),
    restingOrders: Schema.optionalKey(between(1, MOST_ORDERS))
  }),
  disputeWindowSeconds: between(1, 31_536_000),
  members: Schema.Array(
    Schema.Struct({ member: name, depositCents: between(1, 100_000_000), meteringPoints: Schema.NonEmptyArray(WorldPoint) })
  ).pipe(Schema.check(Schema.isMinLength(1)))
})

/** A demo world: who lives there, what measures them, by which rules they trade. Prices in micro-units per kWh, energy in Wh. */
export interface World extends Schema.Schema.Type<typeof WorldFile> {
  /** The file it came from, and the feeder data beside it. */
  readonly file: string
  readonly feederFile: string
  /** Names the content: a changed world is another world. */
  readonly hash: string
}

const kind = {
  what: "the world file",
  mendUnreadable: "name another by --world FILE, or leave --world out for the demo feeder",
  mendContent: "correct the file; docs/guides/worlds.md describes every field"
}

/** Reads and validates a world file; an error names file, line and field. */
export const loadWorld = (path: string): World => {
  const file = resolve(path)
  const { value: world, fail } = readChecked(WorldFile, file, kind)
  const seen = new Set<string>()
  for (const [memberIndex, member] of world.members.entries()) {
    for (const [index, { meteringPoint }] of member.meteringPoints.entries()) {
      if (seen.has(meteringPoint)) fail(`members[${memberIndex}].meteringPoints[${index}].meteringPoint`, `${meteringPoint} stands twice`)
      seen.add(meteringPoint)
    }
  }
  checkMarket(world, fail)
  checkNeighbours(world, fail)
  const hash = createHash("sha256").update(JSON.stringify(world)).digest("hex").slice(0, 12)
  return { ...world, file, feederFile: resolve(dirname(file), world.feeder), hash }
}

const checkMarket = ({ market }: Schema.Schema.Type<typeof WorldFile>, fail: (field: string, text: string) => never): void => {
  if (areMarketRules(marketRulesOf(market))) return
  const rules = "prices of the band are multiples of the tick, at most 2^20; the smallest order is no larger than the largest; orders are not collected before the book opens; books times prices, rounded up to a power of two, are at most 2^27"
  fail("market", `no order book can keep these rules (${rules})`)
}

/** Neighbours are other members of the world, each named once. */
const checkNeighbours = ({ members }: Schema.Schema.Type<typeof WorldFile>, fail: (field: string, text: string) => never): void => {
  for (const [memberIndex, { member, meteringPoints }] of members.entries()) {
    for (const [index, { neighbours = [] }] of meteringPoints.entries()) {
      const field = `members[${memberIndex}].meteringPoints[${index}].neighbours`
      for (const [place, one] of neighbours.entries()) {
        if (one === member || neighbours.indexOf(one) !== place || !members.some((other) => other.member === one)) fail(field, `${one} is no other member, or stands twice`)
      }
    }
  }
}
