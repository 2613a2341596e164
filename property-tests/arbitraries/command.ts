import fc from "fast-check"
import type { Command } from "../../engine/core/command.ts"
import type { Position } from "../../engine/core/settlement/position.ts"
import { OPERATOR, programKey, walletKey, type Sent } from "./record.ts"
import { anyPrice, anyWattHours, wireBytes, wireInteger, wireText, wireUnsigned } from "./quantity.ts"
import { anyTariff } from "./tariff.ts"
import { openRules, smallWorld } from "./world.ts"

const { start, points, members } = smallWorld()

/** Names that the small world knows, and names that somebody made up to break something. */
const name = (...known: ReadonlyArray<string>): fc.Arbitrary<string> =>
  fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...known) }, fc.constantFrom("", "supplier", "a/b", "a\nb", "__proto__", "\u{feff}x"), wireText)

const area = name("area")
const community = name("sun", "moon")
const member = name(...members.map((one) => one.member))
const meteringPoint = name(...points.map((one) => one.meteringPoint), "plant")
const zone = name("Europe/Vienna", "UTC")
const day = name("2016-03-25", "2016-03-26")

/** Times around the small world's start, on and off the edges, and times from nowhere. */
const time: fc.Arbitrary<number> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -2, max: 60 }).map((periods) => start + 900 * periods) },
  { weight: 2, arbitrary: fc.integer({ min: -2_000, max: 60_000 }).map((seconds) => start + seconds) },
  fc.constantFrom(0, 900, start - 500 * 86_400),
  wireUnsigned
)
const key: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(OPERATOR, ...members.flatMap((one) => [programKey(one.member), walletKey(one.member)])) },
  fc.constantFrom(programKey("stranger"), walletKey("stranger"), new Uint8Array(32), new Uint8Array(33)),
  wireBytes
)
const price = fc.oneof({ weight: 4, arbitrary: anyPrice }, wireInteger)
const energy = fc.oneof({ weight: 4, arbitrary: anyWattHours }, wireUnsigned)
const direction = fc.constantFrom("withdrawal" as const, "injection" as const)
const version = fc.oneof(fc.constant(1), wireUnsigned)
const bigAmount = fc.oneof(fc.constantFrom(0n, 1n, -1n, 2n ** 63n, -(2n ** 63n)), fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }))
const hash = fc.oneof(fc.constant(new Uint8Array(32)), wireBytes)

const positionList: fc.Arbitrary<Array<Position>> = fc.oneof(
  fc.array(fc.record({ member, amount: bigAmount }), { maxLength: 4 }),
  fc.tuple(member, member, bigAmount).map(([payer, payee, amount]) => [{ member: payer, amount: -amount }, { member: payee, amount }])
)

const reading = fc.record({ meteringPoint, sequence: fc.oneof(fc.nat(40), wireUnsigned), time, registerWh: energy, powerW: wireInteger })
const evidence = fc.record({ meteringPoint, sequence: wireUnsigned, time, flags: fc.subarray(["TornWords" as const, "ImpossibleJump" as const]), raw: wireBytes })

const rules = fc.oneof(
  fc.constant(openRules),
  fc.record({
    minimumPrice: price,
    maximumPrice: price,
    priceTick: fc.oneof(fc.constant(1_000), wireUnsigned),
    minimumQuantity: wireUnsigned,
    maximumQuantity: wireUnsigned,
    opensBefore: wireUnsigned,
    collectsBefore: fc.oneof(fc.constant(0), wireUnsigned),
    maximumOpenOrders: wireUnsigned,
    maximumDirectedOrders: wireUnsigned,
    books: fc.oneof(fc.constant(4), wireUnsigned),
    tradingPoints: fc.oneof(fc.constant(4), wireUnsigned),
    restingOrders: fc.oneof(fc.constant(40), wireUnsigned)
  })
)
const clientOrderId = fc.oneof(fc.bigInt({ min: 0n, max: 9n }), fc.constantFrom(2n ** 64n - 1n, 2n ** 64n, -1n))
const anyOrderKind = fc.constantFrom("limit" as const, "market" as const, "immediate-or-cancel" as const, "fill-or-kill" as const, "post-only" as const)
const anySelfTrade = fc.constantFrom("cancel-newest" as const, "cancel-oldest" as const, "cancel-both" as const, "decrement" as const)
const tariff = fc.oneof(anyTariff, fc.record({ residualSupplyPrice: price, feedInPrice: price, sharingPrice: price }))

const someQuality = fc.constantFrom("measured" as const, "calculated" as const, "substitute" as const, "provisional" as const, "missing" as const)
const word = { who: fc.oneof(fc.constant("erika"), wireText), why: fc.oneof(fc.constant("seen"), wireText) }
const small = fc.oneof(fc.nat(3), wireUnsigned)

