import { DeviceException, WrongAnswer } from "../client/errors.ts"
import type { UnitReader } from "../client/modbus-connection.ts"
import type { DeviceProfile, Register } from "../profiles/profile.ts"

/** A model's place in a device: the address of its id word, and the length that it states. */
export interface ModelPlace {
  readonly model: number
  readonly address: number
  readonly length: number
}

/** The device shows no SunSpec marker, or none of the models that its profile reads. */
export class ModelNotFound extends Error {
  override readonly name = "ModelNotFound"
}

const baseAddresses = [40_000, 0, 50_000]
const marker = [0x5375, 0x6e53] // "SunS"
const endModel = 0xffff
const mostModels = 200

const findBase = async (unit: UnitReader): Promise<number> => {
  for (const base of baseAddresses) {
    try {
      const words = await unit.read(3, base, 2)
      if (words[0] === marker[0] && words[1] === marker[1]) return base
    } catch (error) {
      if (!(error instanceof DeviceException)) throw error // only an answer tells that the marker is not here
    }
  }
  throw new ModelNotFound(`no SunSpec marker at ${baseAddresses.join(", ")}`)
}

/**
 * All models of a device in the order of its map, found by walking from the marker from length to length;
 * a vendor's own models are stepped over like any other. Rejects with ModelNotFound or a ModbusError.
 */
export const discoverModels = async (unit: UnitReader): Promise<readonly ModelPlace[]> => {
  const places: ModelPlace[] = []
  let address = (await findBase(unit)) + 2
  while (places.length < mostModels && address < 65_535) {
    const [model = endModel, length = 0] = await unit.read(3, address, 2)
    if (model === endModel) return places
    places.push({ model, address, length })
    address += 2 + length
  }
  throw new WrongAnswer("the SunSpec models have no end")
}

/** Registers at absolute addresses, with the models that they lie in. */
export interface PlacedRegisters {
  readonly registers: readonly Register[]
  readonly models: readonly ModelPlace[]
}

/** Puts the profile's registers where this device keeps their models (the first of each kind). */
export const placeRegisters = (profile: DeviceProfile, places: readonly ModelPlace[]): PlacedRegisters => {
  const models: ModelPlace[] = []
  const registers = profile.registers.flatMap((register) => {
    const place = places.find(({ model }) => model === register.model)
    if (!place) return []
    if (!models.includes(place)) models.push(place)
    const { scaleFactorAddress, ...rest } = register
    return [{
      ...rest,
      address: place.address + register.address,
      ...(scaleFactorAddress !== undefined && { scaleFactorAddress: place.address + scaleFactorAddress })
    }]
  })
  if (registers.length > 0) return { registers, models }
  throw new ModelNotFound(`the device has models ${places.map(({ model }) => model).join(", ")}, none of ${profile.id}`)
}
