import type pg from "pg"
import { decode } from "../../engine/core/quantity/codec.ts"
import { event } from "../../engine/core/event.ts"
import { followJournal } from "./follow-journal.ts"
import { insertRows } from "./rows.ts"

/**
 * Fills the readings table behind the journal, one step at a time, and returns how many records are still to come.
 * The engine's own transaction stays small: the journal already holds every signed reading (design, decision 6).
 */
export const projectReadings = (pool: pg.Pool, area: string): Promise<number> =>
  followJournal(pool, area, {
    name: "readings",
    kind: "ReadingRecorded",
    handle: (client, events) =>
      insertRows(client, {
        table: "reading",
        columns: [["area", "text"], ["metering_point", "text"], ["time", "bigint"], ["sequence", "bigint"], ["register_wh", "bigint"], ["power_w", "integer"]],
        rows: events.flatMap(({ payload }) => {
          const one = decode(event, payload)
          return one.kind === "ReadingRecorded" ? [[area, one.meteringPoint, one.time, one.sequence, one.registerWh, one.powerW]] : []
        }),
        onConflict: "on conflict do nothing"
      })
  })
