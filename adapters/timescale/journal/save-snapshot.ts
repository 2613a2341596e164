import type pg from "pg"
import type { Snapshot } from "../../../engine/service/ports/driven/journal.ts"

/** Stores a snapshot in the transaction of `client` and forgets the older ones. */
export const saveSnapshot = async (client: pg.ClientBase, area: string, { nextPosition, state, hash }: Snapshot): Promise<void> => {
  await client.query("insert into snapshot values ($1, $2, $3, $4) on conflict do nothing", [area, nextPosition, state, hash])
  await client.query("delete from snapshot where area = $1 and next_position < $2", [area, nextPosition])
}
