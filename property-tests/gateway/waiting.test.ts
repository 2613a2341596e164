import { afterEach, beforeEach, describe, expect, test } from "vitest"
import type { ReadingStatus } from "../../engine/core/metering/reading.ts"
import { sealEnvelope } from "../../engine/core/seal-envelope.ts"
import { fateOfReading } from "../../engine/service/ports/driving/refusal-fate.ts"
import { refusalOf } from "../../engine/service/intake/batch-check.ts"
import { checkRecord } from "../../engine/service/intake/check-record.ts"
import { Area, AREA, keyOf } from "./area.ts"
import { Home } from "./home.ts"

const START = 1_782_900_000
const key = keyOf(9)
let area: Area
const homes: Array<Home> = []
const homeOf = (...values: ConstructorParameters<typeof Home>): Home => {
  const home = new Home(...values)
  homes.push(home)
  return home
}
beforeEach(async () => {
  area = new Area()
  await area.open("ada", "bob")
  await area.tick(START)
})
afterEach(() => homes.splice(0).forEach((home) => home.close()))

/** Sequences of a metering point as they were recorded. */
const recorded = (meteringPoint: string): Array<number> => area.of("ReadingRecorded").filter((one) => one.meteringPoint === meteringPoint).map(({ sequence }) => sequence)
const nothingWrong = (): void => expect(area.of("ReadingRefused", "CommandRefused", "BatchChainBroken", "SequenceGapFound", "EquivocationFound")).toEqual([])
const times = (count: number, from = START): Array<number> => Array.from({ length: count }, (_, index) => from + index * 900)

describe("readings of a metering point that is not registered yet", () => {
  test("wait in the store, hold up nobody else's, and count from the first one on as soon as it is registered", async () => {
    await area.register("p1", "ada", key.publicKey)
    await area.register("q1", "bob", key.publicKey)
    const home = homeOf(area, { ada: ["p1", "p2"], bob: ["q1"] })
    for (const time of times(4)) {
      await area.tick(time)
      await home.poll(time)
      await home.flush()
    }
    expect([recorded("p1"), recorded("p2"), recorded("q1")]).toEqual([[1, 2, 3, 4], [], [1, 2, 3, 4]])
    expect(home.gateway.status()).toMatchObject({ unsealed: 4, waiting: 0, unregistered: ["p2"] })
    home.restart()
    await area.register("p2", "ada", key.publicKey)
    await home.poll(START + 4 * 900)
    await home.flush()
    expect(recorded("p2")).toEqual([1, 2, 3, 4, 5])
    expect(home.gateway.status()).toMatchObject({ unsealed: 0, waiting: 0, unregistered: [] })
    nothingWrong()
  })

  test("are asked about again, one reading at a time and less and less often, without a restart", async () => {
    await area.register("p1", "ada", key.publicKey)
    const home = homeOf(area, { ada: ["p1", "p2"] })
    let asked = 0
    const submit = area.uplink.submit
    Object.assign(area.uplink, { submit: (batch: Uint8Array) => { asked++; return submit(batch) } })
    for (let minute = 0; minute < 120; minute++) {
      home.steady = minute * 60
      await home.poll(START + minute, 1)
      await home.flush()
    }
    // One batch of p1 a minute; about p2: at once, then after 30, 60, 120, 240, 480 s and every 600 s.
    expect(asked - 120).toBeLessThan(20)
    expect(asked - 120).toBeGreaterThan(10)
    await area.register("p2", "ada", key.publicKey)
    home.steady += 600
    await home.flush()
    await home.poll(START + 121, 1)
    await home.flush()
    expect(recorded("p2")).toEqual(Array.from({ length: 121 }, (_, index) => index + 1))
    nothingWrong()
  })

  test("of a whole gateway whose key nobody knows: days of batches wait, and all count afterwards, in one chain", async () => {
    const home = homeOf(area, { ada: ["p1"], bob: ["q1"] })
    area.isThere = false
    for (const time of times(100)) await home.poll(time)
    area.isThere = true
    await area.tick(START + 100 * 900)
    await home.flush()
    expect(area.of("ReadingRecorded")).toEqual([])
    expect(home.gateway.status()).toMatchObject({ unsealed: 200, waiting: 0 })
    await area.register("p1", "ada", key.publicKey)
    await area.register("q1", "bob", key.publicKey)
    home.steady += 600
    await home.flush()
    await home.poll(START + 101 * 900)
    await home.flush()
    for (const point of ["p1", "q1"]) expect(recorded(point)).toEqual(Array.from({ length: 101 }, (_, index) => index + 1))
    nothingWrong()
  })
})

