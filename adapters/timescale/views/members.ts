import { Effect } from "effect"
import type pg from "pg"
import type { Member, Views } from "../../../engine/service/ports/driven/views.ts"
import { ask } from "./ask.ts"

// Collation "C" is the byte order in which the core keeps ids, whatever the database's own language.
const withPoints = `
  select m.member, m.community, p.metering_point, p.direction
  from member m left join metering_point p on p.area = m.area and p.member = m.member
  where m.area = $1
  order by m.member collate "C", p.metering_point collate "C"`

interface Row {
  readonly member: string
  readonly community: string
  readonly metering_point: string | null
  readonly direction: "withdrawal" | "injection"
}

/** Answers {@link Views} `members`. */
export const members = (pool: pg.Pool): Views["Service"]["members"] => (area) =>
  ask<Row>(pool, "members", withPoints, [area]).pipe(Effect.map(groupByMember))

const groupByMember = (rows: ReadonlyArray<Row>): ReadonlyArray<Member> =>
  [...Map.groupBy(rows, (row) => row.member)].map(([member, own]) => ({
    member,
    community: own[0]!.community,
    meteringPoints: own.flatMap(({ metering_point, direction }) => (metering_point === null ? [] : [{ meteringPoint: metering_point, direction }]))
  }))
