import type { DeviceProfile, Register } from "../profiles/profile.ts"
import { stretchesFor, writeWords, type Stretch, type WordsAt } from "./device-memory.ts"
import { encodeCounts, encodeText, energyEncoder, numberEncoder } from "./encode.ts"
import { energyOf, momentOf, quantitiesAt, type Quantities, type Quantity } from "./quantities.ts"
import { sunspecMap } from "./sunspec-map.ts"
import type { Unit } from "./unit.ts"

/** What tells one device from others of its kind. */
export interface ProfileUnitSettings {
  readonly unit: number
  /** Gives each device counters of its own. */
  readonly seed: number
  /** Whether blocks that reach over words without meaning are refused. */
  readonly refusesGaps: boolean
}

/** Devices renew their values about so often, too. */
const refreshMs = 1_000

const isCounter = ({ unit }: Register): boolean => /(W|var|VA)h$/.test(unit)

/** Texts of SunSpec's common model; others show the profile's id. */
const texts: Readonly<Record<string, string>> = { Mn: "Commonwatt", Opt: "test", Vr: "1.0", SN: "000001" }

/** What a register shows at each moment, `powerOfTen` being what its scale factor register shows. */
export const wordsOver = (register: Register, profile: DeviceProfile, powerOfTen = 0): Quantity<readonly number[]> => {
  if (register.type === "text") {
    const expected = profile.probes.find((probe) => probe.register === register.name)?.contains
    return constant(encodeText(register, expected ?? texts[register.name] ?? profile.id))
  }
  if (register.enumeration) return constant(encodeCounts(register, BigInt([...register.enumeration.keys()][0] ?? 0)))
  if (register.flags) return constant(encodeCounts(register, 0n))
  if (isCounter(register)) {
    const [encode, energy] = [energyEncoder(register, powerOfTen), energyOf(register)]
    return (moment) => encode(energy(moment))
  }
  const [encode, number] = [numberEncoder(register, powerOfTen), momentOf(register, profile)]
  return (moment) => encode(number(moment))
}

const constant = (words: readonly number[]) => () => words

/** Where a profile's registers stand and what they show: the same for all devices of one kind, so worked out once. */
export interface ProfileLayout {
  readonly profile: DeviceProfile
  readonly registers: readonly Register[]
  readonly places: readonly { readonly functionCode: 3 | 4; readonly address: number; readonly length: number }[]
  readonly fixed: readonly WordsAt[]
  readonly moving: readonly { readonly functionCode: 3 | 4; readonly address: number; readonly words: Quantity<readonly number[]> }[]
}

/** Lays a profile out; `models` are the SunSpec models to show, a usual choice if left out. Throws RangeError for a model that is not the profile's. */
export const profileLayout = (profile: DeviceProfile, models?: readonly number[]): ProfileLayout => {
  const { registers, fixed, powerOfTen } = profile.addressing === "sunspec"
    ? sunspecMap(profile, models)
    : { registers: profile.registers, fixed: [], powerOfTen: () => 0 }
  const places = [
    ...registers.map(({ functionCode, address, words }) => ({ functionCode, address, length: words })),
    ...fixed.map(({ functionCode, address, words }) => ({ functionCode, address, length: words.length }))
  ]
  // A quantity in parts is written first, since other registers may lie between its words.
  const moving = registers.toSorted((a, b) => Number(b.parts !== undefined) - Number(a.parts !== undefined)).map((register) =>
    ({ functionCode: register.functionCode, address: register.address, words: wordsOver(register, profile, powerOfTen(register)) }))
  return { profile, registers, places, fixed, moving }
}

/** A unit that shows a profile's registers with plausible values that move from `startMs` on. */
export const profileUnit = (layout: ProfileLayout, { unit, seed, refusesGaps }: ProfileUnitSettings, startMs: number): Unit => {
  const { kind, maxGap } = layout.profile
  let memory: readonly Stretch[] | null = null
  let refreshedMs = -Infinity
  let resetMs = -Infinity
  const at = (ms: number): Quantities => quantitiesAt(kind, seed, Math.max(0, ms - startMs) / 1_000)
  const momentAt = (nowMs: number): Quantities => {
    const moment = at(nowMs)
    if (nowMs < resetMs || resetMs === -Infinity) return moment
    const then = at(resetMs)
    return { ...moment, importWh: moment.importWh - then.importWh, exportWh: moment.exportWh - then.exportWh }
  }
  const allocate = (): readonly Stretch[] => {
    const stretches = stretchesFor(layout.places, refusesGaps ? 0 : maxGap)
    for (const words of layout.fixed) writeWords(stretches, words)
    return stretches
  }
  return {
    unit,
    registers: layout.registers,
    stretches: (nowMs) => {
      memory ??= allocate()
      if (nowMs - refreshedMs >= refreshMs || nowMs < refreshedMs) {
        const moment = momentAt(nowMs)
        for (const { functionCode, address, words } of layout.moving) writeWords(memory, { functionCode, address, words: words(moment) })
        refreshedMs = nowMs
      }
      return memory
    },
    reset: (nowMs) => {
      resetMs = nowMs
      refreshedMs = -Infinity
    }
  }
}
