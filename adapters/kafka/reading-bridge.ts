import { createHash } from "node:crypto"
import { setTimeout as sleep } from "node:timers/promises"
import { Effect, type Scope } from "effect"
import { decode, encode } from "../../engine/core/quantity/codec.ts"
import { ReadingIntake, type BatchRefused } from "../../engine/service/ports/driving/reading-intake.ts"
import { areaSender } from "./area-sender.ts"
import type { KafkaConnection } from "./client.ts"
import { followTopic } from "./follow-topic.ts"
import { openPartition, type FetchedMessage, type OpenPartition } from "./open-partition.ts"
import { bridgeAnswer, readingsTopic, receiptsTopic, type BridgeAnswer } from "./reading-topics.ts"
import { SEVEN_DAYS, topicOnce } from "./topic.ts"

/** Batches judged at once. */
const AT_ONCE = 256
/** Refusals that are the engine's own trouble: the bridge waits, for nothing behind this batch would fare better. */
const ENGINES_TROUBLE: ReadonlySet<string> = new Set(["EngineAway", "Busy"])

const refusalOf = ({ name, reason, mend, retryAfter, places }: BatchRefused): BridgeAnswer["refusal"] => ({ name, reason, mend, retryAfter: retryAfter ?? 0, places: [...(places ?? [])] })

/** Where the bridge stood: its last answer tells. Without one it begins with the oldest batch; repeated batches are answered with their first receipt. */
const resumeAfter = async ({ start, end }: { readonly start: number; readonly end: number }, receipts: OpenPartition): Promise<number> => {
  if (end <= start) return 0
  const [last] = await receipts.fetch(end - 1)
  return last?.value == null ? 0 : decode(bridgeAnswer, last.value).nextOffset
}

/**
 * Carries an area's reading batches from their topic into its command log, after the check of {@link ReadingIntake}, and
 * answers each on the receipts topic once it is journaled. Poisoned records are answered by name and passed over.
 * Runs until the scope closes.
 */
export const readingBridge = (connection: KafkaConnection, area: string): Effect.Effect<void, never, ReadingIntake | Scope.Scope> =>
  Effect.gen(function* () {
    const intake = yield* ReadingIntake
    const readings = readingsTopic(area)
    const receipts = receiptsTopic(area)
    const ensureReadings = topicOnce(connection, { topic: readings, partitions: 1, retention: SEVEN_DAYS })
    const ensureReceipts = topicOnce(connection, { topic: receipts, partitions: 1, retention: SEVEN_DAYS })
    const sender = areaSender({ connection, topic: receipts, area, partition: 0, ensureTopic: ensureReceipts })
    const stop = new AbortController()

    const answerTo = async ({ offset, value }: FetchedMessage): Promise<BridgeAnswer> => {
      const bytes = value === null ? new Uint8Array() : new Uint8Array(value)
      const base = { recordHash: new Uint8Array(createHash("sha256").update(bytes).digest()), nextOffset: offset + 1 }
      for (;;) {
        const result = await Effect.runPromise(Effect.result(intake.submit(bytes, undefined)))
        if (result._tag === "Success") return { ...base, answer: result.success, refusal: undefined }
        if (!ENGINES_TROUBLE.has(result.failure.name)) return { ...base, answer: undefined, refusal: refusalOf(result.failure) }
        await sleep((result.failure.retryAfter ?? 1) * 1_000, undefined, { signal: stop.signal })
      }
    }
    const handle = async (messages: ReadonlyArray<FetchedMessage>): Promise<void> => {
      for (let first = 0; first < messages.length; first += AT_ONCE) {
        const answers = await Promise.all(messages.slice(first, first + AT_ONCE).map(answerTo))
        await sender.send(answers.map((answer) => ({ value: encode(bridgeAnswer, answer) })))
      }
    }
    const begin = async ({ start, end }: { readonly start: number; readonly end: number }): Promise<number> => {
      await ensureReceipts()
      const partition = await openPartition(connection, receipts, 0)
      try {
        return Math.min(end, Math.max(start, await resumeAfter(await partition.bounds(), partition)))
      } finally {
        await partition.close().catch(() => undefined)
      }
    }
    const following = followTopic({ connection, topic: readings, ensureTopic: ensureReadings, begin, handle, signal: stop.signal })
    yield* Effect.addFinalizer(() =>
      Effect.promise(async () => {
        stop.abort()
        await following
        await sender.close()
      })
    )
  })
