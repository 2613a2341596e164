import { Schema } from "effect"
import { checkRules } from "../../../../engine/core/settlement/community/check-rules.ts"
import { withinScopes, type RuleSet } from "../../../../engine/core/settlement/community/rule-set.ts"
import { between, currency, day, name, optional, priceRule } from "./fields.ts"
import { readJson } from "./json-file.ts"

const parts = between(0, 1_000_000)

const Point = Schema.Struct({
  meteringPoint: name,
  direction: Schema.Literals(["withdrawal", "injection"]),
  area: name,
  from: optional(day),
  until: optional(day),
  class: optional(name),
  gridLevel: optional(between(1, 7)),
  building: optional(name),
  feeder: optional(name),
  transformer: optional(name),
  plantW: optional(between(1, 1_000_000_000)),
  commissioned: optional(day),
  balanceGroup: optional(name),
  participation: optional(Schema.Array(Schema.Struct({ from: day, factors: Schema.Array(Schema.Struct({ community: name, percent: between(1, 100) })) })))
})

const Key = Schema.Union([
  Schema.Struct({ kind: Schema.Literals(["dynamic", "equal", "static-series", "matrix-series"]) }),
  Schema.Struct({ kind: Schema.Literal("static"), partsPerMillion: Schema.Record(Schema.String, parts) }),
  Schema.Struct({ kind: Schema.Literal("static-hourly"), partsPerMillion: Schema.Record(Schema.String, Schema.Array(parts)) }),
  Schema.Struct({ kind: Schema.Literal("plant-order"), order: optional(Schema.Array(name)) }),
  Schema.Struct({
    kind: Schema.Literal("contracts"),
    contracts: Schema.Array(Schema.Struct({ producer: name, consumer: name, partsPerMillion: parts, price: optional(priceRule) }))
  })
])

const Step = Schema.Union([
  Schema.Struct({
    step: Schema.Literal("trades"),
    imbalance: Schema.Union([
      Schema.Struct({ kind: Schema.Literal("two-price"), shortPrice: priceRule, longPrice: priceRule }),
      Schema.Struct({ kind: Schema.Literal("single-price"), price: priceRule })
    ])
  }),
  Schema.Struct({
    step: Schema.Literal("share"),
    name,
    within: Schema.Literals(withinScopes),
    key: Key,
    consumerPrice: priceRule,
    producerPrice: optional(priceRule),
    bilateral: optional(Schema.Boolean),
    vatPerMille: optional(between(0, 1_000)),
    premium: optional(Schema.Array(Schema.Struct({ upToW: optional(between(1, 1_000_000_000)), price: priceRule })))
  })
])

const Rules = Schema.Struct({
  community: name,
  timeZone: Schema.String,
  currency,
  areas: Schema.NonEmptyArray(Schema.Struct({ area: name, deadlineDays: between(0, 366) })),
  members: Schema.NonEmptyArray(Schema.Struct({ member: name, class: optional(name), points: Schema.Array(Point) })),
  versions: Schema.NonEmptyArray(Schema.Struct({ from: day, resolutionMinutes: Schema.Literals([15, 60]), steps: Schema.Array(Step) }))
})

/** Reads and validates a community's rule set; an error names file, line and field. */
export const readRules = (file: string, bytes: Uint8Array): RuleSet => {
  const { value, problem } = readJson(file, bytes, Rules)
  const rules: RuleSet = value as RuleSet
  const wrong = checkRules(rules)
  if (wrong !== undefined) throw problem(wrong.path, wrong.text)
  return rules
}
