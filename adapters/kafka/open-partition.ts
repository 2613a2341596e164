import type { Kafka } from "kafkajs"
import { makeClient, type KafkaConnection } from "./client.ts"

/** A message of a partition; its offset counts up by one from 0. */
export interface FetchedMessage {
  readonly offset: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
}

/** A connection to the leader of one partition. Every failure makes it useless: close it and open another. */
export interface OpenPartition {
  /** Waits up to half a second for messages from `offset` on. Rejects with type OFFSET_OUT_OF_RANGE where the log has no such offset. */
  readonly fetch: (offset: number) => Promise<ReadonlyArray<FetchedMessage>>
  /** The first offset that is still there, and the one the next message gets. */
  readonly bounds: () => Promise<{ readonly start: number; readonly end: number }>
  readonly close: () => Promise<void>
}

/** Milliseconds that the broker holds a fetch that finds nothing; it answers at once when something comes. */
const LONG_POLL = 500
/** Bytes of one fetch; a larger batch comes alone. */
const FETCH_BYTES = 4 << 20
const READ_COMMITTED = 1
/** ListOffsets' words for both ends of a log. */
const LATEST = "-1"
const EARLIEST = "-2"

interface RawMessage {
  readonly offset: string
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly isControlRecord?: boolean
}

interface Answer<P> {
  readonly responses: ReadonlyArray<{ readonly partitions: ReadonlyArray<P> }>
}

/** What is used here of kafkajs's own classes, which its types do not show. */
interface Broker {
  fetch(request: object): Promise<Answer<{ readonly messages: ReadonlyArray<RawMessage> }>>
  listOffsets(request: object): Promise<Answer<{ readonly offset: string }>>
}
interface Cluster {
  connect(): Promise<void>
  disconnect(): Promise<void>
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Readonly<Record<string, readonly number[]>>
  findBroker(wanted: { readonly nodeId: string }): Promise<Broker>
}

// kafkajs's consumer is not used: it joins a group before it reads, commits offsets that are not the journal's, and
// where a wanted offset is gone it goes on from another one without a word. Its cluster underneath does none of that.
const makeCluster = (client: Kafka): Cluster => {
  const symbol = Object.getOwnPropertySymbols(client).find(({ description }) => description === "private:Kafka:createCluster")
  if (symbol === undefined) throw new Error("this kafkajs is not 2.2.4: it has no createCluster")
  const create = Reflect.get(client, symbol) as (options: object) => Cluster
  return create({ metadataMaxAge: 300_000, allowAutoTopicCreation: false, isolationLevel: READ_COMMITTED })
}

/** Connects to the leader of a partition. */
export const openPartition = async (connection: KafkaConnection, topic: string, partition: number): Promise<OpenPartition> => {
  const cluster = makeCluster(makeClient(connection))
  try {
    await cluster.connect()
    await cluster.addMultipleTargetTopics([topic])
    const leader = Object.keys(cluster.findLeaderForPartitions(topic, [partition]))[0]
    if (leader === undefined) throw new Error(`topic ${topic} has no partition ${partition}`)
    const broker = await cluster.findBroker({ nodeId: leader })
    return partitionOf(cluster, broker, topic, partition)
  } catch (cause) {
    await cluster.disconnect().catch(() => undefined)
    throw cause
  }
}

const partitionOf = (cluster: Cluster, broker: Broker, topic: string, partition: number): OpenPartition => {
  const ask = (what: object): readonly object[] => [{ topic, partitions: [{ partition, ...what }] }]

  const fetch = async (offset: number): Promise<ReadonlyArray<FetchedMessage>> => {
    const topics = ask({ fetchOffset: String(offset), maxBytes: FETCH_BYTES })
    const answer = await broker.fetch({ isolationLevel: READ_COMMITTED, maxWaitTime: LONG_POLL, minBytes: 1, maxBytes: FETCH_BYTES, topics })
    const messages = answer.responses[0]?.partitions[0]?.messages ?? []
    return messages
      .filter(({ isControlRecord }) => isControlRecord !== true)
      .map(({ offset, key, value }) => ({ offset: Number(offset), key, value }))
      // The broker answers with whole batches: the first may begin before the wanted offset.
      .filter((message) => message.offset >= offset)
  }

  const endOf = async (timestamp: string): Promise<number> => {
    const answer = await broker.listOffsets({ isolationLevel: READ_COMMITTED, topics: ask({ timestamp }) })
    return Number(answer.responses[0]?.partitions[0]?.offset)
  }

  return {
    fetch,
    bounds: async () => ({ start: await endOf(EARLIEST), end: await endOf(LATEST) }),
    close: () => cluster.disconnect()
  }
}
