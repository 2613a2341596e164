import { knownTimeZones, localDayNamed } from "../../calendar/local-day.ts"
import { checkParticipation } from "../../allocation/keys/participation.ts"
import { WHOLE } from "../../allocation/keys/static.ts"
import { isBetweenPairs, type KeyRule, type RuleMember, type RulePoint, type RuleSet, type ShareStep } from "./rule-set.ts"

export type RuleStatus =
  | "UnknownTimeZone"
  | "NotADay"
  | "EndsBeforeItBegins"
  | "VersionsOutOfOrder"
  | "UnknownArea"
  | "AreaTwice"
  | "MemberTwice"
  | "PointOwnedTwice"
  | "DirectionChanges"
  | "ParticipationWrong"
  | "TradesNeedQuarterHours"
  | "StepNameTwice"
  | "TradesTwice"
  | "UnknownPoint"
  | "CoefficientOutOfBounds"
  | "MoreThanTheWhole"
  | "ContractTwice"
  | "PremiumClassesOutOfOrder"
  | "PriceNotUsed"

/** What is wrong with a rule set and where: `path` is the field's, as `versions[0].steps[1].key`. */
export interface RuleProblem {
  readonly status: RuleStatus
  readonly path: string
  readonly text: string
}

type Report = (status: RuleStatus, path: string, text: string) => void

/** Everything beyond the form of the fields that must hold in a rule set; the first problem is enough to refuse it. */
export const checkRules = (rules: RuleSet): RuleProblem | undefined => {
  let found: RuleProblem | undefined
  const report: Report = (status, path, text) => (found ??= { status, path, text })
  if (!knownTimeZones.includes(rules.timeZone)) report("UnknownTimeZone", "timeZone", `${rules.timeZone} is none of ${knownTimeZones.join(", ")}`)
  else {
    checkMembers(rules, report)
    checkVersions(rules, report)
  }
  return found
}

const checkSpan = (zone: string, span: { readonly from?: string | undefined; readonly until?: string | undefined }, path: string, report: Report): void => {
  for (const field of ["from", "until"] as const) {
    if (span[field] !== undefined && localDayNamed(zone, span[field]) === undefined) report("NotADay", `${path}.${field}`, `${span[field]} is no day`)
  }
  if (span.from !== undefined && span.until !== undefined && span.until < span.from) report("EndsBeforeItBegins", `${path}.until`, `${span.until} is before ${span.from}`)
}

const overlap = (left: RulePoint, right: RulePoint): boolean =>
  (left.from ?? "") <= (right.until ?? "9999") && (right.from ?? "") <= (left.until ?? "9999")

const checkMembers = ({ members, areas, timeZone }: RuleSet, report: Report): void => {
  const known = new Set(areas.map(({ area }) => area))
  if (known.size !== areas.length) report("AreaTwice", "areas", "an area stands twice")
  const seen = new Map<string, Array<RulePoint>>()
  for (const [memberPlace, { member, points }] of members.entries()) {
    if (members.findIndex((one) => one.member === member) !== memberPlace) report("MemberTwice", `members[${memberPlace}].member`, `${member} stands twice`)
    for (const [place, point] of points.entries()) {
      const path = `members[${memberPlace}].points[${place}]`
      checkSpan(timeZone, point, path, report)
      if (!known.has(point.area)) report("UnknownArea", `${path}.area`, `${point.area} is not among the rule set's areas`)
      const others = seen.get(point.meteringPoint) ?? []
      if (others.some((other) => overlap(other, point))) report("PointOwnedTwice", `${path}.meteringPoint`, `${point.meteringPoint} belongs to two members on one day`)
      if (others.some(({ direction }) => direction !== point.direction)) report("DirectionChanges", `${path}.direction`, `${point.meteringPoint} was of the other direction`)
      seen.set(point.meteringPoint, [...others, point])
      for (const [version, { from, factors }] of (point.participation ?? []).entries()) {
        checkSpan(timeZone, { from }, `${path}.participation[${version}]`, report)
        const verdict = checkParticipation(factors)
        if (verdict !== "Accepted") report("ParticipationWrong", `${path}.participation[${version}].factors`, verdict)
      }
    }
  }
}

const pointsOf = (members: ReadonlyArray<RuleMember>): ReadonlyMap<string, RulePoint> => new Map(members.flatMap(({ points }) => points.map((point) => [point.meteringPoint, point])))

