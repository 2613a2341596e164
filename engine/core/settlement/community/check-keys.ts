import { WHOLE } from "../../allocation/keys/static.ts"
import { isInForce } from "../../tariff/component.ts"
import { groupOf } from "./compile-step.ts"
import type { Report } from "./check-rules.ts"
import type { KeyRule, RuleMember, RulePoint, RuleVersion, ShareStep } from "./rule-set.ts"

/** What a key is held against: all members, and the days of its version on which somebody joins, its first one included. */
export interface KeySurroundings {
  readonly members: ReadonlyArray<RuleMember>
  readonly points: ReadonlyMap<string, RulePoint>
  readonly days: ReadonlyArray<string>
}

/** Days on which coefficients of a version may begin to sum to more than before: its first day, and those on which an entry begins. */
export const daysToCheck = ({ from }: RuleVersion, next: string | undefined, members: ReadonlyArray<RuleMember>): Array<string> => [
  ...new Set([from, ...members.flatMap(({ points }) => points.flatMap((point) => (point.from !== undefined && point.from > from && (next === undefined || point.from < next) ? [point.from] : [])))])
]

const isParts = (parts: number): boolean => Number.isInteger(parts) && parts >= 0 && parts <= WHOLE

interface There {
  readonly group: string
  readonly point: RulePoint
}

/** Points that take part in a step on a day, each with its group. */
const thereOn = ({ within }: ShareStep, members: ReadonlyArray<RuleMember>, day: string): Array<There> =>
  members.flatMap(({ member, points }) =>
    points.flatMap((rule) => {
      const group = isInForce(rule, day) ? groupOf(within, { rule, member }) : undefined
      return group === undefined ? [] : [{ group, point: rule }]
    })
  )

/** Refuses a group whose coefficients sum to more than the whole on a day; `partsOf` are those of a point. */
const checkSums = (step: ShareStep, { members, days }: KeySurroundings, at: string, report: Report, partsOf: (meteringPoint: string) => number): void => {
  for (const day of days) {
    for (const [group, there] of Map.groupBy(thereOn(step, members, day), (one) => one.group)) {
      const sum = there.reduce((total, { point }) => total + (point.direction === "withdrawal" ? partsOf(point.meteringPoint) : 0), 0)
      if (sum > WHOLE) report("MoreThanTheWhole", at, `the coefficients${group === "" ? "" : ` of ${step.within} ${group.split("\n").at(-1)}`} sum to ${sum} on ${day}, more than ${WHOLE}`)
    }
  }
}

/** A producer's contracts with those who are there on a day sum to the whole at the most. */
const checkContracts = (step: ShareStep, key: KeyRule & { readonly kind: "contracts" }, { members, days }: KeySurroundings, at: string, report: Report): void => {
  for (const day of days) {
    const groups = new Map(thereOn(step, members, day).map(({ group, point }) => [point.meteringPoint, group]))
    for (const [producer, contracts] of Map.groupBy(key.contracts, (contract) => contract.producer)) {
      const those = contracts.filter(({ consumer }) => groups.has(producer) && groups.get(consumer) === groups.get(producer))
      const sum = those.reduce((total, { partsPerMillion }) => total + partsPerMillion, 0)
      if (sum > WHOLE) report("MoreThanTheWhole", at, `the contracts of ${producer} sum to ${sum} on ${day}, more than ${WHOLE}`)
    }
  }
}

/** Refuses a key that names points that are not there, or gives out more than there is: in each group and on each day by itself. */
export const checkKey = (step: ShareStep, path: string, surroundings: KeySurroundings, report: Report): void => {
  const { key } = step
  const { points } = surroundings
  const mustBe = (name: string, direction: string, at: string): void => {
    if (points.get(name)?.direction !== direction) report("UnknownPoint", at, `${name} is no ${direction} point of a member`)
  }
  const mustBeParts = (parts: ReadonlyArray<number>, at: string): void => {
    if (!parts.every(isParts)) report("CoefficientOutOfBounds", at, `a coefficient is a whole number from 0 to ${WHOLE}`)
  }
  if (key.kind === "static") {
    const parts = new Map(Object.entries(key.partsPerMillion))
    for (const name of parts.keys()) mustBe(name, "withdrawal", `${path}.partsPerMillion.${name}`)
    mustBeParts([...parts.values()], `${path}.partsPerMillion`)
    checkSums(step, surroundings, `${path}.partsPerMillion`, report, (name) => parts.get(name) ?? 0)
  }
  if (key.kind === "static-hourly") {
    const parts = new Map(Object.entries(key.partsPerMillion))
    for (const [name, hours] of parts) {
      mustBe(name, "withdrawal", `${path}.partsPerMillion.${name}`)
      mustBeParts(hours, `${path}.partsPerMillion.${name}`)
      if (hours.length !== 24) report("CoefficientOutOfBounds", `${path}.partsPerMillion.${name}`, "a coefficient for each of 24 hours")
    }
    for (let hour = 0; hour < 24; hour++) checkSums(step, surroundings, `${path}.partsPerMillion`, report, (name) => parts.get(name)?.[hour] ?? 0)
  }
  if (key.kind === "plant-order") for (const [place, name] of (key.order ?? []).entries()) mustBe(name, "injection", `${path}.order[${place}]`)
  if (key.kind === "contracts") {
    const seen = new Set<string>()
    for (const [place, { producer, consumer, partsPerMillion }] of key.contracts.entries()) {
      mustBe(producer, "injection", `${path}.contracts[${place}].producer`)
      mustBe(consumer, "withdrawal", `${path}.contracts[${place}].consumer`)
      mustBeParts([partsPerMillion], `${path}.contracts[${place}].partsPerMillion`)
      if (seen.has(`${producer}\n${consumer}`)) report("ContractTwice", `${path}.contracts[${place}]`, `${producer} and ${consumer} have a contract already`)
      seen.add(`${producer}\n${consumer}`)
    }
    checkContracts(step, key, surroundings, `${path}.contracts`, report)
  }
}
