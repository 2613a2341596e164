import { bytes, list, optional, struct, text, unsigned, type Infer } from "../quantity/codec.ts"
import { intervalValue } from "../metering/metering-point.ts"
import { postings } from "./posting.ts"
import type { RunPoint } from "./run-inputs.ts"

/** An interval value that has another version than the run before saw; `before` is absent where there was no value. */
export const changedValue = struct({ meteringPoint: text, period: unsigned, before: optional(intervalValue) })
export type ChangedValue = Infer<typeof changedValue>

/**
 * What a correction stands on: the run before it, by name; which interval values changed since; and what all versions
 * before posted, summed. The sums are the journal's own, so whichever program computed them, the sum of all versions is
 * the settlement of the newest values (docs/decisions/0026).
 */
export const previousVersion = struct({ runId: bytes, resultHash: bytes, changed: list(changedValue), standing: postings })
export type PreviousVersion = Infer<typeof previousVersion>

/** Values with another version than before, by metering point and period: `before` and `now` are the points of two runs of the same periods. */
export const changedValues = (periods: ReadonlyArray<number>, before: ReadonlyArray<RunPoint>, now: ReadonlyArray<RunPoint>): Array<ChangedValue> => {
  const old = new Map(before.map((point) => [point.meteringPoint, point.values]))
  return now.flatMap(({ meteringPoint, values }) =>
    values.flatMap(({ version }, index) => {
      const was = old.get(meteringPoint)?.[index]
      if ((was?.version ?? 0) === version) return []
      return [{ meteringPoint, period: periods[index]!, before: was === undefined || was.version === 0 ? undefined : was }]
    })
  )
}
