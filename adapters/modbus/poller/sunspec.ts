import { AnswerTimeout, DeviceException } from "../client/errors.ts"
import type { UnitReader } from "../client/modbus-connection.ts"
import type { DeviceProfile, Register, Role } from "../profiles/profile.ts"

/** A model's place in a device: the address of its id word, and the length that it states. */
export interface ModelPlace {
  readonly model: number
  readonly address: number
  readonly length: number
}

/** The device shows no SunSpec marker, or none of the models that its profile reads. */
export class ModelNotFound extends Error {
  override readonly name: string = "ModelNotFound"
}

/** The device's list of models cannot be walked: a model of length 0, an id that is none, or no end in sight. */
export class ModelChainBroken extends ModelNotFound {
  override readonly name = "ModelChainBroken"
}

const baseAddresses = [40_000, 0, 50_000]
const marker = [0x5375, 0x6e53] // "SunS"
const endModel = 0xffff
const commonModel = 1
const mostModels = 200
const lastAddress = 65_535

/** Illegal function, address or value, or a failure: what devices answer for registers that they do not have. */
const saysNoAddress: ReadonlySet<number> = new Set([1, 2, 3, 4])

const findBase = async (unit: UnitReader): Promise<number> => {
  let cause: AnswerTimeout | DeviceException | null = null
  for (const base of baseAddresses) {
    try {
      const words = await unit.read(3, base, 2)
      if (words[0] === marker[0] && words[1] === marker[1]) return base
    } catch (error) {
      // Some devices keep silent instead of refusing an address that they do not have.
      if (error instanceof AnswerTimeout) cause = error
      else if (!(error instanceof DeviceException)) throw error
      else if (!saysNoAddress.has(error.code)) cause = error
    }
  }
  throw cause ?? new ModelNotFound(`no SunSpec marker at ${baseAddresses.join(", ")}`)
}

/** Id and length at an address; the end where the device has nothing more to say. */
const headerAt = async (unit: UnitReader, address: number, isFirst: boolean): Promise<readonly [number, number]> => {
  try {
    const [model = endModel, length = 0] = await unit.read(3, address, 2)
    return [model, length]
  } catch (error) {
    // A few devices forget the end mark; the map then ends where the registers do.
    if (!isFirst && error instanceof DeviceException && error.code === 2) return [endModel, 0]
    throw error
  }
}

/**
 * All models of a device in the order of its map, found by walking from the marker from length to length; a vendor's
 * own models are stepped over like any other. Rejects with ModelNotFound, ModelChainBroken or a ModbusError.
 */
export const discoverModels = async (unit: UnitReader): Promise<readonly ModelPlace[]> => {
  const places: ModelPlace[] = []
  let address = (await findBase(unit)) + 2
  while (places.length < mostModels && address < lastAddress) {
    const [model, length] = await headerAt(unit, address, places.length === 0)
    if (model === endModel) return places
    if (model === 0) throw new ModelChainBroken(`the SunSpec models break off at ${address}: 0 is no model`)
    if (length === 0) throw new ModelChainBroken(`the SunSpec models break off at ${address}: model ${model} has no length`)
    places.push({ model, address, length })
    address += 2 + length
  }
  throw new ModelChainBroken(`the SunSpec models have no end: ${places.length} of them up to address ${address}`)
}

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
