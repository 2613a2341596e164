import { Schema } from "effect"
import { checkTariffs } from "../../../../engine/core/tariff/check-tariffs.ts"
import { chargedOn, componentKinds, type TariffSet } from "../../../../engine/core/tariff/component.ts"
import { between, currency, day, name, optional, priceRule } from "./fields.ts"
import { readJson } from "./json-file.ts"

const Component = Schema.Struct({
  name,
  kind: Schema.Literals(componentKinds),
  from: day,
  until: optional(day),
  holder: optional(Schema.String.pipe(Schema.check(Schema.isPattern(/^@[a-z0-9/-]{1,63}$/)))),
  on: optional(Schema.Array(Schema.Literals(chargedOn))),
  steps: optional(Schema.Array(name)),
  areas: optional(Schema.Array(name)),
  classes: optional(Schema.Array(name)),
  gridLevels: optional(Schema.Array(between(1, 7))),
  price: optional(priceRule),
  perMonth: optional(between(0, 1_000_000_000_000)),
  reductionPercent: optional(between(0, 100)),
  maximum: optional(between(0, 1_000_000_000_000)),
  vatPerMille: optional(between(0, 1_000))
})

const Tariffs = Schema.Struct({ currency, components: Schema.Array(Component) })

/** Reads and validates the tariff components; an error names file, line and field. */
export const readTariffs = (file: string, bytes: Uint8Array): TariffSet => {
  const { value, problem } = readJson(file, bytes, Tariffs)
  const wrong = checkTariffs(value)
  if (wrong !== undefined) throw problem(wrong.path, wrong.text)
  return value
}
