import { expect, it } from "vitest"
import { programKey } from "../../../property-tests/arbitraries/record.ts"
import { acceptReadings, type MeteringEvent as Event } from "./accept-readings.ts"
import { emptyMetering, type MeteringState } from "./metering-point.ts"
import type { Reading } from "./reading.ts"
import { registerPoint } from "./register-point.ts"

const noon = Date.UTC(2016, 2, 25, 12) / 1000
const gateway = programKey("ada")
const hash = new Uint8Array(32)

const meteringWith = (capacityWh: number): MeteringState => {
  const metering = emptyMetering()
  registerPoint(metering, { kind: "RegisterMeteringPoint", meteringPoint: "roof", member: "ada", direction: "injection", gatewayKey: gateway, capacityWh })
  return metering
}
const take = (metering: MeteringState, marketTime: number, readings: ReadonlyArray<Partial<Reading>>, signer = gateway, previousBatch: Uint8Array = hash, batchHash: Uint8Array = hash): Array<Event> => {
  const events: Array<Event> = []
  const complete = readings.map((reading) => Object.assign({ meteringPoint: "roof", sequence: 1, time: noon, registerWh: 0, powerW: 0 }, reading))
  const clock = { timeZone: "Europe/Vienna", marketTime, openedAt: marketTime === 0 ? 0 : noon }
  acceptReadings(metering, clock, { signer, record: batchHash }, { kind: "SubmitReadings", previousBatch, readings: complete }, (event) => events.push(event))
  return events
}
const names = (events: ReadonlyArray<Event>): Array<string> => events.map((event) => (event.kind === "ReadingRefused" ? event.status : event.kind))

it("two readings on the edges make one interval value of version 1", () => {
  const metering = meteringWith(1_000)
  const events = take(metering, noon, [{}, { sequence: 2, time: noon + 900, registerWh: 120, powerW: 480 }])
  expect(events.slice(2)).toEqual([{ kind: "IntervalValueRecorded", meteringPoint: "roof", period: noon, energyWh: 120, quality: "measured", version: 1 }])
  expect(metering.points.get("roof")?.latestPowerW).toBe(480)
})

it("before the first tick readings only say where the register stands", () => {
  const metering = meteringWith(1_000)
  expect(names(take(metering, 0, [{}, { sequence: 2, time: noon + 900, registerWh: 120 }]))).toEqual(["ReadingRecorded", "ReadingRecorded"])
  expect(names(take(metering, noon + 900, [{ sequence: 3, time: noon + 1_800, registerWh: 200 }]))).toEqual(["ReadingRecorded", "IntervalValueRecorded"])
})

it("what stood before the newest reading before the first tick is too late when it comes again, also where the count began anew", () => {
  const metering = meteringWith(1_000)
  const early = { sequence: 6, time: noon - 900, registerWh: 900 }
  const newest = { sequence: 5, time: noon, registerWh: 950 }
  expect(names(take(metering, 0, [{ sequence: 5, time: noon - 1_800, registerWh: 800 }, early, newest])).slice(-2)).toEqual(["SequenceRestarted", "ReadingRecorded"])
  expect(names(take(metering, noon, [early, newest]))).toEqual(["Late", "Repeated"])
  expect(names(take(metering, noon, [{ sequence: 7, time: noon + 900, registerWh: 1_000 }]))).toEqual(["ReadingRecorded", "IntervalValueRecorded"])
})

