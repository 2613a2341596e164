import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { Effect, Exit, Fiber } from "effect"
import kafkajs, { type Admin } from "kafkajs"
import { beforeAll, describe, expect, test } from "vitest"
import { CommandLog } from "../../engine/service/ports/driven/command-log.ts"
import { startKafka, type RunningKafka } from "../../infra/local/kafka.ts"
import { identify } from "../../infra/local/process-record.ts"
import { temporaryFolder } from "../../infra/local/testing/temporary-folder.ts"
import { commandLogContract, onLog, positionsFrom, takeAll } from "../../property-tests/models/command-log-contract.ts"
import { makeClient } from "./client.ts"
import { eventTopic } from "./event-topic.ts"
import { kafkaLogLayer } from "./kafka-log.ts"

const { folder, keep } = await temporaryFolder()
const dataDir = join(folder, "kafka")
const topic = "commands-under-test"
const fetching = 300_000
const areaCount = 80
const registry = Object.fromEntries(positionsFrom(0, areaCount).map((partition) => [`area-${partition}`, partition]))
let broker: RunningKafka
let areas = 0
const area = (): string => `area-${areas++}`
const layer = () => kafkaLogLayer({ brokers: broker.brokers, topic, partitions: registry })

const withAdmin = async <A>(use: (admin: Admin) => Promise<A>): Promise<A> => {
  const admin = makeClient({ brokers: broker.brokers }).admin()
  await admin.connect()
  try {
    return await use(admin)
  } finally {
    await admin.disconnect()
  }
}

/** Deletes what lies below an offset, as retention would. */
const deleteBelow = (partition: number, offset: string): Promise<void> =>
  withAdmin(async (admin) => {
    // kafkajs knows the leaders of a topic only after some other question about it.
    await admin.fetchTopicOffsets(topic)
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset }] })
  })

const texts = (records: ReadonlyArray<{ readonly bytes: Uint8Array }>): string[] => records.map(({ bytes }) => Buffer.from(bytes).toString())

/** Batches of records in a partition's log, as the broker wrote it: one for each send. Every batch begins with its offset and its length. */
const batchesOnDisk = async (partition: number): Promise<number> => {
  const found = (await readdir(dataDir, { recursive: true })).find((path) => path.endsWith(join(`${topic}-${partition}`, "00000000000000000000.log")))
  const log = await readFile(join(dataDir, found!))
  let batches = 0
  for (let at = 0; at + 12 <= log.length && log.readInt32BE(at + 8) > 0; at += 12 + log.readInt32BE(at + 8)) batches++
  return batches
}

/** Ends the broker by its process id and waits until it is gone. */
const killBroker = async (): Promise<void> => {
  const pid = broker.brokerPid ?? 0
  process.kill(pid, "SIGKILL")
  while (identify(pid)) await sleep(10)
}

