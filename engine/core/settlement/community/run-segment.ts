import { assertLaw } from "../../quantity/invariant.ts"
import { PERIOD_SECONDS } from "../../calendar/period.ts"
import { chargeName, reduced } from "./charges.ts"
import type { CommunityInputs, SettledTrade } from "./community-inputs.ts"
import type { Findings } from "./findings.ts"
import { loadPeriod } from "./load-period.ts"
import { prepareSegment, type ReadySegment } from "./prepare-segment.ts"
import type { Segment } from "./segment.ts"

/** What a run knows of its inputs beside the rules: rows by period, trades by period. */
export interface RunTables {
  readonly rowOf: ReadonlyMap<number, number>
  readonly tradesOf: ReadonlyMap<number, ReadonlyArray<SettledTrade>>
}

const NO_TRADES: ReadonlyArray<SettledTrade> = []

/**
 * Settles the days of one segment: each period in one pass over the columns, first trades and sharing steps in the order
 * of the rules, then the supplier; money is posted at the end from totals where prices are constant.
 */
export const runSegment = (inputs: CommunityInputs, segment: Segment, { rowOf, tradesOf }: RunTables, findings: Findings): void => {
  const ready = prepareSegment(inputs, segment, findings.ledger)
  const { openWh, energy, traded, beyond, steps } = ready
  const load = loadPeriod(inputs.intervals, segment.points)
  const length = segment.version.resolutionMinutes * 60
  for (const day of segment.days) {
    for (let time = day.start; time < day.end; time += length) {
      openWh.fill(0)
      beyond.period.fill(0)
      traded.period.fill(0)
      for (let quarter = time; quarter < time + length; quarter += PERIOD_SECONDS) load(rowOf.get(quarter)!, openWh, beyond.period)
      for (let place = 0; place < openWh.length; place++) energy.period[place] = openWh[place]! + beyond.period[place]!
      let tradedWh = 0
      let sharedWh = 0
      for (const step of steps) {
        if (step.step === "share") sharedWh += step.share(openWh, time)
        else tradedWh += step.deliver(tradesOf.get(time) ?? NO_TRADES, time, openWh, traded.period)
      }
      for (let place = 0; place < openWh.length; place++) beyond.period[place]! += openWh[place]!
      ready.addPeriod(time)
      findings.addPeriod(time, segment, energy.period, tradedWh, sharedWh)
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
      const part = { ...span, price, energyWh: flow.energyAt(place), amount: reduced(component, flow.amountAt(place)) }
      findings.ledger.post(chargeName(component, member, rule.meteringPoint), component.vatPerMille ?? 0, part)
      if (plain !== undefined) findings.addPlain(member, component, reduced(component, plain.amountAt(place)))
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
