import { Effect, type Scope } from "effect"
import { areaSender, type AreaSender } from "./area-sender.ts"
import type { KafkaConnection } from "./client.ts"
import type { AreaPartitions } from "./partitions.ts"

/** What the senders of one topic have in common. */
export interface SendersPlan {
  readonly connection: KafkaConnection
  readonly topic: string
  readonly partitions: AreaPartitions
  /** Makes sure that the topic is there. */
  readonly ensureTopic: () => Promise<void>
}

/** One sender for each area, made at its first use, closed with the scope. The function throws for an area without partition. */
export const areaSenders = ({ partitions, ...common }: SendersPlan): Effect.Effect<(area: string) => AreaSender, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => new Map<string, AreaSender>()),
      (all) => Effect.promise(() => Promise.allSettled([...all.values()].map(({ close }) => close())))
    ),
    (senders) => (area) => {
      const sender = senders.get(area) ?? areaSender({ ...common, area, partition: partitions.of(area) })
      senders.set(area, sender)
      return sender
    }
  )
