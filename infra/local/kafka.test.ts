import { chmod, mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import kafkajs from "kafkajs"
import { describe, expect, test } from "vitest"
import { startKafka } from "./kafka.ts"
import { PartUnavailable } from "./part.ts"
import { identify } from "./process-record.ts"
import { crash, startElsewhere } from "./testing/other-program.ts"
import { temporaryFolder } from "./testing/temporary-folder.ts"

const { folder, keep } = await temporaryFolder()
const fetching = 300_000
const { Kafka, logLevel } = kafkajs

const client = (brokers: readonly string[]) => new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING, retry: { retries: 2 } })

const highWatermark = async (brokers: readonly string[], topic: string): Promise<string | undefined> => {
  const admin = client(brokers).admin()
  await admin.connect()
  try {
    return (await admin.fetchTopicOffsets(topic))[0]?.high
  } finally {
    await admin.disconnect()
  }
}

const send = async (brokers: readonly string[], topic: string): Promise<void> => {
  const producer = client(brokers).producer()
  await producer.connect()
  try {
    await producer.send({ topic, acks: -1, messages: [{ partition: 0, value: "reading" }] })
  } finally {
    await producer.disconnect()
  }
}

describe("a broker", () => {
  const dataDir = join(folder, "kafka")

  test("makes no topic by itself, and keeps records and port over kill -9 and a restart", { timeout: fetching }, async () => {
    const first = keep(await startKafka({ dataDir }))
    await expect(send(first.brokers, "unheard-of")).rejects.toThrow()
    const admin = client(first.brokers).admin()
    await admin.connect()
    await admin.createTopics({ topics: [{ topic: "area-1", numPartitions: 1 }] })
    await admin.disconnect()
    await send(first.brokers, "area-1")
    process.kill(first.brokerPid ?? 0, "SIGKILL")
    while (identify(first.brokerPid ?? 0)) await sleep(5)
    const second = keep(await startKafka({ dataDir }))
    expect(second.adopted).toBe(false)
    expect(second.brokers).toEqual(first.brokers)
    expect(await highWatermark(second.brokers, "area-1")).toBe("1")
    await second.stop()
    expect(identify(second.brokerPid ?? 0)).toBeUndefined()
  })

  test("survives its starter, is adopted, and can be named as somebody else's", { timeout: fetching }, async () => {
    const { child, started } = await startElsewhere("kafka.ts", "startKafka", { dataDir })
    await crash(child)
    const adopted = keep(await startKafka({ dataDir }))
    expect(adopted).toMatchObject({ adopted: true, pid: started.pid })
    const named = await startKafka({ dataDir: join(folder, "unused"), env: { COMMONWATT_KAFKA_BROKERS: adopted.brokers.join(",") } })
    expect(named).toMatchObject({ pid: undefined, brokerPid: undefined, adopted: true, brokers: adopted.brokers })
    await named.stop()
    expect(await highWatermark(adopted.brokers, "area-1")).toBe("1")
  })
})

const refusal = async (env: NodeJS.ProcessEnv): Promise<unknown> =>
  startKafka({ dataDir: join(folder, "unused"), cacheDir: join(folder, "no-cache"), env }).catch((error: unknown) => error)

/** A folder with a program `java` that prints this version line, and nothing else on the path. */
const pathWithJava = async (version: string): Promise<string> => {
  const bin = join(folder, `java-${version}`)
  await mkdir(bin)
  await writeFile(join(bin, "java"), `#!/bin/sh\necho 'openjdk version "${version}" 2020-01-01' >&2\n`)
  await chmod(join(bin, "java"), 0o755)
  return bin
}

test("without Java, with an old one, or without Maven it says what to install", async () => {
  const none = await refusal({ PATH: folder })
  expect(none).toBeInstanceOf(PartUnavailable)
  expect(String(none)).toMatch(/no Java.*openjdk-17-jre-headless.*COMMONWATT_KAFKA_BROKERS/)
  expect(String(await refusal({ PATH: await pathWithJava("11.0.2") }))).toMatch(/Java 11 is too old/)
  expect(String(await refusal({ PATH: await pathWithJava("21.0.1") }))).toMatch(/apt install maven/)
})

test("named brokers that do not answer are an error", async () => {
  expect(String(await refusal({ COMMONWATT_KAFKA_BROKERS: "127.0.0.1:1" }))).toMatch(/127.0.0.1:1.* do not answer/)
})
