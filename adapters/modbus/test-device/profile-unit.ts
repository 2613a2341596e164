import type { DeviceProfile, Register } from "../profiles/profile.ts"
import { stretchesFor, writeWords, type Stretch } from "./device-memory.ts"
import { encodeCounts, encodeEnergy, encodeNumber, encodeText } from "./encode.ts"
import { energyOf, momentOf, quantitiesAt, type Quantities } from "./quantities.ts"
import { sunspecMap } from "./sunspec-map.ts"
import type { Unit } from "./unit.ts"

/** How a profile is served. */
export interface ProfileUnitSettings {
  readonly unit: number
  /** Gives each device counters of its own. */
  readonly seed: number
  /** Whether blocks that reach over words without meaning are refused. */
  readonly refusesGaps: boolean
  /** The SunSpec models to show; a usual choice if left out. */
  readonly models?: readonly number[]
}

const refreshMs = 200

const isCounter = ({ unit }: Register): boolean => /(W|var|VA)h$/.test(unit)

/** Texts of SunSpec's common model; others show the profile's id. */
const texts: Readonly<Record<string, string>> = { Mn: "Commonwatt", Opt: "test", Vr: "1.0", SN: "000001" }

/** The words of one register at one moment, `powerOfTen` being what its scale factor register shows. */
export const wordsAt = (register: Register, profile: DeviceProfile, moment: Quantities, powerOfTen = 0): readonly number[] => {
  if (register.type === "text") return encodeText(register, texts[register.name] ?? profile.id)
  if (register.enumeration) return encodeCounts(register, BigInt([...register.enumeration.keys()][0] ?? 0))
  if (register.flags) return encodeCounts(register, 0n)
  if (isCounter(register)) return encodeEnergy(register, energyOf(register, moment), powerOfTen)
  return encodeNumber(register, momentOf(register, profile, moment), powerOfTen)
}

/** A unit that shows a profile's registers with plausible values that move from `startMs` on. */
export const profileUnit = (profile: DeviceProfile, settings: ProfileUnitSettings, startMs: number): Unit => {
  const { registers, fixed, powerOfTen } = profile.addressing === "sunspec"
    ? sunspecMap(profile, settings.models)
    : { registers: profile.registers, fixed: [], powerOfTen: () => 0 }
  const places = [
    ...registers.map(({ functionCode, address, words }) => ({ functionCode, address, length: words })),
    ...fixed.map(({ functionCode, address, words }) => ({ functionCode, address, length: words.length }))
  ]
  let memory: readonly Stretch[] | null = null
  let refreshedMs = -Infinity
  let resetMs = -Infinity
  const momentAt = (nowMs: number): Quantities => {
    const moment = quantitiesAt(profile.kind, settings.seed, Math.max(0, nowMs - startMs) / 1_000)
    if (nowMs < resetMs) return moment
    const then = quantitiesAt(profile.kind, settings.seed, Math.max(0, resetMs - startMs) / 1_000)
    return resetMs === -Infinity ? moment : { ...moment, importWh: moment.importWh - then.importWh, exportWh: moment.exportWh - then.exportWh }
  }
  const refresh = (stretches: readonly Stretch[], nowMs: number): void => {
    const moment = momentAt(nowMs)
    for (const register of registers) {
      const { functionCode, address } = register
      writeWords(stretches, { functionCode, address, words: wordsAt(register, profile, moment, powerOfTen(register)) })
    }
    refreshedMs = nowMs
  }
  return {
    unit: settings.unit,
    registers,
    stretches: (nowMs) => {
      if (memory === null) {
        memory = stretchesFor(places, settings.refusesGaps ? 0 : profile.maxGap)
        for (const words of fixed) writeWords(memory, words)
      }
      if (nowMs - refreshedMs >= refreshMs || nowMs < refreshedMs) refresh(memory, nowMs)
      return memory
    },
    reset: (nowMs) => {
      resetMs = nowMs
      refreshedMs = -Infinity
    }
  }
}
