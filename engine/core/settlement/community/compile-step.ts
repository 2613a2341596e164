import { makeShareColumns, type ShareColumns, type ShareGroup } from "../../allocation/columns.ts"
import { inPairs, keyOf, type StepPair, type Surroundings } from "./compile-key.ts"
import type { ShareStep, Within } from "./rule-set.ts"
import type { SegmentPoint } from "./segment.ts"

/** A sharing step ready for the points of a segment; `pairs` where it deals between named points. */
export interface CompiledStep {
  readonly rule: ShareStep
  readonly columns: ShareColumns
  readonly pairs: ReadonlyArray<StepPair>
}

/** Name of the group that a point shares in, or undefined. Buildings, feeders and transformers have names of their area. */
export const groupOf = (within: Within, { rule, member }: Pick<SegmentPoint, "rule" | "member">): string | undefined => {
  if (within === "community") return ""
  if (within === "member") return member
  if (within === "area") return rule.area
  return rule[within] === undefined ? undefined : `${rule.area}\n${rule[within]}`
}

/** Makes a sharing step ready for the points of a segment. A point without the attribute of `within` takes no part. */
export const compileStep = (rule: ShareStep, surroundings: Surroundings): CompiledStep => {
  const { points } = surroundings
  const grouped = Map.groupBy(points.keys(), (place) => groupOf(rule.within, points[place]!))
  const groups: Array<ShareGroup> = []
  const pairs: Array<StepPair> = []
  for (const [name, places] of grouped) {
    if (name === undefined) continue
    const of = (direction: string) => places.filter((place) => points[place]!.rule.direction === direction)
    const group = { producers: of("injection"), consumers: of("withdrawal") }
    if (group.producers.length === 0 || group.consumers.length === 0) continue
    const found = inPairs(rule, group, keyOf(rule, group, surroundings))
    groups.push({ producers: Int32Array.from(group.producers), consumers: Int32Array.from(group.consumers), key: found.key })
    pairs.push(...found.pairs)
  }
  return { rule, columns: makeShareColumns(points.length, groups), pairs }
}
