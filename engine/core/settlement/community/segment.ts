import type { LocalDay } from "../../calendar/local-day.ts"
import { makeParticipation, settlesTheRest, type Participation } from "../../allocation/keys/participation.ts"
import { isInForce, type TariffComponent } from "../../tariff/component.ts"
import { InputRefused } from "./refusal.ts"
import type { CommunityInputs } from "./community-inputs.ts"
import type { RuleMember, RulePoint, RuleVersion } from "./rule-set.ts"

/** A metering point as it is on the days of a segment. */
export interface SegmentPoint {
  /** Column of the interval values. */
  readonly column: number
  readonly member: string
  readonly class: string
  readonly rule: RulePoint
  /** What of a value is settled here, or undefined for the whole. */
  readonly part: ((energyWh: number) => { readonly here: number; readonly beyond: number }) | undefined
}

/** Days on which the same rules, members and tariff components hold. */
export interface Segment {
  readonly days: ReadonlyArray<LocalDay>
  readonly version: RuleVersion
  /** Ordered by metering point. */
  readonly points: ReadonlyArray<SegmentPoint>
  readonly components: ReadonlyArray<TariffComponent>
}

/**
 * What of a value is settled in this community. The part that takes part in no community is settled, as residual
 * supply or feed-in, by the first community by id, so that every Wh is settled by exactly one.
 */
const partOf = (community: string, factors: ReadonlyArray<Participation>): SegmentPoint["part"] => {
  const place = factors.findIndex((factor) => factor.community === community)
  if (place !== -1 && factors[place]!.percent === 100) return undefined
  const isFirst = settlesTheRest(community, factors)
  const split = makeParticipation(factors)
  return (energyWh) => {
    const parts = split(energyWh)
    return { here: place === -1 ? 0 : parts[place]!, beyond: isFirst ? parts[factors.length]! : 0 }
  }
}

/** Participation factors of a point on a day; undefined where the whole of it takes part in this community. */
export const factorsOn = ({ participation }: RulePoint, day: string): ReadonlyArray<Participation> | undefined => participation?.findLast(({ from }) => from <= day)?.factors

/** The class of a point's member: of the member as a whole, unless the point's own entry says another. */
export const classOf = (member: RuleMember, point: RulePoint): string => point.class ?? member.class ?? ""

const pointsOn = ({ rules }: CommunityInputs, columns: ReadonlyMap<string, number>, day: string): Array<SegmentPoint> => {
  const points: Array<SegmentPoint> = []
  for (const owner of rules.members) {
    for (const rule of owner.points) {
      const column = columns.get(rule.meteringPoint)
      if (column === undefined || !isInForce(rule, day)) continue
      const factors = factorsOn(rule, day)
      points.push({ column, member: owner.member, class: classOf(owner, rule), rule, part: factors === undefined ? undefined : partOf(rules.community, factors) })
    }
  }
  return points.sort((left, right) => left.column - right.column)
}

const nameOf = (segment: Omit<Segment, "days">, factorsFrom: (point: SegmentPoint) => unknown): string =>
  JSON.stringify([segment.version.from, segment.points.map((point) => [point.column, point.member, point.rule.from, factorsFrom(point)]), segment.components.map(({ name, from }) => [name, from])])

/** Parts the days of a run into segments; a change of rules, members, factors or tariffs begins a new one. */
export const segmentsOf = (inputs: CommunityInputs, days: ReadonlyArray<LocalDay>): Array<Segment> => {
  const columns = new Map(inputs.intervals.meteringPoints.map((point, column) => [point, column]))
  const segments: Array<Segment & { readonly days: Array<LocalDay> }> = []
  let before = ""
  for (const day of days) {
    const version = inputs.rules.versions.findLast(({ from }) => from <= day.name)
    if (version === undefined) throw new InputRefused("BeforeTheFirstVersion", `the rules begin on ${inputs.rules.versions[0]?.from ?? "no day"}, but ${day.name} is to be settled`)
    const points = pointsOn(inputs, columns, day.name)
    const components = inputs.tariffs.components.filter((component) => isInForce(component, day.name))
    const found = { version, points, components }
    const name = nameOf(found, ({ rule }) => rule.participation?.findLast(({ from }) => from <= day.name)?.from)
    if (name === before) segments.at(-1)!.days.push(day)
    else segments.push({ ...found, days: [day] })
    before = name
  }
  return segments
}
