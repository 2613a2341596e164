import fc from "fast-check"
import { expect, it } from "vitest"
import { dynamicKey } from "../../engine/core/allocation/keys/dynamic.ts"
import { makeSharing } from "../../engine/core/allocation/keys/sharing.ts"
import { settle } from "../../engine/core/settle.ts"
import { sumPostings } from "../../engine/core/settlement/sum-postings.ts"
import { shortInputs } from "../arbitraries/community.ts"
import { history } from "../arbitraries/history.ts"
import { eventsOf, open, play, send } from "../arbitraries/play.ts"
import { fromOperator, programKey } from "../arbitraries/record.ts"
import { runs } from "../arbitraries/runs.ts"
import { smallWorld } from "../arbitraries/world.ts"

/** Defects that were found in other energy market programs, each as a law that must hold here. */
const world = smallWorld()
const read = (signer: string, meteringPoint: string, sequence: number, time: number, registerWh: number) => ({
  signer: programKey(signer),
  nonce: 0,
  commands: [{ kind: "SubmitReadings" as const, previousBatch: new Uint8Array(), readings: [{ meteringPoint, sequence, time, registerWh, powerW: 0 }] }]
})
const tick = (time: number) => fromOperator({ kind: "Tick", area: "area", time })

it("measurements were keyed by area only, the last one won: here every point has its own value", () => {
  const played = open(world)
  for (const [place, { member, meteringPoint }] of world.points.entries()) {
    send(played, read(member, meteringPoint, 1, world.start, 0))
    send(played, tick(world.start))
    send(played, read(member, meteringPoint, 2, world.start + 900, 100 + place))
  }
  const late = played.state.metering.points
  expect([...late].map(([point, { values }]) => [point, values.get(world.start)?.energyWh])).toContainEqual(["ben-home", 101])
  expect([...late].map(([point, { values }]) => [point, values.get(world.start)?.energyWh])).toContainEqual(["cleo-home", 102])
})

it("one dead meter blocked a settlement period for good: here every period closes three periods after it began", () => {
  fc.assert(
    fc.property(history({ min: 5, max: 12 }), ({ world: made, steps }) => {
      const dead = steps.map((step) => ({ ...step, points: step.points.map((point, place) => (place === 0 ? { ...point, way: "is lost" as const } : point)) }))
      const { state } = play({ world: made, steps: dead })
      expect(state.market.nextDelivery).toBeGreaterThanOrEqual(state.grid.marketTime - 2 * 900)
    }),
    runs(100)
  )
})

it("a measurement sent again minted again: here a repeated reading is one event with a name, and no energy", () => {
  const played = open(world)
  send(played, tick(world.start))
  for (const sequence of [1, 2]) send(played, read("ada", "ada-roof", sequence, world.start + 900 * (sequence - 1), 100 * sequence))
  const again = send(played, read("ada", "ada-roof", 2, world.start + 900, 200))
  expect(again).toEqual([{ kind: "ReadingRefused", meteringPoint: "ada-roof", sequence: 2, status: "Repeated" }])
})

it("nobody asked who owns the meter: here only its own gateway is heard", () => {
  const played = open(world)
  const events = send(played, read("ben", "ada-roof", 1, world.start, 0))
  expect(eventsOf(events, "ReadingRefused").map(({ status }) => status)).toEqual(["NotItsGateway"])
})

it("a producer without a first value became a consumer for good: here the direction is registered, not guessed", () => {
  fc.assert(
    fc.property(history({ min: 3, max: 8 }), (made) => {
      const direction = new Map(made.world.points.map((point) => [point.meteringPoint, point.direction]))
      for (const { meteringPoint, side } of eventsOf(play(made).events, "OrderPlaced")) {
        expect(side).toBe(direction.get(meteringPoint) === "injection" ? "sell" : "buy")
      }
    }),
    runs(60)
  )
})

it("each line was rounded by itself, so buys and sells did not balance: here lines of members and supplier sum to zero", () => {
  fc.assert(
    fc.property(shortInputs, (inputs) => {
      const { lines, postings } = settle(inputs)
      const supplier = postings.filter(({ holder }) => holder === "supplier").reduce((sum, { amount }) => sum + BigInt(amount), 0n)
      expect(lines.reduce((sum, { amount }) => sum + amount, 0n) + supplier).toBe(0n)
    }),
    runs(300)
  )
})

it("a coefficient of the previous period, stale at zero demand: here a period's shares know that period only", () => {
  const sharing = makeSharing(1, 2)
  const share = (wanted: ReadonlyArray<number>) => {
    sharing.offeredWh.set([100])
    sharing.wantedWh.set(wanted)
    const sharedWh = dynamicKey(sharing, 0)
    return [...sharing.receivedWh, sharedWh]
  }
  expect([share([60, 40]), share([0, 0])]).toEqual([[60, 40, 100], [0, 0, 0]])
})

it("a rerun left vanished relations behind: here a next version without a point brings all that the point had back to zero", () => {
  fc.assert(
    fc.property(shortInputs, (inputs) => {
      const first = settle(inputs)
      const [gone, ...points] = inputs.points
      const trades = inputs.trades.filter(({ buyPoint, sellPoint }) => buyPoint !== gone?.meteringPoint && sellPoint !== gone?.meteringPoint)
      const previous = { runId: first.runId, resultHash: first.resultHash, changed: [], standing: sumPostings([first.postings]) }
      const rerun = settle({ ...inputs, version: 2, previous, points, trades })
      const alone = settle({ ...inputs, points, trades })
      const both = sumPostings([first.postings, rerun.postings])
      expect(both.some(({ meteringPoint }) => meteringPoint === gone?.meteringPoint)).toBe(false)
      expect(both).toEqual(sumPostings([alone.postings]))
    }),
    runs(200)
  )
})

it("a lifetime register was booked as one session: here the first reading only says where the register stands", () => {
  const played = open(world)
  send(played, read("ada", "ada-roof", 1, world.start, 12_345_678))
  send(played, tick(world.start))
  send(played, read("ada", "ada-roof", 2, world.start + 900, 12_345_778))
  send(played, tick(world.start + 900))
  const values = [...played.state.metering.points.get("ada-roof")!.values.values()].map(({ energyWh }) => energyWh)
  expect(values).toContain(100)
  expect(Math.max(...values)).toBe(100)
})