describe("the command log in Kafka", () => {
  beforeAll(async () => {
    broker = keep(await startKafka({ dataDir }))
  }, fetching)

  commandLogContract("Kafka", { layer, area, runs: 15 })

  test("makes its topic with a partition for each area and seven days of retention, and adds partitions later", async () => {
    const options = { brokers: broker.brokers, topic: "grows" }
    const append = (areaName: string) => Effect.flatMap(CommandLog, (log) => log.append(areaName, [Buffer.from("x")]))
    await onLog(kafkaLogLayer({ ...options, partitions: { east: 0 } }), append("east"))
    const written = Effect.flatMap(CommandLog, (log) => Effect.flatMap(log.read("west", 0), (reader) => reader.take(1)))
    const west = Effect.andThen(append("west"), Effect.scoped(written))
    expect(texts(await onLog(kafkaLogLayer({ ...options, partitions: { east: 0, west: 1 } }), west))).toEqual(["x"])
    await withAdmin(async (admin) => {
      expect((await admin.fetchTopicMetadata({ topics: ["grows"] })).topics[0]?.partitions).toHaveLength(2)
      const described = await admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: "grows", configNames: ["retention.ms"] }]
      })
      expect(described.resources[0]?.configEntries[0]?.configValue).toBe("604800000")
    })
  })

  test("refuses an area without a partition, and records of another area", async () => {
    const one = kafkaLogLayer({ brokers: broker.brokers, topic: "one-area" })
    const program = Effect.gen(function* () {
      const log = yield* CommandLog
      yield* log.append("north", [Buffer.from("x")])
      return String((yield* Effect.flip(log.append("south", [Buffer.from("y")]))).cause)
    })
    expect(await onLog(one, program)).toContain("not south")
    const stranger = Effect.flatMap(CommandLog, (log) => Effect.flatMap(log.read("south", 0), (reader) => Effect.flip(reader.take(1))))
    const other = kafkaLogLayer({ brokers: broker.brokers, topic: "one-area" })
    expect(String((await onLog(other, Effect.scoped(stranger))).cause)).toContain("is north's")
  })

  test("groups what waits: a thousand concurrent appends take a few sends", async () => {
    const here = area()
    const program = Effect.gen(function* () {
      const log = yield* CommandLog
      yield* log.append(here, [Buffer.from("warm")])
      yield* Effect.forEach(positionsFrom(0, 1_000), (index) => log.append(here, [Buffer.from(String(index))]), { concurrency: "unbounded" })
      return yield* takeAll(yield* log.read(here, 0), 1_001, 256)
    })
    const records = await onLog(layer(), Effect.scoped(program))
    expect(texts(records.slice(1))).toEqual(positionsFrom(0, 1_000).map(String))
    expect(await batchesOnDisk(registry[here]!)).toBeLessThan(50)
  })

  test("names the gap when the wanted offset was deleted, and reads on behind it", async () => {
    const here = area()
    const program = Effect.gen(function* () {
      const log = yield* CommandLog
      yield* log.append(here, positionsFrom(0, 10).map((index) => Buffer.from(String(index))))
      const reader = yield* log.read(here, 0)
      expect(yield* reader.take(2)).toHaveLength(2)
      yield* Effect.promise(() => deleteBelow(registry[here]!, "6"))
      const gone = yield* Effect.flip((yield* log.read(here, 3)).take(10))
      return [String(gone.cause), texts(yield* takeAll(yield* log.read(here, 6), 4))] as const
    })
    const [gone, rest] = await onLog(layer(), Effect.scoped(program))
    expect(gone).toContain("begins at offset 6: offsets 3 to 5 are gone")
    expect(rest).toEqual(["6", "7", "8", "9"])
  })

  test("closes while a reader is parked and another has records that nobody takes", async () => {
    const here = area()
    const program = Effect.gen(function* () {
      const log = yield* CommandLog
      yield* log.append(here, positionsFrom(0, 5_000).map(() => Buffer.alloc(1_000)))
      yield* (yield* log.read(here, 0)).take(1)
      yield* Effect.forkScoped((yield* log.read(here, 5_000)).take(1))
      yield* Effect.sleep(200)
      return "left"
    })
    expect(await onLog(layer(), Effect.scoped(program))).toBe("left")
  })

  test("gives each record to a reader that waits for it, one at a time", async () => {
    const here = area()
    await onLog(layer(), Effect.flatMap(CommandLog, (log) => log.append(here, [Buffer.from("old")])))
    const program = Effect.gen(function* () {
      const log = yield* CommandLog
      const reader = yield* log.read(here, 0)
      const seen = texts(yield* reader.take(1))
      for (const index of positionsFrom(0, 200)) {
        yield* log.append(here, [Buffer.from(String(index))])
        seen.push(...texts(yield* reader.take(1)))
      }
      return seen
    })
    expect(await onLog(layer(), Effect.scoped(program))).toEqual(["old", ...positionsFrom(0, 200).map(String)])
  })

  test("publishes events with their positions, in order", async () => {
    const publishing = Effect.gen(function* () {
      const events = yield* eventTopic({ brokers: broker.brokers })
      yield* events.publish("AT-1", positionsFrom(40, 5).map((position) => ({ position, bytes: Buffer.from(`event ${position}`) })))
    })
    await Effect.runPromise(Effect.scoped(publishing))
    const consumer = makeClient({ brokers: broker.brokers }).consumer({ groupId: "events-test" })
    await consumer.connect()
    await consumer.subscribe({ topic: "commonwatt.events", fromBeginning: true })
    const seen: string[] = []
    await new Promise<void>((resolve) => {
      void consumer.run({
        eachMessage: async ({ message }) => {
          seen.push(`${message.key} ${String(message.headers?.["position"])} ${message.value}`)
          if (seen.length === 5) resolve()
        }
      })
    })
    await consumer.disconnect()
    expect(seen).toEqual(positionsFrom(40, 5).map((position) => `AT-1 ${position} event ${position}`))
  })

  test("a broker that is killed refuses appends; restarted, writers and readers go on and nothing acked is lost or doubled", { timeout: fetching }, async () => {
    const here = area()
    const program = Effect.gen(function* () {
      const log = yield* CommandLog
      const reader = yield* log.read(here, 0)
      yield* log.append(here, positionsFrom(0, 50).map((index) => Buffer.from(`before ${index}`)))
      expect(yield* takeAll(reader, 50)).toHaveLength(50)
      const waiting = yield* Effect.forkChild(takeAll(reader, 51))
      yield* Effect.promise(killBroker)
      const refused = yield* Effect.forEach(["lost 1", "lost 2"], (text) => Effect.exit(log.append(here, [Buffer.from(text)])), { concurrency: 2 })
      expect(refused.every(Exit.isFailure)).toBe(true)
      broker = keep(yield* Effect.promise(() => startKafka({ dataDir })))
      yield* log.append(here, [Buffer.from("after")])
      yield* log.append(here, positionsFrom(0, 50).map((index) => Buffer.from(`later ${index}`)))
      return yield* Fiber.join(waiting)
    })
    const records = await onLog(layer(), Effect.scoped(program))
    expect(records.map(({ position }) => position)).toEqual(positionsFrom(50, 51))
    expect(texts(records)).toEqual(["after", ...positionsFrom(0, 50).map((index) => `later ${index}`)])
  })

  test("kill -9 of the broker under load: every acked record is there, in its writer's order", { timeout: fetching }, async () => {
    const here = area()
    const acked: string[] = []
    const load = { on: true }
    const program = Effect.gen(function* () {
      const log = yield* CommandLog
      const write = (writer: number) =>
        Effect.gen(function* () {
          for (let index = 0; load.on; index++) {
            const text = `${writer}:${index}`
            const exit = yield* Effect.exit(log.append(here, [Buffer.from(text)]))
            if (Exit.isSuccess(exit)) acked.push(text)
            else yield* Effect.sleep(200)
          }
        })
      const writers = yield* Effect.forkChild(Effect.forEach([0, 1, 2, 3], write, { concurrency: 4 }))
      for (const _ of [1, 2]) {
        yield* Effect.sleep(1_000)
        yield* Effect.promise(killBroker)
        broker = keep(yield* Effect.promise(() => startKafka({ dataDir })))
      }
      yield* Effect.sleep(3_000)
      load.on = false
      yield* Fiber.join(writers)
      yield* log.append(here, [Buffer.from("end")])
      const reader = yield* log.read(here, 0)
      const found: string[] = []
      while (found.at(-1) !== "end") found.push(...texts(yield* reader.take(1_000)))
      return found
    })
    const found = await onLog(layer(), Effect.scoped(program))
    console.log(`Kafka: ${acked.length} acked over two kills, ${found.length - 1} in the log`)
    expect(acked.length).toBeGreaterThan(100)
    const count = new Map<string, number>()
    for (const text of found) count.set(text, (count.get(text) ?? 0) + 1)
    expect(acked.filter((text) => count.get(text) !== 1)).toEqual([])
    expect([...count.values()].every((times) => times === 1)).toBe(true)
  })

  test("an absence that outlasts the reader's patience fails the take, and the next take goes on", { timeout: fetching }, async () => {
    const here = area()
    const program = Effect.gen(function* () {
      const log = yield* CommandLog
      yield* log.append(here, [Buffer.from("kept")])
      const reader = yield* log.read(here, 0)
      yield* Effect.promise(killBroker)
      const failure = yield* Effect.flip(reader.take(1))
      broker = keep(yield* Effect.promise(() => startKafka({ dataDir })))
      return [failure, texts(yield* takeAll(reader, 1))] as const
    })
    const impatient = kafkaLogLayer({ brokers: broker.brokers, topic, partitions: registry, readerPatience: 1_000 })
    const [failure, records] = await onLog(impatient, Effect.scoped(program))
    expect(failure).toMatchObject({ _tag: "LogUnavailable", area: here })
    expect(String((failure.cause as Error).message)).toContain("ECONNREFUSED")
    expect(records).toEqual(["kept"])
  })
})
