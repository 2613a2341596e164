import type pg from "pg"

/**
 * |sum of all postings of recorded runs| + sum over members of |escrow - deposits - market, imbalance and sharing
 * postings|, in nano-units, by SQL from the journal's projections. 0 or something is wrong.
 */
export const moneyError = async (pool: pg.Pool, area: string): Promise<bigint> => {
  const { rows } = await pool.query<{ error: string }>(
    `with recorded as (
       select p.* from posting p join run r on r.area = p.area and r.run_id = p.run_id where p.area = $1 and r.position is not null),
     members as (
       select m.member,
         coalesce((select amount from escrow e where e.area = m.area and e.member = m.member), 0) as escrow,
         coalesce((select sum(amount) from deposit d where d.area = m.area and d.member = m.member), 0) as deposits,
         coalesce((select sum(amount) from recorded p where p.holder = m.member and p.kind in ('market', 'imbalance', 'sharing')), 0) as postings
       from member m where m.area = $1)
     select abs(coalesce((select sum(amount) from recorded), 0))
       + coalesce((select sum(abs(escrow - deposits - postings)) from members), 0) as error`,
    [area]
  )
  return BigInt(rows[0]!.error)
}
