import fc from "fast-check"
import { PERIOD_SECONDS } from "../../engine/core/calendar/period.ts"
import type { Command } from "../../engine/core/command.ts"
import type { Reading } from "../../engine/core/metering/reading.ts"
import { commandOf, orderAct, type OrderAct } from "./order-act.ts"
import { energyWh, tickPrice } from "./quantity.ts"
import { fromOperator, programKey, walletKey, type Sent } from "./record.ts"
import { world, type World } from "./world.ts"

/** What happens to a point's reading on its way: it comes, comes twice, comes one step late (before or behind the next one), or never. */
type Way = "comes" | "comes twice" | "comes late" | "is lost"

interface PointStep {
  readonly energyWh: number
  readonly way: Way
  /** Where the reading stands in the order of arrival of its step. */
  readonly arrival: number
}

/** A preference as it is set; neighbours are places in the world's list of members. */
interface Preferring {
  readonly point: number
  readonly limitPrice: number
  readonly neighbours?: ReadonlyArray<number>
  readonly keepPercent?: number
}

/** One lockstep step: preferences that are set, every point's reading at the step's time, orders, then the tick. */
export interface Step {
  readonly preferences: ReadonlyArray<Preferring>
  readonly points: ReadonlyArray<PointStep>
  readonly acts: ReadonlyArray<OrderAct>
}

/** A world and what happens in it, one step for each delivery period from the first tick on. */
export interface History {
  readonly world: World
  readonly steps: ReadonlyArray<Step>
}

const way: fc.Arbitrary<Way> = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Way>("comes") },
  { weight: 2, arbitrary: fc.constant<Way>("comes twice") },
  { weight: 1, arbitrary: fc.constant<Way>("comes late") },
  { weight: 1, arbitrary: fc.constant<Way>("is lost") }
)

const stepOf = (points: number): fc.Arbitrary<Step> =>
  fc.record({
    preferences: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 2, arbitrary: fc.array(fc.record({ point: fc.nat(points - 1), limitPrice: tickPrice }), { maxLength: points }) }
    ),
    points: fc.array(fc.record({ energyWh, way, arrival: fc.nat(1_000) }), { minLength: points, maxLength: points }),
    acts: fc.constant([])
  })

/** Whole histories: worlds with preferences set early, readings with repeats, gaps and late comers, and a day's end inside. */
export const history = (steps: { readonly min: number; readonly max: number } = { min: 3, max: 14 }): fc.Arbitrary<History> =>
  world.chain((made) =>
    fc
      .tuple(
        fc.array(tickPrice, { minLength: made.points.length, maxLength: made.points.length }),
        fc.array(stepOf(made.points.length), { minLength: steps.min, maxLength: steps.max })
      )
      .map(([limits, [first, ...rest]]) => ({
        world: made,
        steps: [{ ...first!, preferences: limits.map((limitPrice, point) => ({ point, limitPrice })) }, ...rest]
      }))
  )

/**
 * Histories in which members send orders of their own besides, prefer neighbours and keep a part, in markets with and
 * without a call, of which the tightest has room for little.
 */
export const tradingHistory = (steps: { readonly min: number; readonly max: number } = { min: 2, max: 7 }): fc.Arbitrary<History> =>
  history(steps).chain((made) =>
    fc
      .record({
        collectsBefore: fc.constantFrom(0, 0, 600, 900, 1_800),
        room: fc.constantFrom({}, { maximumOpenOrders: 3, maximumDirectedOrders: 1, books: 3, restingOrders: 4 }),
        acts: fc.array(fc.array(orderAct, { maxLength: 10 }), { minLength: made.steps.length, maxLength: made.steps.length }),
        wishes: fc.array(fc.record({ neighbours: fc.uniqueArray(fc.nat(4), { maxLength: 2 }), keepPercent: fc.constantFrom(0, 0, 50, 100) }), { minLength: made.world.points.length, maxLength: made.world.points.length })
      })
      .map(({ collectsBefore, room, acts, wishes }) => ({
        world: { ...made.world, rules: { ...made.world.rules, ...room, collectsBefore } },
        steps: made.steps.map((step, index) => ({ ...step, acts: acts[index]!, preferences: step.preferences.map((one) => ({ ...one, ...wishes[one.point] })) }))
      }))
  )

/** Records of one step, its tick apart: harnesses put what became due between ticks. */
export interface SentStep {
  readonly time: number
  readonly preferences: ReadonlyArray<Sent>
  readonly readings: ReadonlyArray<Sent>
  readonly orders: ReadonlyArray<Sent>
  readonly tick: Sent
}

const submit = (member: string, reading: Reading): Sent => ({
  signer: programKey(member),
  nonce: 0,
  commands: [{ kind: "SubmitReadings", previousBatch: new Uint8Array(), readings: [reading] }]
})

/**
 * The records of a history. Each reading is a record of its own. `arrivalOf` gives the place of a reading in its step:
 * the step's own numbers by default; another function makes another order of arrival of the same readings.
 */
export const recordsOf = (
  { world, steps }: History,
  arrivalOf: (step: number, point: number) => number = (step, point) => steps[step]!.points[point]!.arrival
): Array<SentStep> => {
  const registers = world.points.map(() => 1_000)
  const nonces = new Map<string, number>()
  let overdue: ReadonlyArray<{ readonly place: number; readonly sent: Sent }> = []
  return steps.map((step, index) => {
    const time = world.start + index * PERIOD_SECONDS
    const fromWallet = (member: string, command: Command): Sent => {
      const nonce = (nonces.get(member) ?? 0) + 1
      nonces.set(member, nonce)
      return { signer: walletKey(member), nonce, commands: [command] }
    }
    const preferences = step.preferences.map(({ point, limitPrice, neighbours = [], keepPercent = 0 }) => {
      const { meteringPoint, member } = world.points[point]!
      const named = neighbours.flatMap((place) => world.members[place]?.member ?? []).filter((one) => one !== member)
      return fromWallet(member, { kind: "SetPreference", meteringPoint, limitPrice, neighbours: named, keepPercent })
    })
    // Orders are sent after the last tick and before this one.
    const orders = step.acts.map((act) => fromWallet(world.points[act.point % world.points.length]!.member, commandOf(world, act, time - PERIOD_SECONDS)))
    const [before, behind] = [overdue.filter(({ place }) => place % 2 === 0), overdue.filter(({ place }) => place % 2 === 1)]
    const late: Array<{ readonly place: number; readonly sent: Sent }> = []
    const coming: Array<{ readonly arrival: number; readonly sent: Sent }> = []
    for (const [place, { energyWh, way }] of step.points.entries()) {
      if (index > 0) registers[place]! += energyWh
      const { meteringPoint, member } = world.points[place]!
      const sent = submit(member, { meteringPoint, sequence: index + 1, time, registerWh: registers[place]!, powerW: 4 * energyWh })
      const arrival = arrivalOf(index, place)
      if (way === "comes" || way === "comes twice") coming.push({ arrival, sent })
      if (way === "comes twice") coming.push({ arrival: (arrival * 7 + 3) % 1_000, sent })
      if (way === "comes late") late.push({ place, sent })
    }
    const inOrder = coming.toSorted((a, b) => a.arrival - b.arrival)
    const readings = [...before, ...inOrder, ...behind].map(({ sent }) => sent)
    overdue = late
    return { time, preferences, readings, orders, tick: fromOperator({ kind: "Tick", area: world.area, time }) }
  })
}
