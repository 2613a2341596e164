import type pg from "pg"
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

/** What every member of a community has in escrow just before `position`: deposits and positions of recorded runs. */
export const readEscrowBefore = async (pool: pg.Pool, area: string, community: string, position: number): Promise<Array<MemberAmount>> => {
  const { rows } = await pool.query<{ member: string; amount: string }>(
    `select m.member, coalesce((select sum(d.amount) from deposit d where d.area = m.area and d.member = m.member and d.position < $3), 0)
       + coalesce((select sum(p.amount) from run_position p join run r on r.area = p.area and r.run_id = p.run_id
                   where p.area = m.area and p.member = m.member and r.position < $3), 0) as amount
     from member m where m.area = $1 and m.community = $2 order by m.member collate "C"`,
    [area, community, position]
  )
  return rows.map(({ member, amount }) => ({ member, amount: BigInt(amount) }))
}

/** The recorded run just before `position`. */
export const readRunBefore = async (
  pool: pg.Pool,
  area: string,
  community: string,
  position: number
): Promise<{ readonly settlementPeriod: string; readonly logPosition: number } | undefined> => {
  const { rows } = await pool.query<{ settlement_period: string; position: number }>(
    "select settlement_period, position from run where area = $1 and community = $2 and position < $3 order by position desc limit 1",
    [area, community, position]
  )
  const row = rows[0]
  return row === undefined ? undefined : { settlementPeriod: row.settlement_period, logPosition: row.position }
}
