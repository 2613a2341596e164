/** A SunSpec map as devices keep it: the marker, the common model, a vendor's own, then the models asked for. */
import type { DeviceProfile, Register } from "../profiles/profile.ts"
import type { WordsAt } from "./device-memory.ts"

const base = 40_000
const vendorModel = 64_110
const vendorLength = 7
const usual: ReadonlySet<number> = new Set([103, 203, 713, 802])

/** Length in words, without id and length, that the standard gives to each model served here. */
const lengths: Readonly<Record<number, number>> = {
  1: 66, 101: 50, 102: 50, 103: 50, 111: 60, 112: 60, 113: 60, 201: 105, 202: 105, 203: 105, 204: 105,
  211: 124, 212: 124, 213: 124, 214: 124, 701: 153, 713: 7, 802: 62
}

/** The power of ten with which a device usually shows a quantity of this unit. */
const powerOfTenFor = ({ unit }: Register): number => {
  if (unit === "V" || unit === "%" || unit === "°C") return -1
  return unit === "A" || unit === "Hz" ? -2 : 0
}

/** A map with registers at their addresses, the words that never change, and the scale factors. */
export interface SunspecMap {
  readonly registers: readonly Register[]
  readonly fixed: readonly WordsAt[]
  readonly powerOfTen: (register: Register) => number
}

const modelsFor = (profile: DeviceProfile, wanted: readonly number[] | undefined): readonly number[] => {
  const known = [...new Set(profile.registers.map(({ model }) => model ?? 0))]
  if (wanted) return [1, ...wanted.filter((model) => model !== 1)]
  const found = known.filter((model) => usual.has(model))
  const others = known.filter((model) => model !== 1)
  return [1, ...(found.length > 0 ? found : others)]
}

/** Lays the map out. Throws RangeError for a model that is not the profile's. */
export const sunspecMap = (profile: DeviceProfile, wanted?: readonly number[]): SunspecMap => {
  const fixed: WordsAt[] = [{ functionCode: 3, address: base, words: [0x5375, 0x6e53] }]
  const registers: Register[] = []
  const powers = new Map<number, number>()
  let address = base + 2
  const put = (model: number, length: number): void => {
    fixed.push({ functionCode: 3, address, words: [model, length, ...Array.from({ length }, () => 0xffff)] })
  }
  for (const model of modelsFor(profile, wanted)) {
    const length = lengths[model]
    const own = profile.registers.filter((register) => register.model === model)
    if (length === undefined || (own.length === 0 && model !== 1)) throw new RangeError(`${profile.id} has no model ${model}`)
    put(model, length)
    for (const register of own) {
      const scaleFactorAddress = register.scaleFactorAddress === undefined ? undefined : address + register.scaleFactorAddress
      // Points that share a scale factor are shown with the one that the first of them needs.
      if (scaleFactorAddress !== undefined && !powers.has(scaleFactorAddress)) powers.set(scaleFactorAddress, powerOfTenFor(register))
      registers.push({ ...register, address: address + register.address, ...(scaleFactorAddress !== undefined && { scaleFactorAddress }) })
    }
    address += 2 + length
    if (model === 1) {
      put(vendorModel, vendorLength)
      address += 2 + vendorLength
    }
  }
  fixed.push({ functionCode: 3, address, words: [0xffff, 0] })
  for (const [at, power] of powers) fixed.push({ functionCode: 3, address: at, words: [power & 0xffff] })
  return { registers, fixed, powerOfTen: ({ scaleFactorAddress }) => powers.get(scaleFactorAddress ?? -1) ?? 0 }
}