test("what a former key or another area signed is sealed anew by the present key", async () => {
  const home = homeOf(area, { ada: ["p1"] }, {}, keyOf(8))
  area.isThere = false
  for (const time of times(5)) await home.poll(time)
  area.isThere = true
  home.restart()
  await area.register("p1", "ada", key.publicKey)
  await area.tick(START + 5 * 900)
  await home.flush()
  expect(recorded("p1")).toEqual([1, 2, 3, 4, 5])
  nothingWrong()
})

test("readings ahead of market time wait until it has come there", async () => {
  await area.register("p1", "ada", key.publicKey)
  const home = homeOf(area, { ada: ["p1"] })
  await home.poll(START + 3_600)
  await expect(home.flush()).rejects.toMatchObject({ _tag: "UplinkRefused", name: "AheadOfMarket", reason: "readings lie 3600 s ahead of market time" })
  expect(home.gateway.status()).toMatchObject({ waiting: 1 })
  for (const time of times(4).slice(1)) await area.tick(time)
  expect(await home.flush()).toBe(1)
  expect(recorded("p1")).toEqual([1])
  nothingWrong()
})

test("readings that the former key signed up to its change come through the door as well", async () => {
  await area.register("p1", "ada", keyOf(8).publicKey)
  const home = homeOf(area, { ada: ["p1"] }, {}, keyOf(8))
  area.isThere = false
  await home.poll(START)
  area.isThere = true
  await area.command({ kind: "RotateGatewayKey", formerKey: keyOf(8).publicKey, gatewayKey: key.publicKey, time: START + 60 })
  expect(await home.flush()).toBe(1)
  expect(recorded("p1")).toEqual([1])
})

test("the door keeps out exactly what the core would refuse for now: what reaches the log is final", async () => {
  await area.register("p1", "ada", key.publicKey)
  await area.register("p2", "ada", keyOf(8).publicKey)
  const reading = { meteringPoint: "p1", sequence: 1, time: START, registerWh: 1_000, powerW: 0 }
  const batch = (change: Partial<typeof reading>): Uint8Array => sealEnvelope(key, AREA, [{ kind: "SubmitReadings", previousBatch: new Uint8Array(), readings: [{ ...reading, ...change }] }])
  await area.take(batch({}))
  const statuses = new Set<ReadingStatus>()
  for (const change of [{ meteringPoint: "p9" }, { meteringPoint: "p2" }, { time: START + 901, sequence: 2 }, {}, { sequence: 3, time: START + 900, registerWh: 2_000_000_000_000 }, { sequence: 4, time: START + 900, registerWh: 10 }]) {
    const bytes = batch(change)
    const record = await checkRecord(0, bytes, { area: AREA, now: 0, wallets: { verify: () => false } })
    const atTheDoor = refusalOf(area.state, record, key.publicKey)
    const copy = new Area()
    Object.assign(copy, { state: structuredClone(area.state) })
    await copy.take(sealEnvelope(key, AREA, [...record.commands, { kind: "SubmitEvidence", clock: "relative", evidence: [] }]))
    const status = copy.of("ReadingRefused")[0]?.status
    if (status !== undefined) statuses.add(status)
    expect([change, atTheDoor !== undefined]).toEqual([change, status !== undefined && fateOfReading[status] === "waits"])
  }
  expect([...statuses].toSorted()).toEqual(["FromTheFuture", "NotItsGateway", "RegisterFellBack", "RegisterOutOfBounds", "Repeated", "UnknownMeteringPoint"])
})
