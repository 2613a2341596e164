import type { KeyRule, RuleMember, ShareStep, Step } from "../../../engine/core/settlement/community/rule-set.ts"

/** A country's rule as steps for a given feeder. */
export interface NamedRule {
  readonly name: string
  readonly resolutionMinutes: 15 | 60
  readonly steps: (members: ReadonlyArray<RuleMember>) => ReadonlyArray<Step>
}

const namesOf = (members: ReadonlyArray<RuleMember>, direction: string): Array<string> =>
  members.flatMap(({ points }) => points.filter((point) => point.direction === direction).map(({ meteringPoint }) => meteringPoint))

/** Millionths that rise with the place of the consumer and sum to the whole at most. */
const rising = (members: ReadonlyArray<RuleMember>): Record<string, number> => {
  const consumers = namesOf(members, "withdrawal")
  const weights = (consumers.length * (consumers.length + 1)) / 2
  return Object.fromEntries(consumers.map((name, place) => [name, Math.floor((1_000_000 * (place + 1)) / weights)]))
}

const share = (name: string, within: ShareStep["within"], key: KeyRule, consumerPrice = 120_000): ShareStep => ({ step: "share", name, within, key, consumerPrice })

/** Every producer has contracts with the four consumers that follow it in the list, a quarter each. */
const contracts = (members: ReadonlyArray<RuleMember>): KeyRule => {
  const consumers = namesOf(members, "withdrawal")
  return {
    kind: "contracts",
    contracts: namesOf(members, "injection").flatMap((producer, place) => [0, 1, 2, 3].map((index) => ({ producer, consumer: consumers[(4 * place + index) % consumers.length]!, partsPerMillion: 250_000 })))
  }
}

const premium = [{ upToW: 200_000, price: 80_000 }, { upToW: 600_000, price: 70_000 }, { price: 60_000 }]

/** Every rule of docs/guides/settlement.md. Keys by series take coefficients from {@link coefficientAt}. */
export const everyRule: ReadonlyArray<NamedRule> = [
  { name: "Austria, dynamic; France, default dynamic", resolutionMinutes: 15, steps: () => [share("community", "community", { kind: "dynamic" })] },
  { name: "Austria, static; France, static", resolutionMinutes: 15, steps: (members) => [share("community", "community", { kind: "static", partsPerMillion: rising(members) })] },
  { name: "Germany, building supply (42b), equal", resolutionMinutes: 15, steps: () => [share("building", "building", { kind: "equal" })] },
  { name: "Germany, energy sharing (42c), contracts", resolutionMinutes: 15, steps: (members) => [share("contracts", "area", contracts(members))] },
  { name: "Italy, CER, hourly, by plants", resolutionMinutes: 60, steps: () => [{ ...share("community", "area", { kind: "plant-order" }, 0), premium }] },
  { name: "France, simple dynamic", resolutionMinutes: 15, steps: () => [share("community", "community", { kind: "static-series" })] },
  { name: "France, full dynamic", resolutionMinutes: 15, steps: () => [share("community", "community", { kind: "matrix-series" })] },
  { name: "Spain, beta by hour", resolutionMinutes: 60, steps: (members) => [share("community", "community", { kind: "static-hourly", partsPerMillion: Object.fromEntries(Object.entries(rising(members)).map(([name, parts]) => [name, Array.from({ length: 24 }, (_, hour) => (hour % 2 === 0 ? parts : Math.floor(parts / 2)))])) })] },
  { name: "own roof, building, feeder", resolutionMinutes: 15, steps: () => [share("own roof", "member", { kind: "dynamic" }, 0), share("building", "building", { kind: "dynamic" }, 100_000), share("feeder", "area", { kind: "dynamic" })] }
]

/** Coefficients that change from period to period: each consumer has 1 to 3 parts of so many that all fit in the whole. */
export const coefficientAt = (consumers: number) => (time: number, _: string, consumer: string): number => (1 + ((time / 900 + Number(consumer.replace(/\D/g, ""))) % 3)) * Math.floor(1_000_000 / (3 * consumers))
