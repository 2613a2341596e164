/** Finds a device's SunSpec map and walks it from model to model, as real devices have it and not only as the standard does. */
import { AnswerTimeout, Closed, DeviceException, WrongAnswer } from "../client/errors.ts"
import type { UnitReader } from "../client/modbus-connection.ts"

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

/** Where maps begin, in the order in which they are looked for. */
export const baseAddresses: readonly number[] = [40_000, 0, 50_000]
const marker = [0x5375, 0x6e53] // "SunS"
const endModel = 0xffff
const commonModel = 1
const mostModels = 200
const endOfAddresses = 65_536

/** Illegal function, address or value, or a failure: what devices answer for registers that they do not have. */
const saysNoAddress: ReadonlySet<number> = new Set([1, 2, 3, 4])

/** Lengths that the standard gives to models of one length; model 1 with and without its padding word. */
const standardLengths: Readonly<Record<number, readonly number[]>> = {
  1: [65, 66], 101: [50], 102: [50], 103: [50], 111: [60], 112: [60], 113: [60], 120: [26], 121: [30], 122: [44], 123: [24], 124: [24],
  201: [105], 202: [105], 203: [105], 204: [105], 211: [124], 212: [124], 213: [124], 214: [124], 701: [153], 713: [7], 802: [62]
}

/** Ranges in which the standard has numbered models, and makers theirs (sunspec/models at 7abdf89). */
const modelRanges: readonly (readonly [number, number])[] = [
  [1, 19], [101, 160], [201, 220], [302, 308], [401, 404], [501, 502], [601, 601], [701, 720], [801, 810], [63_001, 65_534]
]

type Header = readonly [model: number, length: number]

const isStandard = ([model, length]: Header): boolean => standardLengths[model]?.includes(length) === true

/** An id that somebody has given to a model, with a length; or the end mark as the standard writes it. */
const isLikely = ([model, length]: Header): boolean => model === endModel
  ? length === 0
  : length > 0 && modelRanges.some(([first, last]) => model >= first && model <= last)

/** Silence, a hang-up, or another answer than asked for: what some devices do where they have no registers. */
const isNoAnswer = (error: unknown): boolean => error instanceof AnswerTimeout || error instanceof Closed || error instanceof WrongAnswer

/** What a device said to a place where its map may begin: the words, or null for an address that it does not have. */
const wordsAtBase = async (unit: UnitReader, base: number): Promise<readonly number[] | null> => {
  try {
    return await unit.read(3, base, 2)
  } catch (error) {
    if (error instanceof DeviceException && saysNoAddress.has(error.code)) return null
    throw error
  }
}

const isMarker = (words: readonly number[] | null): boolean => words?.[0] === marker[0] && words?.[1] === marker[1]

/** One word early or late, as where a maker counts from 1: asked only of devices that answer at all. */
const shiftedBase = async (unit: UnitReader, bases: readonly number[]): Promise<number | null> => {
  for (const base of bases.flatMap((one) => [one + 1, one - 1])) {
    if (base >= 0 && base < endOfAddresses - 1 && isMarker(await wordsAtBase(unit, base).catch(() => null))) return base
  }
  return null
}

const findBase = async (unit: UnitReader, bases: readonly number[]): Promise<number> => {
  let cause: unknown = null
  for (const base of bases) {
    try {
      if (isMarker(await wordsAtBase(unit, base))) return base
    } catch (error) {
      // Some devices keep silent or hang up instead of refusing an address that they do not have.
      if (!(isNoAnswer(error) || error instanceof DeviceException)) throw error
      cause = error
    }
  }
  const shifted = cause === null ? await shiftedBase(unit, bases) : null
  if (shifted !== null) return shifted
  throw cause ?? new ModelNotFound(`no SunSpec marker at ${bases.join(", ")}, nor a word beside`)
}

const readHeader = async (unit: UnitReader, address: number): Promise<Header> => {
  const [model = endModel, length = 0] = await unit.read(3, address, 2)
  return [model, length]
}

/** A line may fail once by bad luck; a device that has no such register does so again. */
const askTwice = async (unit: UnitReader, address: number): Promise<Header> => {
  try {
    return await readHeader(unit, address)
  } catch (error) {
    if (!isNoAnswer(error)) throw error
    return readHeader(unit, address)
  }
}

/** Id and length at an address; the end where the device has nothing more to say, though it has shown more than who it is. */
const headerAt = async (unit: UnitReader, address: number, places: readonly ModelPlace[]): Promise<Header> => {
  const isFirst = places.length === 0
  try {
    return await (isFirst ? readHeader(unit, address) : askTwice(unit, address))
  } catch (error) {
    // Many devices forget the end mark; the map then ends where the registers do.
    if (!isFirst && error instanceof DeviceException && error.code === 2) return [endModel, 0]
    const hasShown = places.some(({ model }) => model !== commonModel)
    if (hasShown && (isNoAnswer(error) || (error instanceof DeviceException && saysNoAddress.has(error.code)))) return [endModel, 0]
    throw error
  }
}

interface Place {
  readonly address: number
  readonly header: Header
}

/**
 * The next header, also where a maker's padding word shifts it by one: an unlikely one is given up only for a
 * neighbour that has the id and the very length of a standard model.
 */
const nextHeader = async (unit: UnitReader, address: number, places: readonly ModelPlace[]): Promise<Place> => {
  const header = await headerAt(unit, address, places)
  if (isLikely(header)) return { address, header }
  for (const beside of [address + 1, address - 1]) {
    const near = beside < endOfAddresses - 1 ? await readHeader(unit, beside).catch(() => null) : null
    if (near && isStandard(near)) return { address: beside, header: near }
  }
  return { address, header }
}

/**
 * All models of a device in the order of its map, found by walking from the marker from length to length; a vendor's
 * own models are stepped over like any other. `bases` are the places to look for the marker. Rejects with
 * ModelNotFound, ModelChainBroken or a ModbusError.
 */
export const discoverModels = async (unit: UnitReader, bases: readonly number[] = baseAddresses): Promise<readonly ModelPlace[]> => {
  const places: ModelPlace[] = []
  let next = (await findBase(unit, bases)) + 2
  while (places.length < mostModels) {
    // A last model may state more words than there are addresses; what it has of its points can be read all the same.
    if (next >= endOfAddresses - 1 && places.length > 0) return places
    const { address, header: [model, length] } = await nextHeader(unit, next, places)
    if (model === endModel || (model === 0 && length === 0 && places.length > 0)) return places
    if (model === 0) throw new ModelChainBroken(`the SunSpec models break off at ${address}: 0 is no model`)
    if (length === 0) throw new ModelChainBroken(`the SunSpec models break off at ${address}: model ${model} has no length`)
    places.push({ model, address, length })
    next = address + 2 + length
  }
  throw new ModelChainBroken(`the SunSpec models have no end: ${places.length} of them up to address ${next}`)
}
