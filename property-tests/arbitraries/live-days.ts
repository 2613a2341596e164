import fc from "fast-check"
import { localDayNamed } from "../../engine/core/calendar/local-day.ts"
import { PERIOD_SECONDS } from "../../engine/core/calendar/period.ts"
import type { Command } from "../../engine/core/command.ts"
import { lateAct, lateRecordOf, type LateAct } from "./late-act.ts"
import { commandOf, orderAct, type OrderAct } from "./order-act.ts"
import { open, recordDueRuns, send, type Play, type Watch } from "./play.ts"
import { energyWh, tickPrice } from "./quantity.ts"
import { fromOperator, programKey, walletKey, type Sent } from "./record.ts"
import { world, type World } from "./world.ts"

/** Ticks that are played: the rest of a local day, two whole ones, and a day's close behind what changes late. */
const TICKS = 310
const LAST_ACT = 200

/**
 * A market over several local days: meters are read and fall silent, members join and leave with their points, trade by
 * preferences and orders, and values change behind settled days. Numbers are ticks.
 */
export interface LiveDays {
  /** Everybody who ever takes part. */
  readonly world: World
  /** When each point is registered, by its place; 0: from the beginning. */
  readonly joins: ReadonlyArray<number>
  /** When each point is retired; 0: never. */
  readonly leaves: ReadonlyArray<number>
  /** Times of silence of points, from a tick for so many. */
  readonly silences: ReadonlyArray<{ readonly point: number; readonly at: number; readonly length: number }>
  readonly energies: ReadonlyArray<number>
  readonly limits: ReadonlyArray<number>
  readonly orders: ReadonlyArray<{ readonly at: number; readonly act: OrderAct }>
  readonly acts: ReadonlyArray<LateAct>
  /** Edits of what the buyer or seller of a trade metered, by the trade's place among those made so far. */
  readonly tradeEdits: ReadonlyArray<{ readonly at: number; readonly trade: number; readonly ofBuyer: boolean; readonly energyWh: number }>
}

const seldom = (ticks: fc.Arbitrary<number>): fc.Arbitrary<ReadonlyArray<number>> => fc.array(fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, ticks), { minLength: 7, maxLength: 7 })

/** First ticks on the evening before days of 92, 96 and 100 periods, or with a local day. */
const start = fc
  .record({ day: fc.constantFrom("2016-03-26", "2016-03-26", "2016-10-29", "2016-10-29", "2016-02-28", "2016-12-30"), periods: fc.constantFrom(0, 1, 2, 5, 30) })
  .map(({ day, periods }) => localDayNamed("Europe/Vienna", day)!.end - periods * PERIOD_SECONDS)

/** Any world, and as often one in which nobody lacks credit, so that trades are many. */
const anyWorld = fc
  .record({ made: world, start, isRich: fc.boolean() })
  .map(({ made, isRich, ...rest }) => ({ ...made, ...rest, members: made.members.map((one) => ({ ...one, deposit: isRich ? 10 ** 12 : one.deposit })) }))

/** Limits of points by their place: many sellers that take any price, and buyers that pay it. */
const limits = fc.array(fc.oneof(tickPrice, fc.constantFrom(-20_000, 300_000)), { minLength: 7, maxLength: 7 })

export const liveDays: fc.Arbitrary<LiveDays> = fc.record({
  world: anyWorld,
  joins: seldom(fc.integer({ min: 1, max: LAST_ACT })),
  leaves: seldom(fc.integer({ min: 2, max: LAST_ACT })),
  silences: fc.array(fc.record({ point: fc.nat(6), at: fc.nat(LAST_ACT), length: fc.constantFrom(1, 4, 97, TICKS) }), { maxLength: 4 }),
  energies: fc.array(energyWh, { minLength: 5, maxLength: 40 }),
  limits,
  orders: fc.array(fc.record({ at: fc.nat(LAST_ACT), act: orderAct }), { maxLength: 60 }),
  acts: fc.array(lateAct(LAST_ACT), { maxLength: 20 }),
  tradeEdits: fc.array(fc.record({ at: fc.nat(LAST_ACT), trade: fc.nat(400), ofBuyer: fc.boolean(), energyWh }), { maxLength: 6 })
})

