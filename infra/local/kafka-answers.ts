import { connect } from "node:net"
import kafkajs from "kafkajs"
import { fixIdlePolling } from "./kafkajs-idle-fix.ts"

// The default import is the one that carries the error classes; the named one leaves them undefined.
const { Kafka, logLevel } = kafkajs

/** True when a broker answers a metadata request; tries once, for at most two seconds. */
export const brokersAnswer = async (brokers: readonly string[]): Promise<boolean> => {
  fixIdlePolling()
  const kafka = new Kafka({
    clientId: "commonwatt-ready",
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2_000,
    requestTimeout: 2_000,
    retry: { retries: 0 }
  })
  const admin = kafka.admin()
  try {
    await admin.connect()
    return (await admin.describeCluster()).brokers.length > 0
  } catch {
    return false
  } finally {
    await admin.disconnect().catch(() => {})
  }
}

/** True when something accepts connections on the port: a cheap look before the real question. */
export const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" })
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false))
    socket.once("connect", () => socket.destroy())
  })