const checkVersions = ({ versions, members, timeZone }: RuleSet, report: Report): void => {
  const points = pointsOf(members)
  for (const [place, { from, steps, resolutionMinutes }] of versions.entries()) {
    const path = `versions[${place}]`
    checkSpan(timeZone, { from }, path, report)
    if (place > 0 && from <= versions[place - 1]!.from) report("VersionsOutOfOrder", `${path}.from`, `${from} is not after ${versions[place - 1]!.from}`)
    if (steps.filter(({ step }) => step === "trades").length > 1) report("TradesTwice", `${path}.steps`, "trades are delivered once")
    const names = new Set<string>()
    for (const [index, step] of steps.entries()) {
      const at = `${path}.steps[${index}]`
      if (step.step === "trades") {
        if (resolutionMinutes !== 15) report("TradesNeedQuarterHours", at, "trades are of delivery periods of 15 minutes")
        continue
      }
      if (names.has(step.name)) report("StepNameTwice", `${at}.name`, `${step.name} stands twice`)
      names.add(step.name)
      checkKey(step.key, `${at}.key`, points, report)
      checkPremium(step, at, report)
      if (step.producerPrice !== undefined && isBetweenPairs(step)) report("PriceNotUsed", `${at}.producerPrice`, "pairs pay each other one price, so producers have none of their own")
    }
  }
}

const checkPremium = ({ premium = [] }: ShareStep, path: string, report: Report): void => {
  for (const [place, { upToW }] of premium.entries()) {
    const isLast = place === premium.length - 1
    const before = premium[place - 1]?.upToW ?? 0
    if (isLast ? upToW !== undefined : upToW === undefined || upToW <= before) report("PremiumClassesOutOfOrder", `${path}.premium[${place}]`, "classes rise, and the last one has no upToW")
  }
}

const isParts = (parts: number): boolean => Number.isInteger(parts) && parts >= 0 && parts <= WHOLE

const checkKey = (key: KeyRule, path: string, points: ReadonlyMap<string, RulePoint>, report: Report): void => {
  const mustBe = (name: string, direction: string, at: string): void => {
    if (points.get(name)?.direction !== direction) report("UnknownPoint", at, `${name} is no ${direction} point of a member`)
  }
  const mustFit = (parts: ReadonlyArray<number>, at: string): void => {
    if (!parts.every(isParts)) report("CoefficientOutOfBounds", at, `a coefficient is a whole number from 0 to ${WHOLE}`)
    if (parts.reduce((sum, one) => sum + one, 0) > WHOLE) report("MoreThanTheWhole", at, `the coefficients sum to more than ${WHOLE}`)
  }
  if (key.kind === "static") {
    for (const name of Object.keys(key.partsPerMillion)) mustBe(name, "withdrawal", `${path}.partsPerMillion.${name}`)
    mustFit(Object.values(key.partsPerMillion), `${path}.partsPerMillion`)
  }
  if (key.kind === "static-hourly") {
    for (const [name, hours] of Object.entries(key.partsPerMillion)) {
      mustBe(name, "withdrawal", `${path}.partsPerMillion.${name}`)
      if (hours.length !== 24) report("CoefficientOutOfBounds", `${path}.partsPerMillion.${name}`, "a coefficient for each of 24 hours")
    }
    for (let hour = 0; hour < 24; hour++) mustFit(Object.values(key.partsPerMillion).map((hours) => hours[hour] ?? 0), `${path}.partsPerMillion`)
  }
  if (key.kind === "plant-order") for (const [place, name] of (key.order ?? []).entries()) mustBe(name, "injection", `${path}.order[${place}]`)
  if (key.kind === "contracts") {
    const seen = new Set<string>()
    for (const [place, { producer, consumer }] of key.contracts.entries()) {
      mustBe(producer, "injection", `${path}.contracts[${place}].producer`)
      mustBe(consumer, "withdrawal", `${path}.contracts[${place}].consumer`)
      if (seen.has(`${producer}\n${consumer}`)) report("ContractTwice", `${path}.contracts[${place}]`, `${producer} and ${consumer} have a contract already`)
      seen.add(`${producer}\n${consumer}`)
    }
    for (const contracts of Map.groupBy(key.contracts, ({ producer }) => producer).values()) mustFit(contracts.map(({ partsPerMillion }) => partsPerMillion), `${path}.contracts`)
  }
}
