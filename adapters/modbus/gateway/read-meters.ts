import { toHex } from "../../../engine/core/quantity/bytes.ts"
import type { ReadingFlag } from "../../../engine/core/metering/evidence.ts"
import { judge, needsSecondRead, type MeterMemory } from "../plausibility/judge.ts"
import type { Shown } from "../plausibility/suspect.ts"
import type { NewReading } from "./gateway-store.ts"
import { packRawWords, type RawAnswer } from "./raw-words.ts"

/** One poll of one metering point, as a MeterPoller gives it. */
export type Polled =
  | { readonly meteringPoint: string; readonly ok: true; readonly reading: { readonly registerWh: number; readonly powerW: number; readonly registerStepWh: number; readonly rawWords: ReadonlyArray<RawAnswer> } }
  | { readonly meteringPoint: string; readonly ok: false; readonly error: Error }

/** A metering point as the gateway knows it. */
export interface ReadPoint {
  readonly meteringPoint: string
  /** Power in W that the connection carries at the most: what lies above is no load. */
  readonly ratedWatts: number
  /** The metering point of the other direction on the same device, where there is one. */
  readonly opposite?: string | undefined
}

type Good = Extract<Polled, { ok: true }>

const shownOf = ({ reading }: Good, time: number, opposite: Polled | undefined): { readonly shown: Shown; readonly raw: Uint8Array } => {
  const raw = packRawWords(reading.rawWords)
  const { registerWh, powerW, registerStepWh } = reading
  return { raw, shown: { time, registerWh, powerW, registerStepWh, raw: toHex(raw), otherWh: opposite?.ok === true ? opposite.reading.registerWh : undefined } }
}

/** What to store of one poll: nothing, a reading, or evidence of one that is withheld. */
export const judgePoll = async (
  site: string,
  { meteringPoint, ratedWatts, opposite }: ReadPoint,
  time: number,
  memory: MeterMemory,
  results: ReadonlyMap<string, Polled>,
  readAgain: (meteringPoint: string) => Promise<Polled>
): Promise<Array<NewReading>> => {
  const result = results.get(meteringPoint)
  if (result === undefined) return []
  const evidence = (shown: Shown | undefined, raw: Uint8Array, flags: ReadonlyArray<ReadingFlag>, after: MeterMemory, isWithheld: boolean): NewReading => ({
    site, meteringPoint, time, registerWh: shown?.registerWh ?? 0, powerW: shown?.powerW ?? 0, flags, raw, isWithheld, memory: after
  })
  if (!result.ok) return result.error.name === "ValueRefused" ? [evidence(undefined, new Uint8Array(), ["NoValue"], memory, true)] : []
  const first = shownOf(result, time, opposite === undefined ? undefined : results.get(opposite))
  const again = needsSecondRead(memory, first.shown, ratedWatts) ? await readAgain(meteringPoint) : undefined
  const second = again?.ok === true ? shownOf(again, time, undefined) : undefined
  const { accepted, flags, discarded, memory: after } = judge(memory, first.shown, second?.shown, ratedWatts)
  const raw = second !== undefined && accepted !== first.shown ? second.raw : first.raw
  return [
    ...(discarded === undefined ? [] : [evidence(discarded.shown, first.raw, discarded.flags, memory, true)]),
    evidence(accepted ?? first.shown, raw, flags, after, accepted === undefined)
  ]
}
