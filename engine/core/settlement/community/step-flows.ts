import type { PriceOf } from "./charges.ts"
import type { CompiledStep } from "./compile-step.ts"
import { addPeriod, makeColumn, makeFlow, type Column, type Flow } from "./flow.ts"
import { COMMUNITY, PREMIUM, type EntryKind, type EntryName, type Ledger } from "./ledger.ts"
import { isBetweenPairs, type PremiumClass } from "./rule-set.ts"
import type { SegmentPoint } from "./segment.ts"

/** A flow of a sharing step and who owes whom for each of its places. */
interface StepFlow {
  readonly flow: Flow
  readonly name: (place: number) => EntryName
  readonly vatPerMille: number
}

export interface StepFlows {
  readonly column: Column
  readonly addPeriod: (time: number) => void
  readonly post: (ledger: Ledger, span: { readonly from: string; readonly until: string }) => void
}

const classOf = (premium: ReadonlyArray<PremiumClass>, plantW: number): number => premium.findIndex(({ upToW }) => upToW === undefined || plantW <= upToW)

/**
 * The money of a sharing step. Consumers pay the community and the community pays producers, each the step's price;
 * named pairs pay each other. A premium class pays its plants for each kWh shared (Italy: tariffa premio of DM 414/2023; its part by zonal price is a series).
 */
export const makeStepFlows = ({ rule, columns, pairs }: CompiledStep, points: ReadonlyArray<SegmentPoint>, priceOf: PriceOf): StepFlows => {
  const column = makeColumn(columns.sharedWh)
  const kind: EntryKind = rule.within === "member" ? "own" : isBetweenPairs(rule) && rule.bilateral !== true ? "contract" : "sharing"
  const vatPerMille = rule.vatPerMille ?? 0
  const placesOf = (wanted: (point: SegmentPoint) => boolean) => Int32Array.from(points.keys().filter((place) => wanted(points[place]!)))
  const point = (place: number) => points[place]!
  const flows: Array<StepFlow> = []
  if (!isBetweenPairs(rule)) {
    const consumers = makeFlow([column], placesOf((one) => one.rule.direction === "withdrawal"), priceOf(rule.consumerPrice))
    const producers = makeFlow([column], placesOf((one) => one.rule.direction === "injection"), priceOf(rule.producerPrice ?? rule.consumerPrice))
    const rest = { kind, label: rule.name }
    flows.push({ flow: consumers, vatPerMille, name: (place) => ({ ...rest, payer: point(place).member, payee: COMMUNITY, payerPoint: point(place).rule.meteringPoint, payeePoint: "" }) })
    flows.push({ flow: producers, vatPerMille: 0, name: (place) => ({ ...rest, payer: COMMUNITY, payee: point(place).member, payerPoint: "", payeePoint: point(place).rule.meteringPoint }) })
  }
  const pairColumn = makeColumn(new Float64Array(pairs.length))
  const pairName = (pair: number): EntryName => {
    const [payer, payee] = [point(pairs[pair]!.consumer), point(pairs[pair]!.producer)]
    return { kind, label: rule.name, payer: payer.member, payee: payee.member, payerPoint: payer.rule.meteringPoint, payeePoint: payee.rule.meteringPoint }
  }
  for (const [price, those] of Map.groupBy(pairs.keys(), (pair) => pairs[pair]!.contract?.price ?? rule.consumerPrice)) {
    flows.push({ flow: makeFlow([pairColumn], Int32Array.from(those), priceOf(price)), vatPerMille, name: pairName })
  }
  for (const [index, { price }] of (rule.premium ?? []).entries()) {
    const plants = placesOf((one) => one.rule.direction === "injection" && classOf(rule.premium!, one.rule.plantW ?? Infinity) === index)
    flows.push({
      flow: makeFlow([column], plants, priceOf(price)),
      vatPerMille: 0,
      name: (place) => ({ kind: "premium", label: rule.name, payer: PREMIUM, payee: point(place).member, payerPoint: "", payeePoint: point(place).rule.meteringPoint })
    })
  }
  return {
    column,
    addPeriod: (time) => {
      addPeriod(column)
      for (const [pair, { wh }] of pairs.entries()) pairColumn.period[pair] = wh()
      addPeriod(pairColumn)
      for (const { flow } of flows) flow.add(time)
    },
    post: (ledger, span) => {
      for (const { flow, name, vatPerMille: vat } of flows) {
        for (const place of flow.places) {
          const named = name(place)
          // Nobody sells to himself, so a pair of points of one member bears no VAT.
          const rate = named.payer === named.payee ? 0 : vat
          ledger.post(named, rate, { ...span, price: flow.price, energyWh: flow.energyAt(place), amount: flow.amountAt(place) })
        }
      }
    }
  }
}
