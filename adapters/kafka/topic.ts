import { setTimeout as sleep } from "node:timers/promises"
import type { Admin } from "kafkajs"
import { makeClient, retryPauses, type KafkaConnection } from "./client.ts"

/** A topic as it is made where it is missing. */
export interface TopicPlan {
  readonly topic: string
  readonly partitions: number
  /** Milliseconds that records are kept at least. */
  readonly retention: number
}

/** Seven days: the journal has had every record long before. */
export const SEVEN_DAYS = 7 * 86_400_000
/** Bytes of the largest batch that a topic takes. */
const LARGEST_BATCH = 8 << 20
/** Milliseconds until brokers that do not tell of new partitions are left alone; a send to one fails then. */
const METADATA_PATIENCE = 5_000
/** Copies of a record where the cluster has brokers for them, and how many must have it before it counts. */
const COPIES = 3
const COPIES_IN_SYNC = 2

/** Makes a topic with its partitions, or adds partitions that are missing; what exists is not changed otherwise. */
export const ensureTopic = async (connection: KafkaConnection, plan: TopicPlan): Promise<void> => {
  const admin = makeClient(connection).admin({ retry: { ...retryPauses, retries: 5 } })
  try {
    await admin.connect()
    if (!(await createTopic(admin, plan))) await addPartitions(admin, plan)
  } finally {
    await admin.disconnect()
  }
}

const createTopic = async (admin: Admin, { topic, partitions, retention }: TopicPlan): Promise<boolean> => {
  const replicated = (await admin.describeCluster()).brokers.length >= COPIES
  const entries = {
    "cleanup.policy": "delete",
    "retention.ms": String(retention),
    "max.message.bytes": String(LARGEST_BATCH),
    // A record's own time is market time; by the broker's clock retention does not delete what has just come.
    "message.timestamp.type": "LogAppendTime",
    "min.insync.replicas": String(replicated ? COPIES_IN_SYNC : 1),
    "unclean.leader.election.enable": "false"
  }
  return admin.createTopics({
    topics: [
      {
        topic,
        numPartitions: partitions,
        replicationFactor: replicated ? COPIES : 1,
        configEntries: Object.entries(entries).map(([name, value]) => ({ name, value }))
      }
    ]
  })
}

const addPartitions = async (admin: Admin, { topic, partitions }: TopicPlan): Promise<void> => {
  if ((await countPartitions(admin, topic)) >= partitions) return
  await admin.createPartitions({ topicPartitions: [{ topic, count: partitions }] })
  // The controller has them before the brokers tell of them.
  const giveUp = Date.now() + METADATA_PATIENCE
  while ((await countPartitions(admin, topic)) < partitions && Date.now() < giveUp) await sleep(20)
}

const countPartitions = async (admin: Admin, topic: string): Promise<number> =>
  (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0]?.partitions.length ?? 0

/** Ensures a topic once, at the first use; after a failure the next use tries again. */
export const topicOnce = (connection: KafkaConnection, plan: TopicPlan): (() => Promise<void>) => {
  let ensured: Promise<void> | undefined
  return () => {
    ensured ??= ensureTopic(connection, plan).catch((cause: unknown) => {
      ensured = undefined
      throw cause
    })
    return ensured
  }
}
