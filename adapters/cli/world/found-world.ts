import type { Command } from "../../../engine/core/command.ts"
import { sealEnvelope } from "../../../engine/core/seal-envelope.ts"
import type { DemoKeys } from "./demo-keys.ts"
import { marketRulesOf } from "./market-rules-of.ts"
import { fromHex } from "../../../engine/core/quantity/bytes.ts"
import { outsidePointsOf, type World } from "./world.ts"

const NANO_PER_CENT = 10_000_000

/**
 * The records that found a world in an empty log: area, rules and community; each member with account, deposit and
 * metering points; each member's signed preferences. Deposits come before the first tick (design, decision 10).
 */
export const foundingRecords = (world: World, keys: DemoKeys): Array<Uint8Array> => {
  const operator = { ...keys.operator, algorithm: "ed25519" as const }
  const { area, community, timeZone, tariff, market } = world
  const area0: Array<Command> = [
    { kind: "OpenArea", area, timeZone, operatorKey: keys.operator.publicKey },
    { kind: "SetMarketRules", rules: marketRulesOf(market) },
    { kind: "OpenCommunity", community, tariff }
  ]
  const admissions = world.members.map(({ member, depositCents, meteringPoints }) => {
    const own = keys.gatewayOf(member).publicKey
    const points = [...meteringPoints.map((point) => ({ ...point, gatewayKey: own })), ...outsidePointsOf(world, member).map((point) => ({ ...point, gatewayKey: fromHex(point.key) }))]
    const commands: Array<Command> = [
      { kind: "AdmitMember", member, community, walletKey: keys.walletOf(member).publicKey },
      { kind: "RecordDeposit", member, reference: `opening/${member}`, amount: depositCents * NANO_PER_CENT },
      ...points.map(({ meteringPoint, direction, capacityWh, gatewayKey }): Command => ({
        kind: "RegisterMeteringPoint",
        meteringPoint,
        member,
        direction,
        gatewayKey,
        capacityWh
      }))
    ]
    return sealEnvelope(operator, area, commands)
  })
  const preferences = world.members.map(({ member, meteringPoints }) =>
    sealEnvelope(
      keys.walletOf(member),
      area,
      [...meteringPoints, ...outsidePointsOf(world, member)].map(({ meteringPoint, limitPrice, neighbours = [], keepPercent = 0 }): Command => ({ kind: "SetPreference", meteringPoint, limitPrice, neighbours: [...neighbours], keepPercent })),
      1
    )
  )
  return [sealEnvelope(operator, area, area0), ...admissions, ...preferences]
}
