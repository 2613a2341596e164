import { setTimeout as sleep } from "node:timers/promises"
import { rootCause, type KafkaConnection } from "./client.ts"
import { openPartition, type FetchedMessage, type OpenPartition } from "./open-partition.ts"

/** What to follow, and what to do with it. */
export interface Following {
  readonly connection: KafkaConnection
  readonly topic: string
  readonly ensureTopic: () => Promise<void>
  /** Where to begin: told the offsets that there are. Asked again after retention took the wanted offset. */
  readonly begin: (bounds: { readonly start: number; readonly end: number }, partition: OpenPartition) => Promise<number>
  /** Takes messages in order; the next ones come when it has resolved. A rejection brings the same ones again. */
  readonly handle: (messages: ReadonlyArray<FetchedMessage>) => Promise<void>
  readonly signal: AbortSignal
}

/** Milliseconds before a broken connection is opened anew. */
const AGAIN = 500

const isOutOfRange = (cause: unknown): boolean => (rootCause(cause) as { readonly type?: unknown }).type === "OFFSET_OUT_OF_RANGE"

/** Follows partition 0 of a topic until the signal aborts; brokers that are away are waited for. Anybody's bytes come through: judging them is the handler's. */
export const followTopic = async ({ connection, topic, ensureTopic, begin, handle, signal }: Following): Promise<void> => {
  let offset: number | undefined
  while (!signal.aborted) {
    let open: OpenPartition | undefined
    try {
      await ensureTopic()
      open = await openPartition(connection, topic, 0)
      offset ??= await begin(await open.bounds(), open)
      while (!signal.aborted) {
        const messages = await open.fetch(offset)
        if (messages.length === 0) continue
        await handle(messages)
        offset = messages.at(-1)!.offset + 1
      }
    } catch (cause) {
      if (isOutOfRange(cause)) offset = undefined
      await sleep(AGAIN, undefined, { signal }).catch(() => undefined)
    } finally {
      await open?.close().catch(() => undefined)
    }
  }
}
