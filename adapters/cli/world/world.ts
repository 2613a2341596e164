import { dirname, resolve } from "node:path"
import { createHash } from "node:crypto"
import { Schema } from "effect"
import { knownTimeZones } from "../../../engine/core/calendar/local-day.ts"
import { MOST_ACCOUNTS, MOST_BOOKS, MOST_ORDERS } from "../../../engine/core/market/book/rules.ts"
import { areMarketRules, EARLIEST_OPENING } from "../../../engine/core/market/market-rules.ts"
import { MOST_NEIGHBOURS } from "../../../engine/core/preference/preference.ts"
import { MAX_PRICE } from "../../../engine/core/quantity/money.ts"
import { allDevices } from "../../modbus/simulator/devices/all-devices.ts"
import { marketRulesOf } from "./market-rules-of.ts"
import { readChecked } from "./checked-file.ts"

const between = (minimum: number, maximum: number) => Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum, maximum })))
const price = between(-MAX_PRICE, MAX_PRICE)
const name = Schema.String.pipe(Schema.check(Schema.isPattern(/^[A-Za-z0-9._-]{1,64}$/)))
const oneOf = (values: ReadonlyArray<string>) => Schema.Literals(values as [string, ...Array<string>])

/** What every metering point of a world says. */
const traded = {
  meteringPoint: name,
  direction: Schema.Literals(["withdrawal", "injection"]),
  capacityWh: between(1, 500_000_000),
  limitPrice: price,
  /** Members to trade with first. */
  neighbours: Schema.optionalKey(Schema.Array(name).pipe(Schema.check(Schema.isMaxLength(MOST_NEIGHBOURS)))),
  keepPercent: Schema.optionalKey(between(0, 100))
} as const

/** A metering point whose device is simulated. */
const WorldPoint = Schema.Struct({ ...traded, column: name, device: oneOf([...allDevices.keys()].sort()), initialWh: between(0, 1_000_000_000) })
export type WorldPoint = Schema.Schema.Type<typeof WorldPoint>

/** A gateway that runs somewhere else: its public key, and the metering points that it reads. */
const OutsideGateway = Schema.Struct({
  name,
  /** Its Ed25519 public key: 64 hexadecimal digits. */
  key: Schema.String.pipe(Schema.check(Schema.isPattern(/^[0-9a-f]{64}$/))),
  meteringPoints: Schema.NonEmptyArray(Schema.Struct({ ...traded, member: name }))
})
export type OutsidePoint = Schema.Schema.Type<typeof OutsideGateway>["meteringPoints"][number]

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
    opensBeforeSeconds: between(900, EARLIEST_OPENING),
    collectsBeforeSeconds: Schema.optionalKey(between(0, EARLIEST_OPENING)),
    maximumOpenOrders: Schema.optionalKey(between(1, MOST_ORDERS)),
    maximumDirectedOrders: Schema.optionalKey(between(0, MOST_ORDERS)),
    books: Schema.optionalKey(between(1, MOST_BOOKS)),
    tradingPoints: Schema.optionalKey(between(1, MOST_ACCOUNTS)),
    restingOrders: Schema.optionalKey(between(1, MOST_ORDERS))
  }),
  disputeWindowSeconds: between(1, 31_536_000),
  members: Schema.Array(
    Schema.Struct({ member: name, depositCents: between(1, 100_000_000), meteringPoints: Schema.Array(WorldPoint) })
  ).pipe(Schema.check(Schema.isMinLength(1))),
  outsideGateways: Schema.optionalKey(Schema.Array(OutsideGateway))
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
  const placed = placedPoints(world)
  const seen = new Set<string>()
  for (const { place, point } of placed) {
    if (seen.has(point.meteringPoint)) fail(`${place}.meteringPoint`, `${point.meteringPoint} stands twice`)
    seen.add(point.meteringPoint)
  }
  checkMembers(world, placed, fail)
  checkMarket(world, fail)
  checkNeighbours(world, placed, fail)
  const hash = createHash("sha256").update(JSON.stringify(world)).digest("hex").slice(0, 12)
  return { ...world, file, feederFile: resolve(dirname(file), world.feeder), hash }
}

interface Placed {
  /** Where it stands in the file. */
  readonly place: string
  readonly member: string
  readonly point: WorldPoint | OutsidePoint
}

/** Every metering point of the file, simulated or read by a gateway outside. */
const placedPoints = ({ members, outsideGateways = [] }: Schema.Schema.Type<typeof WorldFile>): Array<Placed> => [
  ...members.flatMap(({ member, meteringPoints }, index) => meteringPoints.map((point, at) => ({ place: `members[${index}].meteringPoints[${at}]`, member, point }))),
  ...outsideGateways.flatMap(({ meteringPoints }, index) => meteringPoints.map((point, at) => ({ place: `outsideGateways[${index}].meteringPoints[${at}]`, member: point.member, point })))
]

/** Metering points of a member that gateways outside read, each with its gateway's key in hexadecimal digits. */
export const outsidePointsOf = ({ outsideGateways = [] }: World, member: string): Array<OutsidePoint & { readonly key: string }> =>
  outsideGateways.flatMap(({ key, meteringPoints }) => meteringPoints.filter((point) => point.member === member).map((point) => ({ ...point, key })))

/** Whoever stands in a world has a metering point, and a gateway outside reads metering points of its members. */
const checkMembers = ({ members, outsideGateways = [] }: Schema.Schema.Type<typeof WorldFile>, placed: ReadonlyArray<Placed>, fail: (field: string, text: string) => never): void => {
  for (const [index, { member }] of members.entries()) {
    if (!placed.some((one) => one.member === member)) fail(`members[${index}].meteringPoints`, `${member} has no metering point, here or at a gateway outside`)
  }
  for (const { place, member } of placed) if (!members.some((one) => one.member === member)) fail(`${place}.member`, `${member} is no member of this world`)
  for (const [index, { key }] of outsideGateways.entries()) {
    if (outsideGateways.findIndex((one) => one.key === key) !== index) fail(`outsideGateways[${index}].key`, "another gateway has this key: name its metering points there")
  }
}

const checkMarket = ({ market }: Schema.Schema.Type<typeof WorldFile>, fail: (field: string, text: string) => never): void => {
  if (areMarketRules(marketRulesOf(market))) return
  const rules = "prices of the band are multiples of the tick, at most 2^20; the smallest order is no larger than the largest; orders are not collected before the book opens; books times prices, rounded up to a power of two, are at most 2^27"
  fail("market", `no order book can keep these rules (${rules})`)
}

/** Neighbours are other members of the world, each named once. */
const checkNeighbours = ({ members }: Schema.Schema.Type<typeof WorldFile>, placed: ReadonlyArray<Placed>, fail: (field: string, text: string) => never): void => {
  for (const { place, member, point: { neighbours = [] } } of placed) {
    for (const [index, one] of neighbours.entries()) {
      if (one === member || neighbours.indexOf(one) !== index || !members.some((other) => other.member === one)) fail(`${place}.neighbours`, `${one} is no other member, or stands twice`)
    }
  }
}
