// placeholder by the composer, to be replaced by the owner of this room
import { Effect, Layer } from "effect"
import { CommandLog, LogUnavailable } from "../../../engine/service/ports/driven/command-log.ts"
import { makePool } from "../pool.ts"
import { inTransaction } from "../transaction.ts"

export const embeddedLogLayer = ({ connectionString }: { readonly connectionString: string }): Layer.Layer<CommandLog> =>
  Layer.effect(
    CommandLog,
    Effect.gen(function* () {
      const pool = yield* Effect.acquireRelease(Effect.sync(() => makePool(connectionString, 3)), (one) => Effect.promise(() => one.end()))
      const ask = <A>(area: string, query: () => Promise<A>) => Effect.tryPromise({ try: query, catch: (cause) => new LogUnavailable({ area, cause }) })
      return CommandLog.of({
        append: (area, records) =>
          ask(area, () =>
            inTransaction(pool, async (client) => {
              await client.query("insert into command_log_head values ($1, 0) on conflict do nothing", [area])
              const { rows } = await client.query("update command_log_head set next_position = next_position + $2 where area = $1 returning next_position", [area, records.length])
              const first = rows[0].next_position - records.length
              await client.query("insert into command_log select $1, p, r from unnest($2::bigint[], $3::bytea[]) as t(p, r)", [area, records.map((_, i) => first + i), records])
            })
          ),
        read: (area, position) =>
          Effect.sync(() => {
            let next = position
            const take = (limit: number): Effect.Effect<ReadonlyArray<{ position: number; bytes: Uint8Array }>, LogUnavailable> =>
              Effect.flatMap(
                ask(area, () => pool.query("select position, record from command_log where area = $1 and position >= $2 order by position limit $3", [area, next, limit])),
                ({ rows }) => {
                  if (rows.length === 0) return Effect.delay(Effect.suspend(() => take(limit)), 5)
                  next = rows.at(-1).position + 1
                  return Effect.succeed(rows.map((row) => ({ position: row.position, bytes: row.record })))
                }
              )
            return { take, forgetBelow: (below: number) => Effect.asVoid(ask(area, () => pool.query("delete from command_log where area = $1 and position < $2", [area, below]))) }
          })
      })
    })
  )
