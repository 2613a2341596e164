import { allocatePeriod } from "./allocation/allocate-period.ts"
import { assertLaw } from "./quantity/invariant.ts"
import { netPositions } from "./settlement/position.ts"
import { postPeriod, type Posting } from "./settlement/posting.ts"
import { postDifference } from "./settlement/sum-postings.ts"
import { publicRowOf, type PublicRow } from "./settlement/public-row.ts"
import { hashInputs, runIdOf, type RunInputs } from "./settlement/run-inputs.ts"
import { hashResult, type Run } from "./settlement/run.ts"
import { statementLines } from "./settlement/statement-line.ts"

/**
 * Computes a settlement run: a pure function of its inputs. Per delivery period it decides what was delivered, shares
 * the surplus and posts the money; then it sums lines and positions. A correction posts only what differs from the sum
 * of all versions before it. The service records the result by RecordRun.
 */
export const settle = (inputs: RunInputs): Run => {
  assertLaw(inputs.version > 1 === (inputs.previous !== undefined), "a correction knows the version before it")
  const { postings: whole, publicRows } = settleWhole(inputs)
  const postings = inputs.previous === undefined ? whole : postDifference(whole, inputs.previous.standing)
  assertLaw(postings.reduce((sum, { amount }) => sum + BigInt(amount), 0n) === 0n, "postings of a run sum to zero")
  const found = { postings, lines: statementLines(postings), publicRows, positions: netPositions(postings) }
  const inputsHash = hashInputs(inputs)
  return { runId: runIdOf(inputs, inputsHash), inputs, inputsHash, resultHash: hashResult(found), ...found }
}

/** Settles the values of the inputs from scratch, whatever versions before have posted. */
export const settleWhole = (inputs: RunInputs): { readonly postings: Array<Posting>; readonly publicRows: Array<PublicRow> } => {
  const postings: Array<Posting> = []
  const publicRows: Array<PublicRow> = []
  const tradesOf = Map.groupBy(inputs.trades, (trade) => trade.period)
  assertLaw(inputs.trades.every(({ period }) => inputs.periods.includes(period)), "a trade lies in a period of its run")
  assertLaw(inputs.points.every(({ values }) => values.length === inputs.periods.length), "a point has one value for each period")
  let nextEntry = 1
  for (const [index, period] of inputs.periods.entries()) {
    const metered = inputs.points.map(({ meteringPoint, member, direction, values }) => ({
      meteringPoint,
      member,
      direction,
      energyWh: values[index]!.energyWh
    }))
    const allocation = allocatePeriod(metered, tradesOf.get(period) ?? [])
    const lines = postPeriod(period, allocation, inputs.tariff, nextEntry)
    nextEntry = (lines.at(-1)?.entry ?? nextEntry - 1) + 1
    for (const line of lines) postings.push(line)
    publicRows.push(publicRowOf(inputs.community, period, allocation))
  }
  return { postings, publicRows }
}
