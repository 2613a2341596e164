import { describe, expect, it } from "vitest"
import { eventsOf, open, send, type Play } from "../../../property-tests/arbitraries/play.ts"
import { fromOperator, programKey, type Sent } from "../../../property-tests/arbitraries/record.ts"
import { smallWorld } from "../../../property-tests/arbitraries/world.ts"
import type { PointCommand } from "./apply-point-command.ts"

const world = smallWorld()
const { start } = world
const meteringPoint = "ben-home"
const word = { who: "erika", why: "seen on site" }
const read = (sequence: number, time: number, registerWh: number, signer = programKey("ben")): Sent => ({
  signer,
  nonce: 0,
  commands: [{ kind: "SubmitReadings", previousBatch: new Uint8Array(), readings: [{ meteringPoint, sequence, time, registerWh, powerW: 0 }] }]
})
const give = (play: Play, command: PointCommand): string => eventsOf(send(play, fromOperator(command)), "CommandRefused")[0]?.status ?? "Accepted"
const tick = (play: Play, periods: number) => send(play, fromOperator({ kind: "Tick", area: "area", time: start + 900 * periods }))
const values = (play: Play) => [...play.state.metering.points.get(meteringPoint)!.values].toSorted(([a], [b]) => a - b).map(([period, { energyWh, quality, version }]) => [(period - start) / 900, energyWh, quality, version])

/** Two periods of 100 Wh each, read on the edges, market time at the second edge. */
const begun = (): Play => {
  const play = open(world)
  for (const [step, register] of [9_000, 9_100, 9_200].entries()) {
    send(play, read(step + 1, start + 900 * step, register))
    tick(play, step)
  }
  return play
}

describe("a meter exchange in the middle of a period", () => {
  const exchange = { kind: "ExchangeMeter", meteringPoint, time: start + 2_250, finalRegisterWh: 9_260, initialRegisterWh: 5, gatewayKey: programKey("ben"), rolloverWh: 0, resolutionWh: 1, ...word } as const
  it("told in time: 60 Wh of the old and 40 of the new device are the 100 Wh of the period", () => {
    const play = begun()
    tick(play, 3)
    expect(give(play, exchange)).toBe("Accepted")
    send(play, read(4, start + 2_700, 45))
    expect(values(play).at(-1)).toEqual([2, 100, "measured", 1])
    expect(eventsOf(play.events, "IntervalFlagged").at(-1)).toMatchObject({ period: start + 1_800, flags: ["MeterExchange"] })
    expect(give(play, exchange)).toBe("AlreadyDone")
  })
  it("told too late for its own period: the register seemed reset; the same values come as new versions", () => {
    const play = begun()
    for (const [step, register] of [45, 145, 245].entries()) {
      send(play, read(4 + step, start + 900 * (3 + step), register))
      tick(play, 3 + step)
    }
    expect(eventsOf(play.events, "RegisterBegunAnew")).toHaveLength(1)
    expect(give(play, exchange)).toBe("Accepted")
    expect(values(play).slice(2).map(([place, energy]) => [place, energy])).toEqual([[2, 100], [3, 100], [4, 100]])
  })
  it("a new gateway counts its own sequences, and the old one is heard up to the exchange only", () => {
    const play = begun()
    tick(play, 3)
    expect(give(play, { ...exchange, gatewayKey: programKey("new") })).toBe("Accepted")
    expect(eventsOf(send(play, read(1, start + 2_700, 45, programKey("new"))), "ReadingRecorded")).toHaveLength(1)
    expect(eventsOf(send(play, read(5, start + 2_800, 9_300)), "ReadingRefused")).toMatchObject([{ status: "NotItsGateway" }])
    expect(eventsOf(send(play, read(4, start + 2_000, 9_220)), "ReadingRecorded")).toHaveLength(1)
    expect(values(play).at(-1)).toEqual([2, 100, "measured", 1])
  })
})

describe("an edit is a new version, with who and why", () => {
  const edit = { kind: "EditIntervalValue", meteringPoint, period: start, beforeWh: 100, beforeVersion: 1, afterWh: 90, quality: "substitute", ...word } as const
  it("and no device changes it any more", () => {
    const play = begun()
    expect(give(play, edit)).toBe("Accepted")
    expect(eventsOf(play.events, "IntervalValueEdited")).toMatchObject([{ beforeWh: 100, afterWh: 90, version: 2, who: "erika" }])
    send(play, read(9, start + 450, 9_030))
    expect(values(play)[0]).toEqual([0, 90, "substitute", 2])
  })
  it("a value of last month is edited by its version", () => {
    const play = begun()
    for (let periods = 3; periods <= 30 * 96; periods++) tick(play, periods)
    expect(play.state.metering.points.get(meteringPoint)!.values.has(start)).toBe(false)
    expect(give(play, { ...edit, beforeVersion: 2 })).toBe("VersionNotCurrent")
    expect(give(play, edit)).toBe("Accepted")
    expect(eventsOf(play.events, "IntervalValueRecorded").at(-1)).toMatchObject({ period: start, energyWh: 90, version: 2 })
  })
  it("refused where somebody else was quicker, nobody is named, or it is above the capacity", () => {
    const play = begun()
    expect(give(play, { ...edit, beforeVersion: 2 })).toBe("VersionNotCurrent")
    expect(give(play, { ...edit, beforeWh: 99 })).toBe("VersionNotCurrent")
    expect(give(play, { ...edit, why: "" })).toBe("OutOfBounds")
    expect(give(play, { ...edit, afterWh: world.capacityWh + 1 })).toBe("OutOfBounds")
    expect(give(play, { ...edit, period: start - 900 })).toBe("TooLate")
    expect(values(play)[0]).toEqual([0, 100, "measured", 1])
  })
})

