import fc from "fast-check"
import { MAX_WATT_HOURS } from "../../engine/core/quantity/energy.ts"
import { MAX_PRICE } from "../../engine/core/quantity/money.ts"

/** Wh of an ordinary quarter hour; zero and one often, for they are where splits go wrong. */
export const energyWh: fc.Arbitrary<number> = fc.oneof(fc.constantFrom(0, 1, 2, 3), fc.nat(5_000), fc.nat(200_000))

/** Any Wh that a posting may carry, with both ends. */
export const anyWattHours: fc.Arbitrary<number> = fc.oneof(fc.constantFrom(0, 1, MAX_WATT_HOURS), fc.nat(MAX_WATT_HOURS))

/** Any price within the asserted bounds, negative ones and both ends included. */
export const anyPrice: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, 1, -1, MAX_PRICE, -MAX_PRICE),
  fc.integer({ min: -MAX_PRICE, max: MAX_PRICE })
)

/** Prices of a neighbourhood, on the tick of 1,000 micro-units, few enough to meet and to tie. */
export const tickPrice: fc.Arbitrary<number> = fc.integer({ min: -20, max: 300 }).map((price) => price * 1_000)

/** Text as the log can carry it: well-formed, without NUL. */
export const wireText: fc.Arbitrary<string> = fc
  .string({ unit: "binary", maxLength: 12 })
  .map((value) => value.toWellFormed().replaceAll("\0", "~"))

/** Any unsigned integer on the wire, with the edges of its seven-bit groups. */
export const wireUnsigned: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, 1, 127, 128, 16_383, 16_384, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER),
  fc.maxSafeNat()
)

/** Any integer on the wire; never -0, which is no value of its own. */
export const wireInteger: fc.Arbitrary<number> = fc.oneof(
  wireUnsigned,
  wireUnsigned.map((value) => (value === 0 ? 0 : -value))
)

export const wireBytes: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 40 })
