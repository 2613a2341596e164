import { Effect, Layer } from "effect"
import { CommandLog, LogUnavailable } from "../../engine/service/ports/driven/command-log.ts"
import { areaSenders } from "./area-senders.ts"
import type { KafkaConnection } from "./client.ts"
import { readPartition } from "./partition-reader.ts"
import { areaPartitions } from "./partitions.ts"
import { SEVEN_DAYS, topicOnce } from "./topic.ts"

/** Where the log lies, and how patient its readers are. */
export interface KafkaLogOptions extends KafkaConnection {
  /** The registry of areas: each one's partition. Without it the log serves one area, in partition 0. */
  readonly partitions?: Readonly<Record<string, number>>
  readonly topic?: string
  /** Milliseconds that Kafka keeps records when it makes the topic; default seven days. */
  readonly retention?: number
  /** Milliseconds that a reader bridges an absent broker before `take` fails; default two minutes. */
  readonly readerPatience?: number
}

const READER_PATIENCE = 120_000

/**
 * The command log in Kafka: one partition an area, position = offset. The topic is made where it is missing.
 * An append fails with LogUnavailable within ten seconds when the broker is away; a reader waits for it to come back,
 * and fails for good with the cause RecordsGone where the wanted offset is not in the log any more.
 * Building the layer does not wait for the broker.
 */
export const kafkaLogLayer = (options: KafkaLogOptions): Layer.Layer<CommandLog> =>
  Layer.effect(
    CommandLog,
    Effect.gen(function* () {
      const { topic = "commonwatt.commands", retention = SEVEN_DAYS, readerPatience: patience = READER_PATIENCE } = options
      const partitions = areaPartitions(options.partitions)
      const ensureTopic = topicOnce(options, { topic, partitions: partitions.count, retention })
      const common = { connection: options, topic, ensureTopic }
      const senderOf = yield* areaSenders({ ...common, partitions })
      const append = (area: string, records: ReadonlyArray<Uint8Array>): Effect.Effect<void, LogUnavailable> =>
        records.length === 0 ? Effect.void : trying(area, () => senderOf(area).send(records.map((value) => ({ value }))))
      const read = (area: string, position: number) =>
        Effect.flatMap(
          trying(area, async () => partitions.of(area)),
          (partition) => readPartition({ ...common, area, partition, patience }, position)
        )
      return CommandLog.of({ append, read })
    })
  )

const trying = <A>(area: string, attempt: () => Promise<A>): Effect.Effect<A, LogUnavailable> =>
  Effect.tryPromise({ try: attempt, catch: (cause) => new LogUnavailable({ area, cause }) })