it("each refusal has its name, and moves neither the register nor the power", () => {
  const metering = meteringWith(1_000)
  take(metering, noon, [{ registerWh: 500, powerW: 7 }])
  const refusedBy = (reading: Partial<Reading>, signer = gateway) => names(take(metering, noon, [reading], signer))
  expect(refusedBy({ meteringPoint: "cellar" })).toEqual(["UnknownMeteringPoint"])
  expect(refusedBy({ sequence: 2 }, programKey("ben"))).toEqual(["NotItsGateway"])
  expect(refusedBy({ sequence: 2, time: noon + 901 })).toEqual(["FromTheFuture"])
  expect(refusedBy({ sequence: 1, registerWh: 500 })).toEqual(["Repeated"])
  expect(refusedBy({ sequence: 2, time: noon, registerWh: 500 })).toEqual(["Repeated"])
  expect(refusedBy({ sequence: 3, time: noon + 897, registerWh: 499 })).toEqual(["RegisterFellBack"])
  expect(refusedBy({ sequence: 4, time: noon + 898, registerWh: 1_501 })).toEqual(["AboveCapacity"])
  expect(refusedBy({ sequence: 5, time: noon + 899, registerWh: 1_000_000_000_001 })).toEqual(["RegisterOutOfBounds"])
  expect(metering.points.get("roof")?.track).toMatchObject({ time: noon, registerWh: 500 })
  expect(metering.points.get("roof")?.latestPowerW).toBe(7)
  expect(names(take(metering, noon, [{ sequence: 6, time: noon + 900, registerWh: 1_500 }]))).toEqual(["ReadingRecorded", "IntervalValueRecorded", "IntervalFlagged"])
})

it("two values signed for one time are both kept as evidence, and neither counts", () => {
  const metering = meteringWith(1_000)
  take(metering, noon, [{ registerWh: 500 }])
  expect(names(take(metering, noon, [{ sequence: 2, time: noon + 300, registerWh: 600 }]))).toEqual(["ReadingRecorded"])
  const second = take(metering, noon, [{ sequence: 2, time: noon + 300, registerWh: 640 }])
  expect(names(second)).toEqual(["EquivocationFound", "Disputed"])
  expect(second[0]).toMatchObject({ registerWh: 640, otherRegisterWh: 600, otherTime: noon + 300 })
  const last = take(metering, noon, [{ sequence: 3, time: noon + 900, registerWh: 700 }])
  expect(last.filter(({ kind }) => kind !== "ReadingRecorded")).toMatchObject([
    { kind: "IntervalValueRecorded", energyWh: 200, quality: "provisional", version: 1 },
    { kind: "IntervalFlagged", flags: ["Disputed"] }
  ])
})

it("one sequence for two times is an equivocation; both times count", () => {
  const metering = meteringWith(1_000)
  take(metering, noon, [{ registerWh: 500 }])
  expect(names(take(metering, noon, [{ sequence: 1, time: noon + 900, registerWh: 600 }]))).toEqual(["EquivocationFound", "ReadingRecorded", "IntervalValueRecorded"])
})

it("no sequence silences a meter: not the highest there is, not a gateway that counts anew", () => {
  const metering = meteringWith(1_000)
  take(metering, noon, [{ sequence: 40 }])
  expect(names(take(metering, noon, [{ sequence: Number.MAX_SAFE_INTEGER, time: noon + 300 }]))).toEqual(["SequenceRestarted", "ReadingRecorded"])
  expect(names(take(metering, noon, [{ sequence: 41, time: noon + 600 }]))).toEqual(["SequenceRestarted", "ReadingRecorded"])
  expect(names(take(metering, noon, [{ sequence: 1, time: noon + 900 }]))).toEqual(["SequenceRestarted", "ReadingRecorded", "IntervalValueRecorded"])
})

it("a register that was reset is a new line after three readings; the meter is not silenced and nothing is booked in between", () => {
  const metering = meteringWith(1_000)
  const day = noon + 86_400
  take(metering, day, [{ time: noon, registerWh: 90_000 }, { sequence: 2, time: noon + 900, registerWh: 90_100 }])
  const events = [0, 40, 90, 150].map((registerWh, step) => names(take(metering, day, [{ sequence: 3 + step, time: noon + 900 * (2 + step), registerWh }])))
  expect(events).toEqual([["RegisterFellBack"], ["RegisterFellBack"], ["ReadingRecorded", "RegisterBegunAnew", "IntervalValueRecorded", "IntervalFlagged", "IntervalValueRecorded"], ["ReadingRecorded", "IntervalValueRecorded"]])
  expect([...metering.points.get("roof")!.values].map(([period, { energyWh }]) => [(period - noon) / 900, energyWh])).toEqual([[0, 100], [2, 40], [3, 50], [4, 60]])
})

