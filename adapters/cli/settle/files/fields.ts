import { Schema } from "effect"
import { MAX_PRICE } from "../../../../engine/core/quantity/money.ts"

/** A whole number in bounds. */
export const between = (minimum: number, maximum: number) => Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum, maximum })))
/** Micro-units of currency per kWh. */
export const price = between(-MAX_PRICE, MAX_PRICE)
/** A name: no at sign, which marks holders that are no members, and no space at its end, which tables do not keep. */
export const NAME = /^[\p{L}\p{N}]([\p{L}\p{N} ._:/-]{0,62}[\p{L}\p{N}._:/-])?$/u
export const name = Schema.String.pipe(Schema.check(Schema.isPattern(NAME)))
/** A local day, `2026-03-01`. */
export const day = Schema.String.pipe(Schema.check(Schema.isPattern(/^\d{4}-\d{2}-\d{2}$/)))
export const clock = Schema.String.pipe(Schema.check(Schema.isPattern(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/)))
export const currency = Schema.String.pipe(Schema.check(Schema.isPattern(/^[A-Z]{3}$/)))
export const optional = <S extends Schema.Top>(schema: S) => Schema.optional(schema)

/** A price: a number, bands of the local clock, or a column of the price file with caps. */
export const priceRule = Schema.Union([
  price,
  Schema.Struct({
    bands: Schema.Array(
      Schema.Struct({ days: optional(Schema.Literals(["all", "weekday", "weekend"])), months: optional(Schema.Array(between(1, 12))), from: clock, to: clock, price })
    ),
    otherwise: price
  }),
  Schema.Struct({ series: name, plus: optional(price), minimum: optional(price), maximum: optional(price) })
])
