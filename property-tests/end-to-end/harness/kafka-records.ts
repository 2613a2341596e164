import { randomUUID } from "node:crypto"
import kafkajs from "kafkajs"
import { fixIdlePolling } from "../../../infra/local/kafkajs-idle-fix.ts"

/** Values of all records that partition 0 of a topic holds, by offset, read by a plain client of another group. */
export const recordsOfTopic = async (brokers: ReadonlyArray<string>, topic: string): Promise<Map<number, Buffer>> => {
  fixIdlePolling()
  const client = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING })
  const admin = client.admin()
  await admin.connect()
  const { low, high } = (await admin.fetchTopicOffsets(topic)).find(({ partition }) => partition === 0)!
  await admin.disconnect()
  const found = new Map<number, Buffer>()
  const consumer = client.consumer({ groupId: `auditor-${randomUUID()}` })
  await consumer.connect()
  try {
    await consumer.subscribe({ topic, fromBeginning: true })
    await new Promise<void>((resolve, reject) => {
      const done = (): void => void (found.size === Number(high) - Number(low) && resolve())
      // After a broker's start its groups are still being loaded: kafkajs begins anew by itself.
      consumer.on("consumer.crash", ({ payload }) => void (payload.restart || reject(payload.error)))
      const eachMessage = async ({ partition, message }: kafkajs.EachMessagePayload): Promise<void> => {
        if (partition === 0) found.set(Number(message.offset), message.value!)
        done()
      }
      consumer.run({ eachMessage }).catch(reject)
      done()
    })
    return found
  } finally {
    await consumer.disconnect()
  }
}
