import { join } from "node:path"
import { createHash } from "node:crypto"
import { Effect, Exit, Layer, Scope } from "effect"
import { beforeAll, expect, test } from "vitest"
import { RECEIPT_DOMAIN, type UplinkAnswer } from "../../engine/core/receipt.ts"
import { BatchRefused, ReadingIntake } from "../../engine/service/ports/driving/reading-intake.ts"
import { startKafka, type RunningKafka } from "../../infra/local/kafka.ts"
import { temporaryFolder } from "../../infra/local/testing/temporary-folder.ts"
import { areaSender } from "./area-sender.ts"
import { kafkaUplink } from "./kafka-uplink.ts"
import { readingBridge } from "./reading-bridge.ts"
import { readingsTopic } from "./reading-topics.ts"
import { SEVEN_DAYS, topicOnce } from "./topic.ts"

const { folder, keep } = await temporaryFolder()
let broker: RunningKafka
beforeAll(async () => {
  broker = keep(await startKafka({ dataDir: join(folder, "kafka") }))
})

const hashOf = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash("sha256").update(bytes).digest())
const answerTo = (batch: Uint8Array, position: number): UplinkAnswer => ({
  receipt: { receipt: { domain: RECEIPT_DOMAIN, area: "a1", position, recordHash: hashOf(batch), verdict: "Accepted", refused: 0 }, signature: new Uint8Array(64) },
  refill: [],
  engineTime: 5
})

/** An intake that takes what begins with 1, refuses 2, is away for 3 the first time, and remembers what it was handed. */
const intakeOver = (handed: Array<string>) => {
  let away = true
  return ReadingIntake.of({
    submit: (batch) =>
      Effect.suspend(() => {
        handed.push([...batch].join("."))
        if (batch[0] === 3 && away) {
          away = false
          return Effect.fail(new BatchRefused({ name: "EngineAway", reason: "starting", mend: "wait", retryAfter: 0.1 }))
        }
        return batch[0] === 1 || batch[0] === 3 ? Effect.succeed(answerTo(batch, handed.length)) : Effect.fail(new BatchRefused({ name: "Malformed", reason: "not ours", mend: "look" }))
      }),
    marketTime: Effect.succeed(0)
  })
}
const open = async (area: string, handed: Array<string>): Promise<() => Promise<void>> => {
  const scope = await Effect.runPromise(Scope.make())
  await Effect.runPromise(readingBridge({ brokers: broker.brokers }, area).pipe(Scope.provide(scope), Effect.provide(Layer.succeed(ReadingIntake, intakeOver(handed)))))
  return () => Effect.runPromise(Scope.close(scope, Exit.void))
}

test("batches reach the intake and answers come back, poison is answered by name and passed over, a restart begins where it stood", async () => {
  const handed: Array<string> = []
  let close = await open("a1", handed)
  const scope = await Effect.runPromise(Scope.make())
  const uplink = await Effect.runPromise(kafkaUplink({ brokers: broker.brokers }, "a1").pipe(Scope.provide(scope)))
  const submit = (...bytes: Array<number>) => Effect.runPromise(Effect.result(uplink.submit(Uint8Array.from(bytes))))
  try {
    expect(await submit(1, 1)).toMatchObject({ _tag: "Success", success: { receipt: { receipt: { recordHash: hashOf(Uint8Array.of(1, 1)) } } } })
    expect(await submit(2, 2)).toMatchObject({ _tag: "Failure", failure: { _tag: "UplinkRefused", name: "Malformed" } })
    expect(await submit(3)).toMatchObject({ _tag: "Success" })
    // Somebody who writes under a key of their own, and nothing at all as value.
    const stranger = areaSender({ connection: { brokers: broker.brokers }, topic: readingsTopic("a1"), area: "stranger", partition: 0, ensureTopic: topicOnce({ brokers: broker.brokers }, { topic: readingsTopic("a1"), partitions: 1, retention: SEVEN_DAYS }) })
    await stranger.send([{ value: new Uint8Array() }, { value: new Uint8Array(100_000).fill(9) }])
    await stranger.close()
    expect(await submit(1, 2)).toMatchObject({ _tag: "Success" })
    expect(await Promise.all([submit(1, 3), submit(1, 4), submit(1, 5)])).toMatchObject([{ _tag: "Success" }, { _tag: "Success" }, { _tag: "Success" }])
    await close()
    const before = handed.length
    const waiting = submit(1, 6)
    close = await open("a1", handed)
    expect(await waiting).toMatchObject({ _tag: "Success" })
    expect(handed.slice(before)).toEqual(["1.6"])
  } finally {
    await Effect.runPromise(Scope.close(scope, Exit.void))
    await close()
  }
})