/** The record of an edit of what a trade's side metered; undefined while there is no trade, or no value. */
const tradeEditOf = ({ memory }: Play, { trade, ofBuyer, energyWh: afterWh }: LiveDays["tradeEdits"][number]): Sent | undefined => {
  const made = memory.trades[trade % Math.max(1, memory.trades.length)]
  if (made === undefined) return undefined
  const { period, buyPoint, sellPoint } = made
  const meteringPoint = ofBuyer ? buyPoint : sellPoint
  const before = memory.values.get(`${meteringPoint}@${period}`)
  if (before === undefined) return undefined
  return fromOperator({ kind: "EditIntervalValue", meteringPoint, period, beforeWh: before.energyWh, beforeVersion: before.version, afterWh, quality: "substitute", who: "erika", why: "seen" })
}

/** Plays the days; a member is admitted with the first own point. */
export const playDays = (days: LiveDays, watch?: Watch): Play => {
  const { world: everybody, joins, leaves, silences, energies, limits, orders, acts, tradeEdits } = days
  const { points, members } = everybody
  const isEarly = (place: number): boolean => joins[place] === 0
  const earlyMembers = new Set(points.filter((_, place) => isEarly(place)).map(({ member }) => member))
  const played = open({ ...everybody, members: members.filter(({ member }) => earlyMembers.has(member)), points: points.filter((_, place) => isEarly(place)) }, watch)
  const nonces = new Map<string, number>()
  const fromWallet = (member: string, command: Command): Sent => {
    nonces.set(member, (nonces.get(member) ?? 0) + 1)
    return { signer: walletKey(member), nonce: nonces.get(member)!, commands: [command] }
  }
  const join = (place: number): void => {
    const point = points[place]!
    const { member, community, deposit } = members.find((one) => one.member === point.member)!
    if (!played.state.accounts.members.has(member)) {
      send(played, fromOperator({ kind: "AdmitMember", member, community, walletKey: walletKey(member) }), watch)
      if (deposit > 0) send(played, fromOperator({ kind: "RecordDeposit", member, reference: `bank-${member}`, amount: deposit }), watch)
    }
    send(played, fromOperator({ kind: "RegisterMeteringPoint", ...point, gatewayKey: programKey(member), capacityWh: everybody.capacityWh }), watch)
  }
  const sendIfAny = (sent: Sent | undefined): void => {
    if (sent !== undefined) send(played, sent, watch)
  }
  const registers = points.map(() => 1_000)
  for (let tick = 0; tick <= TICKS; tick++) {
    const time = everybody.start + tick * PERIOD_SECONDS
    const due = ({ at }: { readonly at: number }): boolean => at + 1 === tick
    for (const [place, { meteringPoint, member }] of points.entries()) {
      if (tick > 0 && joins[place] === tick) join(place)
      if (tick < joins[place]!) continue
      if (tick === joins[place]) send(played, fromWallet(member, { kind: "SetPreference", meteringPoint, limitPrice: limits[place]!, neighbours: [], keepPercent: 0 }), watch)
      if (tick > 0 && leaves[place] === tick) send(played, fromOperator({ kind: "RetireMeteringPoint", meteringPoint, time, who: "erika", why: "moved out" }), watch)
      if (tick > 0) registers[place]! += energies[(tick * 7 + place * 3) % energies.length]!
      const isSilent = silences.some(({ point, at, length }) => point % points.length === place && tick >= at && tick < at + length)
      if (isSilent) continue
      const reading = { meteringPoint, sequence: tick + 1, time, registerWh: registers[place]!, powerW: 0 }
      send(played, { signer: programKey(member), nonce: 0, commands: [{ kind: "SubmitReadings", previousBatch: new Uint8Array(), readings: [reading] }] }, watch)
    }
    for (const { act } of orders.filter(due)) {
      const place = act.point % points.length
      if (joins[place]! <= tick) send(played, fromWallet(points[place]!.member, commandOf(everybody, act, time - PERIOD_SECONDS)), watch)
    }
    for (const one of acts.filter(due)) sendIfAny(lateRecordOf(played, everybody, one))
    for (const one of tradeEdits.filter(due)) sendIfAny(tradeEditOf(played, one))
    recordDueRuns(everybody, played, send(played, fromOperator({ kind: "Tick", area: everybody.area, time }), watch), watch)
  }
  return played
}
