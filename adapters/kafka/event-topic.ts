import { Effect, type Scope } from "effect"
import { LogUnavailable } from "../../engine/service/ports/driven/command-log.ts"
import { areaSenders } from "./area-senders.ts"
import type { KafkaConnection } from "./client.ts"
import { areaPartitions } from "./partitions.ts"
import { SEVEN_DAYS, topicOnce } from "./topic.ts"

/** Where committed events are published. */
export interface EventTopicOptions extends KafkaConnection {
  /** The registry of areas: each one's partition. Without it the topic serves one area, in partition 0. */
  readonly partitions?: Readonly<Record<string, number>>
  readonly topic?: string
  /** Milliseconds that Kafka keeps events when it makes the topic; default seven days. */
  readonly retention?: number
}

/** The events of one journal position, in the form readers of the topic know. */
export interface PublishedRecord {
  readonly position: number
  readonly bytes: Uint8Array
}

/** Publishes committed events; the outbox asks again for what failed, so readers drop positions they have seen. */
export interface EventTopic {
  /** Success means that all in-sync brokers have the records; failure leaves their fate unknown. */
  readonly publish: (area: string, records: ReadonlyArray<PublishedRecord>) => Effect.Effect<void, LogUnavailable>
}

/** Name of the header that carries the journal position, in decimal digits. */
export const positionHeader = "position"

/** A publisher to the topic `commonwatt.events`, keyed by area; closes with the scope. */
export const eventTopic = (options: EventTopicOptions): Effect.Effect<EventTopic, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { topic = "commonwatt.events", retention = SEVEN_DAYS } = options
    const partitions = areaPartitions(options.partitions)
    const ensureTopic = topicOnce(options, { topic, partitions: partitions.count, retention })
    const senderOf = yield* areaSenders({ connection: options, topic, partitions, ensureTopic })
    const publish = (area: string, records: ReadonlyArray<PublishedRecord>): Effect.Effect<void, LogUnavailable> => {
      if (records.length === 0) return Effect.void
      const outgoing = records.map(({ position, bytes }) => ({ value: bytes, headers: { [positionHeader]: String(position) } }))
      return Effect.tryPromise({ try: () => senderOf(area).send(outgoing), catch: (cause) => new LogUnavailable({ area, cause }) })
    }
    return { publish }
  })
