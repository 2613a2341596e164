import { knownTimeZones, localDayNamed } from "../../calendar/local-day.ts"
import { checkParticipation } from "../../allocation/keys/participation.ts"
import { checkKey, daysToCheck } from "./check-keys.ts"
import { isBetweenPairs, type RuleMember, type RulePoint, type RuleSet, type ShareStep } from "./rule-set.ts"

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
  | "ParticipationOutOfOrder"
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

/** Takes a problem; the first one counts. */
export type Report = (status: RuleStatus, path: string, text: string) => void

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
      if (point.commissioned !== undefined && localDayNamed(timeZone, point.commissioned) === undefined) report("NotADay", `${path}.commissioned`, `${point.commissioned} is no day`)
      if (!known.has(point.area)) report("UnknownArea", `${path}.area`, `${point.area} is not among the rule set's areas`)
      const others = seen.get(point.meteringPoint) ?? []
      if (others.some((other) => overlap(other, point))) report("PointOwnedTwice", `${path}.meteringPoint`, `${point.meteringPoint} belongs to two members on one day`)
      if (others.some(({ direction }) => direction !== point.direction)) report("DirectionChanges", `${path}.direction`, `${point.meteringPoint} was of the other direction`)
      seen.set(point.meteringPoint, [...others, point])
      for (const [version, { from, factors }] of (point.participation ?? []).entries()) {
        checkSpan(timeZone, { from }, `${path}.participation[${version}]`, report)
        const before = point.participation![version - 1]
        if (before !== undefined && from <= before.from) report("ParticipationOutOfOrder", `${path}.participation[${version}].from`, `${from} is not after ${before.from}`)
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
    const surroundings = { members, points, days: daysToCheck(versions[place]!, versions[place + 1]?.from, members) }
    for (const [index, step] of steps.entries()) {
      const at = `${path}.steps[${index}]`
      if (step.step === "trades") {
        if (resolutionMinutes !== 15) report("TradesNeedQuarterHours", at, "trades are of delivery periods of 15 minutes")
        continue
      }
      if (names.has(step.name)) report("StepNameTwice", `${at}.name`, `${step.name} stands twice`)
      names.add(step.name)
      checkKey(step, `${at}.key`, surroundings, report)
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
