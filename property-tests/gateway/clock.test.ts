import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { Effect } from "effect"
import { OwnClock } from "../../adapters/modbus/gateway/own-clock.ts"
import type { DeviceClock } from "../../adapters/modbus/gateway/device-clock.ts"
import { Area, keyOf } from "./area.ts"
import { Home } from "./home.ts"

const START = 1_796_040_000
const key = keyOf(9)
let area: Area
let home: Home
beforeEach(async () => {
  area = new Area()
  await area.open("ada")
  await area.register("p1", "ada", key.publicKey)
  await area.tick(START)
})
afterEach(() => home.close())

/** Polls and hands over at each of `count` period edges from the one numbered `first` on. */
const play = async (count: number, first = 0, wh = 100): Promise<void> => {
  for (let period = first; period < first + count; period++) {
    await home.poll(START + period * 900, wh)
    await home.flush()
    await area.tick(START + period * 900)
  }
}
const flagged = (): Array<readonly [number, ReadonlyArray<string>]> => area.of("IntervalFlagged").map(({ period, flags }) => [(period - START) / 900, flags] as const)
const reported = (): Array<number> => area.of("ClockReported").map(({ offset }) => offset)
const nothingRefused = (): void => expect(area.of("ReadingRefused", "CommandRefused", "BatchChainBroken", "SequenceGapFound", "EquivocationFound", "ReadingFlagged")).toEqual([])

describe("a device whose clock drifts", () => {
  let drift = 0
  const readClock = (_: string, time: number): Promise<DeviceClock> => Promise.resolve({ seconds: time + drift, offset: drift })

  test("is reported, and its intervals are provisional for as long as it is off by more than 9 s", async () => {
    home = new Home(area, { ada: ["p1"] }, { readClock })
    drift = 3
    await play(3)
    expect(reported()).toEqual([3])
    expect(flagged()).toEqual([])
    drift = 12
    await play(3, 3)
    drift = 0
    await play(3, 6)
    expect(reported()).toEqual([3, 12, 0])
    // 12 s are told at the edge where period 3 begins, 0 s behind the reading with which period 5 ends.
    expect(flagged()).toEqual([3, 4, 5].map((period) => [period, ["ClockDrift"]]))
    expect(area.of("IntervalValueRecorded").filter(({ quality }) => quality === "provisional").map(({ period }) => (period - START) / 900)).toEqual([3, 4, 5])
    expect(area.state.metering.points.get("p1")!.clock).toEqual({ time: START + 6 * 900, offset: 0 })
    nothingRefused()
  })

  test("is told once a day although it stands, and after a restart not at once again", async () => {
    home = new Home(area, { ada: ["p1"] }, { readClock })
    drift = 1
    await play(50)
    home.restart({ readClock })
    await play(50, 50)
    expect(area.of("ClockReported").map(({ time }) => (time - START) / 900)).toEqual([0, 96])
    nothingRefused()
  })
})

test("without a device's clock the gateway's own counts, as the engine's answers tell it", async () => {
  const ownClock = new OwnClock({ wall: () => START, steady: () => 0 })
  home = new Home(area, { ada: ["p1"] }, { ownOffset: () => ownClock.offset, heardEngine: (time) => ownClock.heard(time), clock: () => ownClock.status("unknown") })
  area.wall = START
  await play(2)
  expect(reported()).toEqual([])
  expect(area.of("ClockDoubted").map(({ clock }) => clock)).toEqual(["unsynchronised"])
  area.wall = START - 20
  await play(3, 2)
  expect(reported()).toEqual([20])
  expect(flagged()).toEqual([[3, ["ClockDrift"]]])
  expect(area.of("ClockDoubted").length).toBe(3)
  nothingRefused()
})

describe("a device whose clock stands still", () => {
  let shows = START
  const readClock = (_: string, time: number): Promise<DeviceClock> => Promise.resolve({ seconds: shows, offset: shows - time })

  test("together with its counter repeats an old value: the reading is withheld", async () => {
    home = new Home(area, { ada: ["p1"] }, { readClock })
    shows = START
    await play(1)
    await play(2, 1, 0)
    expect(area.of("ReadingFlagged")).toEqual([1, 2].map((period) => expect.objectContaining({ time: START + period * 900, flags: ["StaleClock"], withheld: true }) as unknown))
    shows = START + 3 * 900
    await play(1, 3)
    expect(area.of("ReadingRecorded").map(({ sequence, time }) => [sequence, (time - START) / 900])).toEqual([[1, 0], [2, 3]])
  })

  test("while its counter goes on has an empty battery: flagged once, reported, and every reading counts", async () => {
    home = new Home(area, { ada: ["p1"] }, { readClock })
    shows = START
    await play(6)
    expect(area.of("ReadingRecorded").length).toBe(6)
    expect(area.of("ReadingFlagged")).toEqual([expect.objectContaining({ time: START + 900, flags: ["StaleClock"], withheld: false })])
    expect(reported()).toEqual([0, -900, -1_800, -2_700, -3_600, -4_500])
  })
})

test("readings of a clock that was a day ahead become evidence when it is set right; their numbers are used again, and nothing else is lost", async () => {
  home = new Home(area, { ada: ["p1"] })
  await play(3)
  // The engine is away while the clock is wrong, so batches are sealed with times that never were.
  area.isThere = false
  for (let period = 0; period < 4; period++) await home.poll(START + 86_400 + period * 900)
  area.isThere = true
  await expect(home.flush()).rejects.toMatchObject({ name: "AheadOfMarket" })
  expect(home.store.newestTime()).toBe(START + 86_400 + 3 * 900)
  const now = START + 2 * 900 + 60
  expect(await Effect.runPromise(home.gateway.setBack(now))).toBe(4)
  expect(home.store.newestTime()).toBeLessThanOrEqual(now)
  home.restart()
  await play(3, 3)
  expect(area.of("ReadingRecorded").map(({ sequence, time }) => [sequence, (time - START) / 900])).toEqual([[1, 0], [2, 1], [3, 2], [4, 3], [5, 4], [6, 5]])
  expect(area.of("SequenceGapFound", "BatchChainBroken", "EquivocationFound", "ReadingRefused")).toEqual([])
  expect(home.gateway.status().waiting).toBe(0)
})
