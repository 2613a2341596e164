import kafkajs, { type Kafka, type KafkaConfig } from "kafkajs"
import { stopIdlePolling } from "./idle-polling.ts"

/** How to reach the brokers. */
export interface KafkaConnection extends Pick<KafkaConfig, "ssl" | "sasl"> {
  /** host:port of some brokers; the others are learnt from them. */
  readonly brokers: ReadonlyArray<string>
  /** Names this program in the brokers' logs. */
  readonly clientId?: string
}

/** Milliseconds without an answer after which a connection or request counts as broken. */
const CONNECT_PATIENCE = 2_000
const REQUEST_PATIENCE = 5_000

/** Pauses of kafkajs's own retries, in milliseconds, without its random part. */
export const retryPauses = { initialRetryTime: 100, maxRetryTime: 1_000, multiplier: 2, factor: 0 }

/**
 * A kafkajs client that says nothing: every failure reaches the caller as an error, and is logged there or not at all.
 * `connects` counts how often it tries to connect again before it gives up; each try takes the next broker of the list.
 */
export const makeClient = ({ brokers, clientId = "commonwatt", ssl, sasl }: KafkaConnection, connects = 2): Kafka => {
  stopIdlePolling()
  // Only the default import carries kafkajs's classes.
  return new kafkajs.Kafka({
    clientId,
    brokers: [...brokers],
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl }),
    logLevel: kafkajs.logLevel.NOTHING,
    connectionTimeout: CONNECT_PATIENCE,
    requestTimeout: REQUEST_PATIENCE,
    retry: { ...retryPauses, retries: Math.max(connects, brokers.length) }
  })
}

/** The error behind kafkajs's wrappers: its "number of retries exceeded" hides what went wrong under `.cause`. */
export const rootCause = (error: unknown): unknown =>
  error instanceof Error && error.cause instanceof Error && error.cause !== error ? rootCause(error.cause) : error
