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

const world = smallWorld()

/** Worlds up to the bounds: any tariff, the widest band, the largest connections. */
const anyWorld: fc.Arbitrary<World> = fc.tuple(fc.boolean(), anyTariff, fc.constantFrom(300_000, MAX_WATT_HOURS)).map(([ordinary, tariff, capacityWh]) =>
  ordinary ? world : smallWorld({ capacityWh, communities: [{ community: "sun", tariff }], rules: { ...world.rules, minimumPrice: -MAX_PRICE, maximumPrice: MAX_PRICE, maximumQuantity: MAX_WATT_HOURS } })
)

/** Honest traffic between hostile records, so that they meet books, trades, closed periods and due runs. */
const honest: fc.Arbitrary<Sent> = fc.oneof(
  fc.tuple(fc.nat(2), fc.nat(24), fc.nat(100_000), fc.constantFrom(1, 5_000)).map(([place, thirds, registerWh, scale]): Sent => {
    const { meteringPoint, member } = world.points[place]!
    const reading = { meteringPoint, sequence: thirds + 1, time: world.start + 300 * thirds, registerWh: scale * (registerWh + 30_000 * thirds), powerW: 0 }
    return { signer: programKey(member), nonce: 0, commands: [{ kind: "SubmitReadings", previousBatch: new Uint8Array(), readings: [reading] }] }
  }),
  fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 9 }), fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constantFrom(-10_000, 10_000))).map(([place, nonce, price]): Sent => {
    const { meteringPoint, member } = world.points[place]!
    return { signer: walletKey(member), nonce, commands: [{ kind: "SetPreference", meteringPoint, limitPrice: price * 1_000 }] }
  }),
  fc.constant("tick" as const).map((): Sent => fromOperator())
)

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

it("a replay of everything that was sent moves no money, no energy and no order", () => {
  fc.assert(
    fc.property(fc.array(honest, { minLength: 1, maxLength: 30 }), (sents) => {
      const play = open(world)
      for (const sent of sents) send(play, sent)
      for (let index = 0; index < 6; index++) send(play, fromOperator({ kind: "Tick", area: "area", time: world.start + 900 * index }))
      const replayed = play.records.slice()
      const before = { ...play.state, nextPosition: 0, fold: { a: 0, b: 0, c: 0, d: 0 } }
      const bytes = encodeState(before)
      for (const { signer, nonce, commands } of replayed) send(play, { signer, nonce, commands })
      expect(encodeState({ ...play.state, nextPosition: 0, fold: { a: 0, b: 0, c: 0, d: 0 } })).toEqual(bytes)
    }),
    runs(200)
  )
})