it("a momentary zero is left out: the line goes on, and the energy of the gap is the register's difference", () => {
  const metering = meteringWith(1_000)
  const day = noon + 86_400
  const registers = [90_000, 90_100, 0, 90_300, 90_400]
  const events = registers.map((registerWh, step) => names(take(metering, day, [{ sequence: 1 + step, time: noon + 900 * step, registerWh }])))
  expect(events[2]).toEqual(["RegisterFellBack"])
  expect([...metering.points.get("roof")!.values.values()].map(({ energyWh, quality }) => [energyWh, quality])).toEqual([[100, "measured"], [100, "calculated"], [100, "calculated"], [100, "measured"]])
})

it("capacity holds for each period by itself, not for each reading", () => {
  const metering = meteringWith(1_000)
  take(metering, noon, [{}, { sequence: 2, time: noon + 450, registerWh: 900 }])
  expect(names(take(metering, noon, [{ sequence: 3, time: noon + 600, registerWh: 1_001 }]))).toEqual(["AboveCapacity"])
  expect(names(take(metering, noon, [{ sequence: 4, time: noon + 900, registerWh: 1_000 }]))).toEqual(["ReadingRecorded", "IntervalValueRecorded", "IntervalFlagged"])
})

it("a gap in sequences is flagged and blocks nothing", () => {
  const metering = meteringWith(1_000)
  const events = take(metering, noon, [{}, { sequence: 4, time: noon + 900, registerWh: 10 }])
  expect(events.filter(({ kind }) => kind === "SequenceGapFound")).toEqual([{ kind: "SequenceGapFound", meteringPoint: "roof", from: 2, to: 3 }])
  expect(names(events)).toContain("IntervalValueRecorded")
})

const broken = (events: ReadonlyArray<Event>): number => events.filter(({ kind }) => kind === "BatchChainBroken").length

it("a gateway's batches form a chain; a break is flagged once, a repeated batch moves nothing", () => {
  const metering = meteringWith(1_000)
  const [one, two, three] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte)) as [Uint8Array, Uint8Array, Uint8Array]
  expect(broken(take(metering, noon, [{}], gateway, new Uint8Array(), one))).toBe(0)
  expect(broken(take(metering, noon, [{ sequence: 2, time: noon + 60 }], gateway, one, two))).toBe(0)
  expect(broken(take(metering, noon, [{ sequence: 2, time: noon + 60 }], gateway, one, two))).toBe(0)
  expect(broken(take(metering, noon, [{ sequence: 3, time: noon + 120 }], gateway, one, three))).toBe(1)
  expect(broken(take(metering, noon, [{ sequence: 4, time: noon + 180 }], gateway, three, one))).toBe(0)
})

it("two commands of one record name the same batch before them: that is no break", () => {
  const metering = meteringWith(1_000)
  const [one, two] = [1, 2].map((byte) => new Uint8Array(32).fill(byte)) as [Uint8Array, Uint8Array]
  take(metering, noon, [{}], gateway, new Uint8Array(), one)
  expect(broken(take(metering, noon, [{ sequence: 2, time: noon + 60 }], gateway, one, two))).toBe(0)
  expect(broken(take(metering, noon, [{ sequence: 3, time: noon + 120 }], gateway, one, two))).toBe(0)
})

it("metering points keep the order of their ids, whenever they were registered", () => {
  const metering = emptyMetering()
  for (const meteringPoint of ["c", "a", "d", "b"]) {
    registerPoint(metering, { kind: "RegisterMeteringPoint", meteringPoint, member: "ada", direction: "injection", gatewayKey: gateway, capacityWh: 1 })
  }
  expect(metering.order).toEqual(["a", "b", "c", "d"])
  const again = { kind: "RegisterMeteringPoint", meteringPoint: "a", member: "ben", direction: "withdrawal", gatewayKey: gateway, capacityWh: 1 } as const
  expect(registerPoint(metering, again)).toBe("AlreadyDone")
  expect(registerPoint(metering, { ...again, meteringPoint: "e", capacityWh: 0 })).toBe("OutOfBounds")
  expect(registerPoint(metering, { ...again, meteringPoint: "e", gatewayKey: new Uint8Array(31) })).toBe("OutOfBounds")
})
