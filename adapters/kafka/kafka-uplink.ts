import { createHash } from "node:crypto"
import { Effect, type Scope } from "effect"
import { toHex } from "../../engine/core/quantity/bytes.ts"
import { decode } from "../../engine/core/quantity/codec.ts"
import type { UplinkAnswer } from "../../engine/core/receipt.ts"
import { fateOfBatch, type Fate } from "../../engine/service/ports/driving/refusal-fate.ts"
import { UplinkRefused, UplinkUnavailable, type Uplink } from "../../engine/service/ports/driven/uplink.ts"
import { areaSender } from "./area-sender.ts"
import { rootCause, type KafkaConnection } from "./client.ts"
import { followTopic } from "./follow-topic.ts"
import type { FetchedMessage } from "./open-partition.ts"
import { bridgeAnswer, readingsTopic, receiptsTopic, type BridgeAnswer } from "./reading-topics.ts"
import { SEVEN_DAYS, topicOnce } from "./topic.ts"

/** Milliseconds until an answer counts as missing; the batch is sent again then, and answered with its first receipt. */
const PATIENCE = 30_000

interface Waiting {
  readonly resolve: (answer: UplinkAnswer) => void
  readonly reject: (error: UplinkRefused | UplinkUnavailable) => void
}

const fates: Readonly<Record<string, Fate | undefined>> = fateOfBatch

const errorOf = ({ refusal }: BridgeAnswer): UplinkRefused | UplinkUnavailable => {
  const { name, reason, mend, retryAfter, places } = refusal ?? { name: "Unreadable", reason: "the answer says nothing", mend: "bring gateway and engine to the same release", retryAfter: 0, places: [] }
  return retryAfter > 0 || fates[name] === "passes" ? new UplinkUnavailable({ cause: `${name}: ${reason}`, ...(retryAfter > 0 && { retryAfter }) }) : new UplinkRefused({ name, reason, mend, places })
}

const readAnswer = (value: Uint8Array | null): BridgeAnswer | undefined => {
  try {
    return value === null ? undefined : decode(bridgeAnswer, new Uint8Array(value))
  } catch {
    return undefined
  }
}

/**
 * The uplink over Kafka, for concentrators that stand near the brokers: batches go to the area's readings topic, answers
 * come back on its receipts topic. Whether an answer is the engine's the gateway tells by the receipt's signature.
 */
export const kafkaUplink = (connection: KafkaConnection, area: string): Effect.Effect<Uplink["Service"], never, Scope.Scope> =>
  Effect.gen(function* () {
    const plan = (topic: string) => ({ topic, ensureTopic: topicOnce(connection, { topic, partitions: 1, retention: SEVEN_DAYS }) })
    const sender = areaSender({ connection, area, partition: 0, ...plan(readingsTopic(area)) })
    const waiting = new Map<string, Set<Waiting>>()
    const stop = new AbortController()
    let begun: () => void = () => undefined
    const listening = new Promise<void>((resolve) => (begun = resolve))

    const handle = async (messages: ReadonlyArray<FetchedMessage>): Promise<void> => {
      for (const { value } of messages) {
        const found = readAnswer(value)
        if (found === undefined) continue
        for (const { resolve, reject } of waiting.get(toHex(found.recordHash)) ?? []) {
          if (found.answer === undefined) reject(errorOf(found))
          else resolve(found.answer)
        }
      }
    }
    const following = followTopic({
      connection, ...plan(receiptsTopic(area)), handle, signal: stop.signal,
      begin: ({ end }) => {
        begun()
        return Promise.resolve(end)
      }
    })
    yield* Effect.addFinalizer(() =>
      Effect.promise(async () => {
        stop.abort()
        await following
        await sender.close()
      })
    )

    const submit = async (batch: Uint8Array): Promise<UplinkAnswer> => {
      const name = toHex(new Uint8Array(createHash("sha256").update(batch).digest()))
      let timer: NodeJS.Timeout | undefined
      let mine: Waiting | undefined
      try {
        const answer = new Promise<UplinkAnswer>((resolve, reject) => {
          mine = { resolve, reject }
          waiting.set(name, (waiting.get(name) ?? new Set()).add(mine))
          timer = setTimeout(() => reject(new UplinkUnavailable({ cause: new Error(`no receipt within ${PATIENCE / 1_000} s`) })), PATIENCE)
        })
        answer.catch(() => undefined)
        // An answer that comes before anybody listens would be missed.
        await Promise.race([listening, answer])
        await sender.send([{ value: batch }])
        return await answer
      } finally {
        clearTimeout(timer)
        const others = waiting.get(name)
        if (mine !== undefined) others?.delete(mine)
        if (others?.size === 0) waiting.delete(name)
      }
    }
    return {
      submit: (batch) =>
        Effect.tryPromise({
          try: () => submit(batch),
          catch: (cause) => (cause instanceof UplinkRefused || cause instanceof UplinkUnavailable ? cause : new UplinkUnavailable({ cause: rootCause(cause) }))
        })
    }
  })
