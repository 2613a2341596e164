import { addAll, makeColumn, type Column } from "./flow.ts"
import { readyPrice, steadyPrice } from "../../tariff/price-rule.ts"
import { chargesOf, type Charge, type PriceOf } from "./charges.ts"
import type { CommunityInputs } from "./community-inputs.ts"
import { compileStep } from "./compile-step.ts"
import { makeDelivery, type DeliverPeriod } from "./deliver-column.ts"
import type { Ledger } from "./ledger.ts"
import type { Segment } from "./segment.ts"
import { makeStepFlows, type StepFlows } from "./step-flows.ts"

/** A sharing step ready for a segment. */
interface ReadyShare {
  readonly step: "share"
  readonly name: string
  readonly isOwn: boolean
  readonly share: (openWh: Float64Array, time: number) => number
  readonly flows: StepFlows
}

interface ReadyTrades {
  readonly step: "trades"
  readonly deliver: DeliverPeriod
}

/** A segment with its columns (one place for each point), steps in order, and tariff charges. */
export interface ReadySegment {
  readonly openWh: Float64Array
  readonly energy: Column
  readonly traded: Column
  readonly beyond: Column
  readonly steps: ReadonlyArray<ReadyShare | ReadyTrades>
  readonly shares: ReadonlyArray<ReadyShare>
  readonly charges: ReadonlyArray<Charge>
  /** Adds the current period to every total and flow. */
  readonly addPeriod: (time: number) => void
}

/** Compiles the rules of a segment once, so that a period is plain loops over columns. */
export const prepareSegment = (inputs: CommunityInputs, segment: Segment, ledger: Ledger): ReadySegment => {
  const { points, version } = segment
  const { timeZone: zone } = inputs.rules
  const priceOf: PriceOf = (rule) => steadyPrice(readyPrice(rule, zone, inputs.priceAt), version.resolutionMinutes * 60)
  const column = (): Column => makeColumn(new Float64Array(points.length))
  const [energy, traded, beyond] = [column(), column(), column()]
  const steps = version.steps.map((rule): ReadyShare | ReadyTrades => {
    if (rule.step === "trades") return { step: "trades", deliver: makeDelivery(segment, rule.imbalance, { zone, seriesAt: inputs.priceAt, ledger }) }
    const compiled = compileStep(rule, { points, zone, coefficientAt: inputs.coefficientAt })
    return { step: "share", name: rule.name, isOwn: rule.within === "member", share: compiled.columns.share, flows: makeStepFlows(compiled, points, priceOf) }
  })
  const shares = steps.filter((one) => one.step === "share")
  const columns = { energy, traded, beyond, steps: shares.map(({ name, isOwn, flows }) => ({ name, isOwn, column: flows.column })) }
  const charges = chargesOf(segment.components, points, columns, priceOf)
  return {
    openWh: new Float64Array(points.length),
    energy,
    traded,
    beyond,
    steps,
    shares,
    charges,
    addPeriod: (time) => {
      addAll(energy, traded, beyond)
      for (const { flows } of shares) flows.addPeriod(time)
      for (const { flow, plain } of charges) {
        flow.add(time)
        plain?.add(time)
      }
    }
  }
}
