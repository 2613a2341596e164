import { toHex } from "../../../engine/core/quantity/bytes.ts"
import type { ReadingFlag } from "../../../engine/core/metering/evidence.ts"
import { judge, needsSecondRead, type MeterMemory } from "../plausibility/judge.ts"
import type { Shown } from "../plausibility/suspect.ts"
import type { DeviceClock } from "./device-clock.ts"
import { followClock } from "./follow-clock.ts"
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

/** The clocks of one poll: the device's, where it was looked at, and the gateway's own, in seconds ahead of the engine's. */
export interface PolledClocks {
  readonly device?: DeviceClock | undefined
  readonly ownOffset?: number | undefined
}

type Good = Extract<Polled, { ok: true }>

const shownOf = ({ reading }: Good, time: number, opposite: Polled | undefined): { readonly shown: Shown; readonly raw: Uint8Array } => {
  const raw = packRawWords(reading.rawWords)
  const { registerWh, powerW, registerStepWh } = reading
  return { raw, shown: { time, registerWh, powerW, registerStepWh, raw: toHex(raw), otherWh: opposite?.ok === true ? opposite.reading.registerWh : undefined } }
}

/** What a device's clock adds to what it shows; one that stopped while the counter went on says nothing about the value. */
const withClock = (shown: Shown, { clock }: MeterMemory, device: DeviceClock | undefined): Shown => {
  if (device === undefined || clock?.isStopped === true) return shown
  const clockBefore = clock?.seconds === undefined || clock.readAt === undefined ? undefined : { time: clock.readAt, deviceClock: clock.seconds }
  return { ...shown, deviceClock: device.seconds, clockBefore }
}

/** What to store of one poll: nothing, a reading, or evidence of one that is withheld. */
export const judgePoll = async (
  site: string,
  { meteringPoint, ratedWatts, opposite }: ReadPoint,
  time: number,
  memory: MeterMemory,
  results: ReadonlyMap<string, Polled>,
  readAgain: (meteringPoint: string) => Promise<Polled>,
  { device, ownOffset }: PolledClocks = {}
): Promise<Array<NewReading>> => {
  const result = results.get(meteringPoint)
  if (result === undefined) return []
  const evidence = (shown: Shown | undefined, raw: Uint8Array, flags: ReadonlyArray<ReadingFlag>, after: MeterMemory, isWithheld: boolean, clockOffset?: number): NewReading => ({
    site, meteringPoint, time, registerWh: shown?.registerWh ?? 0, powerW: shown?.powerW ?? 0, flags, raw, isWithheld, memory: after, clockOffset
  })
  if (!result.ok) return result.error.name === "ValueRefused" ? [evidence(undefined, new Uint8Array(), ["NoValue"], memory, true)] : []
  const read = shownOf(result, time, opposite === undefined ? undefined : results.get(opposite))
  const first = { ...read, shown: withClock(read.shown, memory, device) }
  const again = needsSecondRead(memory, first.shown, ratedWatts) ? await readAgain(meteringPoint) : undefined
  const second = again?.ok === true ? shownOf(again, time, undefined) : undefined
  const { accepted, flags, discarded, memory: after } = judge(memory, first.shown, second?.shown, ratedWatts)
  const raw = second !== undefined && accepted !== first.shown ? second.raw : first.raw
  const hasRisen = memory.trusted !== undefined && (accepted?.registerWh ?? 0) > memory.trusted.registerWh
  const clock = followClock(memory.clock, device, ownOffset, time, hasRisen)
  const allFlags: ReadonlyArray<ReadingFlag> = clock.hasStopped ? [...flags, "StaleClock"] : flags
  return [
    ...(discarded === undefined ? [] : [evidence(discarded.shown, first.raw, discarded.flags, memory, true)]),
    evidence(accepted ?? first.shown, raw, allFlags, { ...after, clock: clock.memory }, accepted === undefined, clock.report)
  ]
}
