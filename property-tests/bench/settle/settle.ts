import { parseArgs } from "node:util"
import { UserError } from "../../../adapters/cli/user-error.ts"
import { settleCommunity, type CommunityResult } from "../../../engine/core/settlement/community/settle-community.ts"
import { loadDuck, settleInDuck, type PointSums } from "./duck.ts"
import { makeMonth } from "./month.ts"

type Say = (text: string) => void
const median = (list: ReadonlyArray<number>): number => list.toSorted((left, right) => left - right)[Math.floor(list.length / 2)]!

const timed = async <A>(work: () => A | Promise<A>): Promise<[result: A, milliseconds: number]> => {
  globalThis.gc?.()
  const began = performance.now()
  const result = await work()
  return [result, performance.now() - began]
}

/** Sums of each metering point, as the SQL gives them. */
const sumsOf = ({ points, entries }: CommunityResult): Array<PointSums> => {
  const money = new Map<string, { sharing: bigint; beyond: bigint; grid: bigint }>()
  for (const { kind, payerPoint, payeePoint, amount } of entries) {
    const name = payerPoint === "" ? payeePoint : payerPoint
    const sums = money.get(name) ?? { sharing: 0n, beyond: 0n, grid: 0n }
    if (kind === "sharing") sums.sharing += amount
    else if (kind === "grid-fee") sums.grid += amount
    else sums.beyond += amount
    money.set(name, sums)
  }
  return [...points]
    .sort((left, right) => (left.meteringPoint < right.meteringPoint ? -1 : 1))
    .map(({ meteringPoint, sharedWh, beyondWh }) => ({ sharedWh, beyondWh, ...(money.get(meteringPoint) ?? { sharing: 0n, beyond: 0n, grid: 0n }) }))
}

const text = (sums: ReadonlyArray<PointSums>): string => sums.map((one) => [one.sharedWh, one.beyondWh, one.sharing, one.beyond, one.grid].join(" ")).join("\n")

/** Both settle the same month, rounds interleaved, one thread each; their sums of every metering point must be equal. */
const against = async (points: number, days: number, rounds: number, say: Say) => {
  const inputs = makeMonth(points, days)
  say(`${points} metering points, ${inputs.intervals.periods.length} periods, ${inputs.intervals.values.length} intervals`)
  const connection = await loadDuck(inputs)
  const [ours, duck]: [Array<number>, Array<number>] = [[], []]
  for (let round = 0; round < rounds; round++) {
    const [result, milliseconds] = await timed(() => settleCommunity(inputs, "2030-01-01"))
    const [sums, inSql] = await timed(() => settleInDuck(connection))
    if (text(sumsOf(result)) !== text(sums)) throw new Error("commonwatt and DuckDB do not agree")
    ours.push(milliseconds)
    duck.push(inSql)
    say(`  round ${round + 1}: commonwatt ${milliseconds.toFixed(0)} ms, DuckDB ${inSql.toFixed(0)} ms, equal`)
  }
  connection.closeSync()
  return { intervals: inputs.intervals.values.length, commonwattMs: Math.round(median(ours)), duckdbMs: Math.round(median(duck)), ratio: Number((median(ours) / median(duck)).toFixed(2)) }
}

/** Nanoseconds of one interval at growing numbers of days. */
const growth = async (points: number, rounds: number, say: Say) => {
  const rows: Array<{ intervals: number; nanoseconds: number }> = []
  for (const days of [1, 10, 105]) {
    const inputs = makeMonth(points, days)
    const times: Array<number> = []
    for (let round = 0; round < Math.max(rounds, Math.ceil(40 / days)); round++) times.push((await timed(() => settleCommunity(inputs, "2030-01-01")))[1])
    rows.push({ intervals: inputs.intervals.values.length, nanoseconds: Number(((median(times) * 1e6) / inputs.intervals.values.length).toFixed(1)) })
    say(`  ${inputs.intervals.values.length} intervals: ${rows.at(-1)!.nanoseconds} ns each`)
  }
  return rows
}

/** A whole number of at least one, from an option. */
const count = (name: string, text: string): number => {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new UserError(`--${name} ${text} is no number of ${name}`, "give a whole number from 1 on")
  return Number(text)
}

/** `npm run bench -- settle`: a month of 1,000 metering points against the same rule in SQL, one thread each; then the cost of an interval as they grow. */
export const benchSettle = async (args: ReadonlyArray<string>): Promise<void> => {
  const text = { type: "string" } as const
  const { values } = parseArgs({ args: [...args], options: { json: { type: "boolean", default: false }, rounds: text, points: text, days: text } })
  const [points, days, rounds] = [count("points", values.points ?? "1000"), count("days", values.days ?? "31"), count("rounds", values.rounds ?? "7")]
  const say: Say = (line) => void (values.json || process.stdout.write(`${line}\n`))
  const month = await against(points, days, rounds, say)
  say(`median of ${rounds}: commonwatt ${month.commonwattMs} ms, DuckDB ${month.duckdbMs} ms, ratio ${month.ratio}`)
  const cost = await growth(points, rounds, say)
  if (values.json) process.stdout.write(`${JSON.stringify({ month, cost })}\n`)
}
