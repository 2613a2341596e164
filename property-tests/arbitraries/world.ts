import fc from "fast-check"
import type { Command } from "../../engine/core/command.ts"
import type { MarketRules } from "../../engine/core/market/market-rules.ts"
import type { Direction } from "../../engine/core/metering/metering-point.ts"
import type { Tariff } from "../../engine/core/tariff/tariff.ts"
import { startNearDayEnd } from "./calendar.ts"
import { fromOperator, OPERATOR, programKey, walletKey, type Sent } from "./record.ts"
import { tariff } from "./tariff.ts"

export interface WorldPoint {
  readonly meteringPoint: string
  readonly member: string
  readonly direction: Direction
}

/** Everything that is set up before the first tick. Each member has a wallet and one gateway for all own points. */
export interface World {
  readonly area: string
  readonly timeZone: string
  /** Time of the first tick. */
  readonly start: number
  readonly communities: ReadonlyArray<{ readonly community: string; readonly tariff: Tariff }>
  readonly members: ReadonlyArray<{ readonly member: string; readonly community: string; readonly deposit: number }>
  readonly points: ReadonlyArray<WorldPoint>
  readonly rules: MarketRules
  /** Capacity of every point, in Wh per delivery period. */
  readonly capacityWh: number
}

export const openRules: MarketRules = {
  minimumPrice: -1_000_000,
  maximumPrice: 1_000_000,
  priceTick: 1_000,
  minimumQuantity: 1,
  maximumQuantity: 1_000_000,
  opensBefore: 86_400,
  collectsBefore: 0,
  maximumOpenOrders: 40,
  maximumDirectedOrders: 6,
  books: 12,
  tradingPoints: 20,
  restingOrders: 200
}

/** A world to read: Ada has a roof, Ben and Cleo use; one community, ample credit. */
export const smallWorld = (changes: Partial<World> = {}): World => ({
  area: "area",
  timeZone: "Europe/Vienna",
  start: Date.UTC(2016, 2, 25, 11) / 1000,
  communities: [{ community: "sun", tariff: { residualSupplyPrice: 250_000, feedInPrice: 60_000, sharingPrice: 120_000 } }],
  members: ["ada", "ben", "cleo"].map((member) => ({ member, community: "sun", deposit: 10 ** 12 })),
  points: [
    { meteringPoint: "ada-roof", member: "ada", direction: "injection" },
    { meteringPoint: "ben-home", member: "ben", direction: "withdrawal" },
    { meteringPoint: "cleo-home", member: "cleo", direction: "withdrawal" }
  ],
  rules: openRules,
  capacityWh: 300_000,
  ...changes
})

const commandsOf = (world: World): Array<Command> => [
  { kind: "OpenArea", area: world.area, timeZone: world.timeZone, operatorKey: OPERATOR },
  { kind: "SetMarketRules", rules: world.rules },
  ...world.communities.map(({ community, tariff }): Command => ({ kind: "OpenCommunity", community, tariff })),
  ...world.members.map(({ member, community }): Command => ({ kind: "AdmitMember", member, community, walletKey: walletKey(member) })),
  ...world.members
    .filter(({ deposit }) => deposit > 0)
    .map(({ member, deposit }): Command => ({ kind: "RecordDeposit", member, reference: `bank-${member}`, amount: deposit })),
  ...world.points.map((point): Command => ({ kind: "RegisterMeteringPoint", ...point, gatewayKey: programKey(point.member), capacityWh: world.capacityWh }))
]

/** The records that set the world up, all signed by the operator. */
export const setUp = (world: World): Array<Sent> => commandsOf(world).map((command) => fromOperator(command))

/** Worlds of one or two communities, with members of much, little and no credit, and points of both directions. */
export const world: fc.Arbitrary<World> = fc
  .record({
    start: startNearDayEnd,
    tariffs: fc.array(tariff, { minLength: 1, maxLength: 2 }),
    members: fc.array(fc.record({ home: fc.nat(1), deposit: fc.constantFrom(0, 1_000_000, 2_000_000_000, 10 ** 12) }), { minLength: 2, maxLength: 5 }),
    points: fc.array(fc.record({ owner: fc.nat(4), injection: fc.boolean() }), { minLength: 2, maxLength: 7 })
  })
  .map(({ start, tariffs, members, points }) => {
    // Set up in another order than that of their bytes, in which a snapshot gives them back.
    const communities = tariffs.map((tariff, index) => ({ community: tariffs.length === 1 ? "sun" : ["moon", "sun"][index]!, tariff }))
    const admitted = members.map(({ home, deposit }, index) => ({
      member: `member-${(index * 3 + 2) % 5}`,
      community: communities[home % communities.length]!.community,
      deposit
    }))
    return smallWorld({
      start,
      communities,
      members: admitted,
      points: points.map(({ owner, injection }, index) => ({
        meteringPoint: `point-${(index * 5) % 7}`,
        member: admitted[owner % admitted.length]!.member,
        direction: injection ? "injection" : "withdrawal"
      }))
    })
  })
