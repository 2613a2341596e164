import { assertLaw } from "../../quantity/invariant.ts"
import type { CommunityInputs } from "./community-inputs.ts"
import type { Findings } from "./findings.ts"
import { prepareSegment, type ReadySegment } from "./prepare-segment.ts"
import { makeRunPeriod, type RunTables } from "./run-period.ts"
import type { Segment } from "./segment.ts"

/**
 * Settles the days of one segment: each period in one pass over the columns, first trades and sharing steps in the order
 * of the rules, then the supplier; money is posted at the end from totals where prices are constant.
 */
export const runSegment = (inputs: CommunityInputs, segment: Segment, tables: RunTables, findings: Findings): void => {
  const ready = prepareSegment(inputs, segment, findings.ledger)
  const runPeriod = makeRunPeriod(inputs.intervals, segment, ready, tables)
  const length = segment.version.resolutionMinutes * 60
  for (const day of segment.days) {
    for (let time = day.start; time < day.end; time += length) {
      const { tradedWh, sharedWh } = runPeriod(time)
      findings.addPeriod(time, segment, ready.energy.period, tradedWh, sharedWh)
    }
  }
  post(segment, ready, findings)
}

const post = (segment: Segment, { shares, charges, energy, traded, beyond }: ReadySegment, findings: Findings): void => {
  const { points, days, version } = segment
  const span = { from: days[0]!.name, until: days.at(-1)!.name }
  for (const { flows } of shares) flows.post(findings.ledger, span)
  for (const { component, flow, plain } of charges) {
    for (const place of flow.places) {
      const { member, rule } = points[place]!
      const price = component.reductionPercent === undefined ? flow.price : undefined
      findings.charges.add(component, member, rule.meteringPoint, { ...span, price, energyWh: flow.energyAt(place), amount: flow.amountAt(place) })
      if (plain !== undefined) findings.plainCharges.add(component, member, rule.meteringPoint, { ...span, price, energyWh: plain.energyAt(place), amount: plain.amountAt(place) })
    }
  }
  for (const [place, point] of points.entries()) {
    const shared = shares.map(({ isOwn, flows }) => ({ isOwn, wh: flows.column.total[place]! }))
    const totals = { energyWh: energy.total[place]!, tradedWh: traded.total[place]!, beyondWh: beyond.total[place]!, shared }
    assertLaw(totals.energyWh === totals.tradedWh + totals.beyondWh + shared.reduce((sum, { wh }) => sum + wh, 0), "Wh of a point are traded, shared or beyond")
    findings.addPoint(point, totals)
  }
  const isFirm = version.steps.some((step) => step.step === "trades" && step.imbalance.kind === "single-price")
  const difference = points.reduce((sum, { rule }, place) => sum + (rule.direction === "injection" ? traded.total[place]! : -traded.total[place]!), 0)
  assertLaw(isFirm || difference === 0, "traded Wh equal on both sides")
}