describe("an official source", () => {
  const imported = (...energies: ReadonlyArray<readonly [period: number, energyWh: number]>): PointCommand => ({
    kind: "ImportIntervalValues",
    meteringPoint,
    document: new Uint8Array(32),
    who: "erika",
    values: energies.map(([period, energyWh]) => ({ period, energyWh, quality: "measured" }))
  })
  it("makes the device's values provisional, and its own come as a new version that stays", () => {
    const play = open(world)
    expect(give(play, { kind: "SetSource", meteringPoint, source: "official" })).toBe("Accepted")
    for (const step of [0, 1]) {
      send(play, read(step + 1, start + 900 * step, 100 * step))
      tick(play, step)
    }
    expect(values(play)).toEqual([[0, 100, "provisional", 1]])
    expect(give(play, imported([start, 97]))).toBe("Accepted")
    expect(values(play)).toEqual([[0, 97, "measured", 2]])
    send(play, read(9, start + 450, 30))
    expect(values(play)).toEqual([[0, 97, "measured", 2]])
    expect(give(play, imported([start, 98]))).toBe("Accepted")
    expect(values(play)).toEqual([[0, 98, "measured", 3]])
  })
  it("all or none: one value in the future, above the capacity or out of order refuses the whole", () => {
    const play = begun()
    const two = (period: number, energyWh: number) => imported([start, 1], [period, energyWh])
    expect(give(play, two(start + 1_800, 1))).toBe("OutOfBounds")
    expect(give(play, two(start + 900, world.capacityWh + 1))).toBe("OutOfBounds")
    expect(give(play, two(start, 1))).toBe("OutOfBounds")
    expect(values(play)[0]).toEqual([0, 100, "measured", 1])
  })
})

it("a gateway's key is rotated with no reading lost: the former key counts up to the change", () => {
  const play = begun()
  expect(give(play, { kind: "RotateGatewayKey", formerKey: programKey("ben"), gatewayKey: programKey("next"), time: start + 2_000 })).toBe("Accepted")
  tick(play, 3)
  expect(eventsOf(send(play, read(4, start + 1_900, 9_210)), "ReadingRecorded")).toHaveLength(1)
  expect(eventsOf(send(play, read(5, start + 2_700, 9_300)), "ReadingRefused")).toMatchObject([{ status: "NotItsGateway" }])
  expect(eventsOf(send(play, read(5, start + 2_700, 9_300, programKey("next"))), "ReadingRecorded")).toHaveLength(1)
  expect(values(play).at(-1)).toEqual([2, 100, "measured", 1])
  expect(give(play, { kind: "RotateGatewayKey", formerKey: programKey("ben"), gatewayKey: programKey("x"), time: start })).toBe("UnknownMeteringPoint")
})

it("a retired metering point has no energy and is estimated no more", () => {
  const play = begun()
  expect(give(play, { kind: "RetireMeteringPoint", meteringPoint, time: start + 1_800, ...word })).toBe("Accepted")
  for (const periods of [3, 4, 5]) tick(play, periods)
  expect(values(play).slice(2)).toEqual([[2, 0, "calculated", 1]])
  expect(eventsOf(send(play, read(4, start + 2_700, 9_300)), "ReadingRefused")).toMatchObject([{ status: "Retired" }])
})

it("a dead meter costs no more state after a year than after a week", () => {
  const play = open(smallWorld({ points: [{ meteringPoint, member: "ben", direction: "withdrawal" }] }))
  send(play, read(1, start, 0))
  const sizes: Array<number> = []
  for (let periods = 0; periods <= 60 * 96; periods++) {
    tick(play, periods)
    if (periods === 7 * 96 || periods === 60 * 96) sizes.push(play.state.metering.points.get(meteringPoint)!.values.size + play.state.metering.points.get(meteringPoint)!.past.length)
  }
  expect(sizes[1]).toBe(sizes[0])
  const back = eventsOf(send(play, read(2, start + 60 * 96 * 900, 57_600)), "IntervalValueRecorded")
  expect(back).toHaveLength(60 * 96)
  expect(back.filter(({ version }) => version === 2).length).toBe(60 * 96 - 2)
  expect(back.reduce((sum, { energyWh }) => sum + energyWh, 0)).toBe(57_600)
})
