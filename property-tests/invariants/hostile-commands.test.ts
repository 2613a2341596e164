import fc from "fast-check"
import { expect, it } from "vitest"
import { MAX_WATT_HOURS } from "../../engine/core/quantity/energy.ts"
import { MAX_PRICE } from "../../engine/core/quantity/money.ts"
import { decodeState, encodeState } from "../../engine/core/state.ts"
import { anySent } from "../arbitraries/command.ts"
import { newPlay, open, send } from "../arbitraries/play.ts"
import { fromOperator, programKey, walletKey, type Sent } from "../arbitraries/record.ts"
import { runs } from "../arbitraries/runs.ts"
import { anyTariff } from "../arbitraries/tariff.ts"
import { smallWorld, type World } from "../arbitraries/world.ts"
import { allLaws } from "./laws.ts"

/** Half an hour before a day ends; Cleo lives in another community than Ada and Ben. */
const ordinary = smallWorld()
const world = smallWorld({
  start: Date.UTC(2016, 2, 25, 22, 30) / 1000,
  communities: ["sun", "moon"].map((community) => ({ community, tariff: ordinary.communities[0]!.tariff })),
  members: ordinary.members.map((member) => (member.member === "cleo" ? { member: "cleo", community: "moon", deposit: 10 ** 12 } : member))
})

/** Worlds up to the bounds: any tariff, the widest band, the largest connections, the deepest pockets. */
const boundlessWorld: fc.Arbitrary<World> = fc.tuple(anyTariff, fc.constantFrom(300_000, MAX_WATT_HOURS)).map(([tariff, capacityWh]) => ({
  ...world,
  capacityWh,
  communities: [{ community: "sun", tariff }],
  members: ordinary.members.map(({ member }) => ({ member, community: "sun", deposit: 10 ** 15 })),
  rules: { ...world.rules, minimumPrice: -MAX_PRICE, maximumPrice: MAX_PRICE, maximumQuantity: MAX_WATT_HOURS, books: 2 }
}))
const anyWorld = fc.oneof(fc.constant(world), boundlessWorld)

/** Ordinary traffic between hostile records, so that they meet books, trades, closed periods and due runs. */
const honest: fc.Arbitrary<Sent> = fc.oneof(
  fc.tuple(fc.nat(2), fc.nat(24), fc.nat(100_000), fc.constantFrom(1, 5_000)).map(([place, thirds, registerWh, scale]): Sent => {
    const { meteringPoint, member } = world.points[place]!
    const reading = { meteringPoint, sequence: thirds + 1, time: world.start + 300 * thirds, registerWh: scale * (registerWh + 30_000 * thirds), powerW: 0 }
    return { signer: programKey(member), nonce: 0, commands: [{ kind: "SubmitReadings", previousBatch: new Uint8Array(), readings: [reading] }] }
  }),
  fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 9 }), fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constantFrom(-10_000, 10_000))).map(([place, nonce, price]): Sent => {
    const { meteringPoint, member } = world.points[place]!
    return { signer: walletKey(member), nonce, commands: [{ kind: "SetPreference", meteringPoint, limitPrice: price * 1_000, neighbours: [], keepPercent: 0 }] }
  }),
  fc.tuple(fc.constantFrom("sun", "moon"), fc.constantFrom("ada", "ben", "cleo"), fc.constantFrom("ada", "ben", "cleo"), fc.bigInt({ min: 0n, max: 9n })).map(
    ([community, payer, payee, amount]): Sent => fromOperator({ ...emptyRun, community, positions: [{ member: payer, amount: -amount }, { member: payee, amount }] })
  ),
  { weight: 3, arbitrary: fc.constant(fromOperator()) }
)

/** The run of the day that ends soon; who pays whom is anybody's guess. */
const emptyRun = {
  kind: "RecordRun",
  settlementPeriod: "2016-03-25",
  version: 1,
  runId: new Uint8Array(32),
  inputsHash: new Uint8Array(32),
  resultHash: new Uint8Array(32)
} as const

it("no record throws, and every law holds after each: a set-up world, honest traffic and hostile records mixed", () => {
  fc.assert(
    fc.property(anyWorld, fc.array(fc.oneof({ weight: 3, arbitrary: honest }, anySent), { minLength: 1, maxLength: 60 }), (world, sents) => {
      const laws = allLaws()
      const play = open(world, laws)
      for (const sent of sents) {
        const time = play.state.grid.marketTime === 0 ? world.start : play.state.grid.marketTime + 900 - (play.state.grid.marketTime % 900)
        send(play, sent.commands.length === 0 ? fromOperator({ kind: "Tick", area: "area", time }) : sent, laws)
      }
      expect(encodeState(decodeState(encodeState(play.state)))).toEqual(encodeState(play.state))
    }),
    runs(1_500)
  )
})

it("no record throws in a world that nobody set up", () => {
  fc.assert(
    fc.property(fc.array(anySent, { maxLength: 30 }), (sents) => {
      const play = newPlay()
      for (const sent of sents) send(play, sent, allLaws())
    }),
    runs(500)
  )
})

/**
 * What was refused because it came too early may count when it comes again, in time: records that are the same to the
 * byte never get here twice, the journal answers them with their first receipt.
 */
it("a replay of everything that had an effect moves no money, no energy and no order", () => {
  fc.assert(
    fc.property(fc.array(honest, { minLength: 1, maxLength: 30 }), (sents) => {
      const play = open(world)
      for (const sent of sents) send(play, sent)
      for (let index = 0; index < 6; index++) send(play, fromOperator({ kind: "Tick", area: "area", time: world.start + 900 * index }))
      const replayed = play.records.filter(({ position }) => !play.eventsByRecord[position]!.some(({ kind }) => kind === "CommandRefused" || kind === "ReadingRefused"))
      const before = { ...play.state, nextPosition: 0, fold: { a: 0, b: 0, c: 0, d: 0 } }
      const bytes = encodeState(before)
      for (const { signer, nonce, commands } of replayed) send(play, { signer, nonce, commands })
      expect(encodeState({ ...play.state, nextPosition: 0, fold: { a: 0, b: 0, c: 0, d: 0 } })).toEqual(bytes)
    }),
    runs(200)
  )
})
