import { offsetAt } from "../../calendar/local-day.ts"
import { bilateralKey } from "../../allocation/keys/bilateral.ts"
import { dynamicKey } from "../../allocation/keys/dynamic.ts"
import { equalKey } from "../../allocation/keys/equal.ts"
import { matrixKey, type Pair } from "../../allocation/keys/matrix.ts"
import { plantOrderKey } from "../../allocation/keys/plant-order.ts"
import type { SharingKey } from "../../allocation/keys/sharing.ts"
import { constantCoefficients, hourlyCoefficients, staticKey, WHOLE, type CoefficientsAt } from "../../allocation/keys/static.ts"
import { timeToText } from "../../calendar/period.ts"
import type { CoefficientAt } from "./community-inputs.ts"
import { InputRefused } from "./refusal.ts"
import type { Contract, ShareStep } from "./rule-set.ts"
import type { SegmentPoint } from "./segment.ts"

/** Pairs of a step that deals between named points, with the Wh of each in the last period. Places are points of the segment. */
export interface StepPair {
  readonly producer: number
  readonly consumer: number
  readonly contract: Contract | undefined
  readonly wh: () => number
}

/** A field of the record itself: a metering point may be called `constructor`. */
const own = <A>(record: Readonly<Record<string, A>>, name: string): A | undefined => (Object.hasOwn(record, name) ? record[name] : undefined)

/** What a key is compiled in: the points of the segment, the zone of its hours, coefficients of each period. */
export interface Surroundings {
  readonly points: ReadonlyArray<SegmentPoint>
  readonly zone: string
  readonly coefficientAt: CoefficientAt
}

/** Reads coefficients of every period from their file; no line for a point is a coefficient of zero. */
const fromSeries = (coefficientAt: CoefficientAt, pairs: ReadonlyArray<readonly [producer: string, consumer: string]>): CoefficientsAt => {
  const column = new Float64Array(pairs.length)
  return (time) => {
    const sums = new Map<string, number>()
    for (const [place, [producer, consumer]] of pairs.entries()) {
      column[place] = coefficientAt(time, producer, consumer) ?? 0
      const sum = (sums.get(producer) ?? 0) + column[place]!
      if (sum > WHOLE) throw new InputRefused("CoefficientsExceedTheWhole", `the coefficients of ${timeToText(time)}${producer === "" ? "" : ` for ${producer}`} sum to more than ${WHOLE}`)
      sums.set(producer, sum)
    }
    return column
  }
}

const plantOrder = (order: ReadonlyArray<string> | undefined, plants: ReadonlyArray<SegmentPoint>): Array<number> => {
  const rank = (point: SegmentPoint): readonly [number, string, string] => {
    const named = order?.indexOf(point.rule.meteringPoint) ?? -1
    return [named === -1 ? Number.MAX_SAFE_INTEGER : named, point.rule.commissioned ?? "9999", point.rule.meteringPoint]
  }
  return plants
    .map((plant, place) => ({ place, rank: rank(plant) }))
    .sort((left, right) => left.rank[0] - right.rank[0] || (left.rank[1] < right.rank[1] ? -1 : left.rank[1] > right.rank[1] ? 1 : left.rank[2] < right.rank[2] ? -1 : 1))
    .map(({ place }) => place)
}

/** Points that share with each other, as places of the segment. */
export interface Group {
  readonly producers: ReadonlyArray<number>
  readonly consumers: ReadonlyArray<number>
}

interface KeyOfGroup {
  readonly key: SharingKey
  readonly pairs: ReadonlyArray<StepPair>
}

const between = (pairs: ReadonlyArray<Pair & { readonly contract: Contract | undefined }>, group: Group, coefficientsAt: CoefficientsAt): KeyOfGroup => {
  const { key, pairWh } = matrixKey(pairs, coefficientsAt)
  return { key, pairs: pairs.map(({ producer, consumer, contract }, place) => ({ producer: group.producers[producer]!, consumer: group.consumers[consumer]!, contract, wh: () => pairWh[place]! })) }
}

const contractKey = (contracts: ReadonlyArray<Contract>, group: Group, points: ReadonlyArray<SegmentPoint>): KeyOfGroup => {
  const placeOf = (places: ReadonlyArray<number>, name: string): number => places.findIndex((place) => points[place]!.rule.meteringPoint === name)
  const pairs = contracts
    .map((contract) => ({ producer: placeOf(group.producers, contract.producer), consumer: placeOf(group.consumers, contract.consumer), contract }))
    .filter(({ producer, consumer }) => producer !== -1 && consumer !== -1)
    .sort((left, right) => left.producer - right.producer || left.consumer - right.consumer)
  return between(pairs, group, constantCoefficients(pairs.map(({ contract }) => contract.partsPerMillion)))
}

/** The key of one group; keys by name take only who is there, so the share of a member who left is not passed on. */
export const keyOf = (step: ShareStep, group: Group, { points, zone, coefficientAt }: Surroundings): KeyOfGroup => {
  const alone = (key: SharingKey): KeyOfGroup => ({ key, pairs: [] })
  const names = (places: ReadonlyArray<number>) => places.map((place) => points[place]!.rule.meteringPoint)
  const { key } = step
  switch (key.kind) {
    case "dynamic":
      return alone(dynamicKey)
    case "equal":
      return alone(equalKey(group.consumers.length))
    case "static":
      return alone(staticKey(constantCoefficients(names(group.consumers).map((name) => own(key.partsPerMillion, name) ?? 0))))
    case "static-hourly": {
      const byHour = Array.from({ length: 24 }, (_, hour) => names(group.consumers).map((name) => own(key.partsPerMillion, name)?.[hour] ?? 0))
      return alone(staticKey(hourlyCoefficients(byHour, (time) => Math.floor(((time + offsetAt(zone, time)) % 86_400) / 3_600))))
    }
    case "static-series":
      return alone(staticKey(fromSeries(coefficientAt, names(group.consumers).map((name) => ["", name]))))
    case "plant-order":
      return alone(plantOrderKey(plantOrder(key.order, group.producers.map((place) => points[place]!))))
    case "contracts":
      return contractKey(key.contracts, group, points)
    case "matrix-series": {
      const pairs = group.producers.flatMap((_, producer) => group.consumers.map((_, consumer) => ({ producer, consumer, contract: undefined })))
      const named = pairs.map(({ producer, consumer }) => [names([group.producers[producer]!])[0]!, names([group.consumers[consumer]!])[0]!] as const)
      return between(pairs, group, fromSeries(coefficientAt, named))
    }
  }
}

/** A key that divides a pool, told pair by pair where the rules want it so. */
export const inPairs = (rule: ShareStep, group: Group, found: KeyOfGroup): KeyOfGroup => {
  if (rule.bilateral !== true || found.pairs.length > 0) return found
  const { producers, consumers } = group
  const { key, pairWh } = bilateralKey(found.key, producers.length, consumers.length)
  const pairs = producers.flatMap((producer, row) => consumers.map((consumer, column) => ({ producer, consumer, contract: undefined, wh: () => pairWh[row * consumers.length + column]! })))
  return { key, pairs }
}