/** What the operator may say of metering points: exchanges, edits and imports at any time, with any value. */
const anyPointCommand: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ kind: fc.constant("DescribeRegister" as const), meteringPoint, rolloverWh: energy, resolutionWh: energy }),
  fc.record({ kind: fc.constant("SetSource" as const), meteringPoint, source: fc.constantFrom("device" as const, "official" as const) }),
  fc.record({ kind: fc.constant("ExchangeMeter" as const), meteringPoint, time, finalRegisterWh: energy, initialRegisterWh: energy, gatewayKey: key, rolloverWh: fc.oneof(fc.constant(0), energy), resolutionWh: energy, ...word }),
  fc.record({ kind: fc.constant("RetireMeteringPoint" as const), meteringPoint, time, ...word }),
  fc.record({ kind: fc.constant("RotateGatewayKey" as const), formerKey: key, gatewayKey: key, time }),
  fc.record({ kind: fc.constant("EditIntervalValue" as const), meteringPoint, period: time, beforeWh: fc.oneof(fc.constant(0), energy), beforeVersion: small, afterWh: energy, quality: someQuality, ...word }),
  fc.record({ kind: fc.constant("ImportIntervalValues" as const), meteringPoint, document: hash, who: word.who, values: fc.array(fc.record({ period: time, energyWh: energy, quality: someQuality }), { maxLength: 4 }) }),
  fc.record({ kind: fc.constant("DefineLoadProfile" as const), profile: name("H25"), energies: fc.oneof(fc.constant(Array.from({ length: 3_456 }, (_, place) => place)), fc.array(wireUnsigned, { maxLength: 3 })), dynamics: fc.constant<Array<number>>([]) }),
  fc.record({ kind: fc.constant("AssignLoadProfile" as const), meteringPoint, profile: name("H25"), yearlyWh: energy }),
  fc.record({ kind: fc.constant("SetCheckGroup" as const), group: name("feeder"), points: fc.array(meteringPoint, { maxLength: 3 }), toleranceWh: wireUnsigned, tolerancePermille: small }),
  fc.record({ kind: fc.constant("RecordCheckValue" as const), group: name("feeder"), period: time, energyWh: wireInteger }),
  fc.record({ kind: fc.constant("ReportClock" as const), meteringPoint, time, offset: wireInteger })
)

/** Any command that the codec can carry: known names and sane numbers often enough to get deep, the rest hostile. */
export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("Tick" as const), area, time }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("SubmitReadings" as const), previousBatch: wireBytes, readings: fc.array(reading, { maxLength: 4 }) }) },
  { weight: 8, arbitrary: anyPointCommand },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("SubmitEvidence" as const), clock: fc.constantFrom("synchronised" as const, "relative" as const), evidence: fc.array(evidence, { maxLength: 3 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("SetPreference" as const), meteringPoint, limitPrice: price, neighbours: fc.array(member, { maxLength: 9 }), keepPercent: fc.oneof(fc.nat(100), wireUnsigned) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("PlaceOrder" as const), meteringPoint, clientOrderId, period: time, orderKind: anyOrderKind, price, quantity: energy, goodTill: fc.oneof(fc.constant(0), time), named: fc.array(member, { maxLength: 9 }), selfTrade: anySelfTrade }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("MoveOrder" as const), meteringPoint, clientOrderId, price }) },
  fc.record({ kind: fc.constant("ReduceOrder" as const), meteringPoint, clientOrderId, quantity: energy }),
  fc.record({ kind: fc.constant("CancelOrder" as const), meteringPoint, clientOrderId }),
  fc.record({ kind: fc.constant("CancelAllOrders" as const) }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("RecordRun" as const), community, settlementPeriod: day, version, runId: hash, inputsHash: hash, resultHash: hash, positions: positionList }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("RegisterMeteringPoint" as const), meteringPoint, member, direction, gatewayKey: key, capacityWh: energy }) },
  fc.record({ kind: fc.constant("RecordBatchReceipt" as const), community, settlementPeriod: day, version, transaction: wireBytes, height: wireUnsigned }),
  fc.record({ kind: fc.constant("RecordDeposit" as const), member, reference: wireText, amount: wireUnsigned }),
  fc.record({ kind: fc.constant("AdmitMember" as const), member, community, walletKey: key }),
  fc.record({ kind: fc.constant("OpenCommunity" as const), community, tariff }),
  fc.record({ kind: fc.constant("SetMarketRules" as const), rules }),
  fc.record({ kind: fc.constant("OpenArea" as const), area, timeZone: zone, operatorKey: key })
)

/** Records with any signer, any nonce, any verdict; half of them by the operator, who can do the most harm. */
export const anySent: fc.Arbitrary<Sent> = fc.record({
  signer: fc.oneof(fc.constant(OPERATOR), key),
  nonce: fc.oneof(fc.nat(5), wireUnsigned),
  commands: fc.array(anyCommand, { maxLength: 4 }),
  verdict: fc.oneof({ weight: 9, arbitrary: fc.constant("Accepted" as const) }, fc.constant("BadSignature" as const))
})
