import fc from "fast-check"
import { expect, it } from "vitest"
import { decodeState, encodeState } from "../../engine/core/state.ts"
import { anySent } from "../arbitraries/command.ts"
import { newPlay, open, send } from "../arbitraries/play.ts"
import { fromOperator, programKey, walletKey, type Sent } from "../arbitraries/record.ts"
import { runs } from "../arbitraries/runs.ts"
import { smallWorld } from "../arbitraries/world.ts"
import { allLaws } from "./laws.ts"

const world = smallWorld()

/** Honest traffic between hostile records, so that they meet books, trades, closed periods and due runs. */
const honest: fc.Arbitrary<Sent> = fc.oneof(
  fc.tuple(fc.nat(2), fc.nat(60), fc.nat(100_000)).map(([place, periods, registerWh]): Sent => {
    const { meteringPoint, member } = world.points[place]!
    const reading = { meteringPoint, sequence: periods + 1, time: world.start + 900 * periods, registerWh: registerWh + 1_000 * periods, powerW: 0 }
    return { signer: programKey(member), nonce: 0, commands: [{ kind: "SubmitReadings", previousBatch: new Uint8Array(), readings: [reading] }] }
  }),
  fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 300 })).map(([place, nonce, price]): Sent => {
    const { meteringPoint, member } = world.points[place]!
    return { signer: walletKey(member), nonce, commands: [{ kind: "SetPreference", meteringPoint, limitPrice: price * 1_000 }] }
  }),
  fc.constant("tick" as const).map((): Sent => fromOperator())
)

it("no record throws, and every law holds after each: a set-up world, honest traffic and hostile records mixed", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof({ weight: 2, arbitrary: honest }, anySent), { minLength: 1, maxLength: 60 }), (sents) => {
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
