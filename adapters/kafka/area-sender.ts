import type { IHeaders, Producer } from "kafkajs"
import { makeClient, retryPauses, rootCause, type KafkaConnection } from "./client.ts"
import { groupSends } from "./group-sends.ts"

/** What a sender needs to know. */
export interface SenderPlan {
  readonly connection: KafkaConnection
  readonly topic: string
  readonly area: string
  readonly partition: number
  /** Makes sure that the topic is there. */
  readonly ensureTopic: () => Promise<void>
}

/** One record to send. */
export interface Outgoing {
  readonly value: Uint8Array
  readonly headers?: IHeaders
}

/** Sends to the partition of one area. */
export interface AreaSender {
  /** Resolves when all in-sync brokers have the records, in their order. A rejection leaves their fate unknown. */
  readonly send: (records: ReadonlyArray<Outgoing>) => Promise<void>
  readonly close: () => Promise<void>
}

/** Milliseconds after which a send's fate counts as unknown. */
const SEND_PATIENCE = 10_000
/** Milliseconds that brokers may take among themselves to copy a batch. */
const COPY_PATIENCE = 5_000
/** Bytes of one batch, unless a single record is larger. */
const BATCH_BYTES = 900_000
/** Bytes that a record takes besides its value, as an upper bound. */
const RECORD_OVERHEAD = 100
// 0.1 + 0.2 + 0.4 + 0.8 + 4 x 1 s of pauses: kafkajs gives up by itself before SEND_PATIENCE.
const SEND_RETRIES = 8
// 3.5 s of pauses: a broker that blinks costs no append. Once these are used up kafkajs ends the whole send.
const SEND_CONNECTS = 6

const sizeOf = ({ value }: Outgoing): number => value.length + RECORD_OVERHEAD

/** A sender whose producer connects at the first send. One send at a time, to one explicit partition. */
export const areaSender = (plan: SenderPlan): AreaSender => {
  let producer: Promise<Producer> | undefined
  let closed = false
  const key = Buffer.from(plan.area)

  const connect = async (): Promise<Producer> => {
    await plan.ensureTopic()
    const fresh = makeClient(plan.connection, SEND_CONNECTS).producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      retry: { ...retryPauses, retries: SEND_RETRIES },
      createPartitioner: () => () => plan.partition
    })
    await fresh.connect()
    return fresh
  }

  const sendAll = async (used: Promise<Producer>, records: ReadonlyArray<Outgoing>, signal: AbortSignal): Promise<void> => {
    const ready = await used
    for (const batch of inBatches(records)) {
      if (signal.aborted) return
      const messages = batch.map(({ value, headers = {} }) => ({ key, value: asBuffer(value), partition: plan.partition, headers }))
      const answers = await ready.send({ topic: plan.topic, acks: -1, timeout: COPY_PATIENCE, messages })
      // For a partition that its metadata does not show yet, kafkajs sends nothing and reports success.
      if (!answers.some(({ partition }) => partition === plan.partition)) throw new Error(`topic ${plan.topic} has no partition ${plan.partition} yet`)
    }
  }

  const sendOrRetire = async (records: ReadonlyArray<Outgoing>): Promise<void> => {
    if (closed) throw new Error("the log is closed")
    const used = (producer ??= connect())
    const given = new AbortController()
    const work = sendAll(used, records, given.signal)
    try {
      await withinPatience(work)
    } catch (cause) {
      // kafkajs takes its sequence number back after a failure, though the broker may have the batch: the next batch
      // would pass for a repetition, acked and dropped. A new producer has a new identity.
      given.abort()
      producer = undefined
      const disconnect = async (): Promise<void> => (await used).disconnect()
      void work.catch(() => undefined).then(disconnect).catch(() => undefined)
      throw rootCause(cause)
    }
  }

  const close = async (): Promise<void> => {
    closed = true
    await (await producer?.catch(() => undefined))?.disconnect()
  }

  return { send: groupSends(sendOrRetire, sizeOf, BATCH_BYTES), close }
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const inBatches = (records: ReadonlyArray<Outgoing>): ReadonlyArray<Outgoing>[] => {
  const batches: Outgoing[][] = []
  let bytes = BATCH_BYTES + 1
  for (const record of records) {
    bytes += sizeOf(record)
    if (bytes > BATCH_BYTES) {
      batches.push([])
      bytes = sizeOf(record)
    }
    batches.at(-1)!.push(record)
  }
  return batches
}

const withinPatience = async (work: Promise<void>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Kafka did not answer within ${SEND_PATIENCE / 1000} s`)), SEND_PATIENCE)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
