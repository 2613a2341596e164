/** Puts the registers of a profile where a SunSpec device keeps their models. */
import type { DeviceProfile, Register, Role } from "../profiles/profile.ts"
import { ModelNotFound, type ModelPlace } from "./sunspec-walk.ts"

export { discoverModels, ModelChainBroken, ModelNotFound, type ModelPlace } from "./sunspec-walk.ts"

const commonModel = 1

/** Registers at absolute addresses, with the models that they lie in. */
export interface PlacedRegisters {
  readonly registers: readonly Register[]
  readonly models: readonly ModelPlace[]
}

/**
 * The devices of one map, each with its models: a common model begins the next one, and so does a model that the
 * device at hand has already (two meters behind one inverter). Devices without any of `wanted` are left out.
 */
export const devicesOf = (places: readonly ModelPlace[], wanted: ReadonlySet<number>): readonly (readonly ModelPlace[])[] => {
  const devices: ModelPlace[][] = [[]]
  for (const place of places) {
    const device = devices.at(-1) ?? []
    const isNext = place.model === commonModel || (wanted.has(place.model) && device.some(({ model }) => model === place.model))
    if (isNext && device.length > 0) devices.push([place])
    else device.push(place)
  }
  return devices.filter((device) => device.some(({ model }) => model !== commonModel && wanted.has(model)))
}

const place = (register: Register, { address, length }: ModelPlace): readonly Register[] => {
  const { scaleFactorAddress, ...rest } = register
  const last = Math.max(register.address + register.words - 1, scaleFactorAddress ?? 0)
  if (last >= length + 2) return [] // an older, shorter edition of the model
  return [{
    ...rest,
    address: address + register.address,
    ...(scaleFactorAddress !== undefined && { scaleFactorAddress: address + scaleFactorAddress })
  }]
}

/** A device that states one quantity in two models settles the first of them only. */
const rolesOnce = (registers: readonly Register[]): readonly Register[] => {
  const taken = new Map<Role, Register>()
  return registers.map((register) => {
    const { role, ...rest } = register
    if (role === undefined) return register
    if (!taken.has(role)) taken.set(role, register)
    return taken.get(role) === register ? register : rest
  })
}

/**
 * Puts the profile's registers where this device keeps their models. `occurrence` counts, from 1, the devices of the
 * map that have any of them: the second meter behind an inverter is 2. Throws ModelNotFound.
 */
export const placeRegisters = (profile: DeviceProfile, places: readonly ModelPlace[], occurrence = 1): PlacedRegisters => {
  const wanted = new Set(profile.registers.map(({ model }) => model ?? 0))
  const devices = devicesOf(places, wanted)
  const device = devices[occurrence - 1]
  if (!device) {
    const found = `the device has models ${places.map(({ model }) => model).join(", ")}`
    throw new ModelNotFound(devices.length === 0 ? `${found}, none of ${profile.id}` : `${found}: ${devices.length} of ${profile.id}, not ${occurrence}`)
  }
  const models = device.filter(({ model }) => wanted.has(model))
  const registers = profile.registers.flatMap((register) => {
    const model = models.find(({ model }) => model === register.model)
    return model ? place(register, model) : []
  })
  return { registers: rolesOnce(registers), models }
}
