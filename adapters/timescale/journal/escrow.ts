import type pg from "pg"
import type { Balance } from "../../../engine/core/account/escrow.ts"
import type { MemberAmount } from "../../../engine/service/ports/driven/journal.ts"

/** Deposits of a community's members at journal positions in [from, to), in order. */
export const readDeposits = async (
  pool: pg.Pool,
  area: string,
  community: string,
  from: number,
  to: number
): Promise<Array<MemberAmount & { readonly reference: string }>> => {
  const { rows } = await pool.query<{ member: string; reference: string; amount: number }>(
    `select d.member, d.reference, d.amount from deposit d join member m on m.area = d.area and m.member = d.member
     where d.area = $1 and m.community = $2 and d.position >= $3 and d.position < $4 order by d.position, d.reference collate "C"`,
    [area, community, from, to]
  )
  return rows.map(({ member, reference, amount }) => ({ member, reference, amount: BigInt(amount) }))
}

const movedBefore = (table: "run_position" | "escrow_move"): string =>
  `coalesce((select sum(p.amount) from ${table} p join run r on r.area = p.area and r.run_id = p.run_id
    where p.area = m.area and p.member = m.member and r.position < $3), 0)`

/** Credit of every member of a community just before `position`, by recorded runs, and escrow, by what their batches move. */
export const readBalancesBefore = async (pool: pg.Pool, area: string, community: string, position: number): Promise<Array<Balance>> => {
  const { rows } = await pool.query<{ member: string; deposited: string; posted: string; moved: string }>(
    `select m.member, coalesce((select sum(d.amount) from deposit d where d.area = m.area and d.member = m.member and d.position < $3), 0) as deposited,
       ${movedBefore("run_position")} as posted, ${movedBefore("escrow_move")} as moved
     from member m where m.area = $1 and m.community = $2 order by m.member collate "C"`,
    [area, community, position]
  )
  return rows.map(({ member, deposited, posted, moved }) => ({ member, credit: BigInt(deposited) + BigInt(posted), escrow: BigInt(deposited) + BigInt(moved) }))
}

/** What the batch of a recorded run moves in escrow. */
export const readEscrowMoves = async (pool: pg.Pool, area: string, runId: Uint8Array): Promise<Array<MemberAmount>> => {
  const { rows } = await pool.query<{ member: string; amount: string }>(
    `select member, amount from escrow_move where area = $1 and run_id = $2 order by member collate "C"`,
    [area, runId]
  )
  return rows.map(({ member, amount }) => ({ member, amount: BigInt(amount) }))
}

/** The recorded run of a community just before `position`: where it stands, and the month in which escrow lay after it. */
export const readRunBefore = async (pool: pg.Pool, area: string, community: string, position: number): Promise<{ readonly accountMonth: string; readonly logPosition: number } | undefined> => {
  const { rows } = await pool.query<{ month: string | null; position: number | null }>(
    "select max(left(settlement_period, 7)) as month, max(position) as position from run where area = $1 and community = $2 and position < $3",
    [area, community, position]
  )
  const { month, position: before } = rows[0]!
  return month === null || before === null ? undefined : { accountMonth: month, logPosition: before }
}
