import { Effect, Option } from "effect"
import { ModbusConnection } from "../../modbus/client/modbus-connection.ts"
import { ProfileReader } from "../../modbus/poller/profile-reader.ts"
import { findProfile } from "../../modbus/profiles/load-profile.ts"
import type { DeviceProfile } from "../../modbus/profiles/profile.ts"
import { addressOf } from "../../modbus/transport/transport.ts"
import { explainDevice } from "./explain-device.ts"
import { timeoutOf, transportOf } from "./line-flags.ts"
import { allProfiles, ownProfiles } from "./own-profiles.ts"
import { checkedOccurrence, checkedUnit, type ReadOptions } from "./read-flags.ts"
import { recogniseDevice } from "./recognise-device.ts"
import { eachOnce, shownValues, type ShownValue } from "./shown-values.ts"

/** A device that can be read. */
export interface OpenedDevice {
  /** Its profile; several where a SunSpec map that was recognised holds devices of several kinds. */
  readonly profiles: readonly DeviceProfile[]
  readonly address: string
  readonly unit: number
  /** Reads all values once. Rejects with a ModbusError or ModelNotFound. */
  readonly readValues: () => Promise<readonly ShownValue[]>
  /** Makes a failure readable; what is no device's failure stays as it is. */
  readonly explain: (error: unknown) => unknown
}

/** A line to a device whose profile may not be known yet. */
interface OpenedLine {
  readonly connection: ModbusConnection
  readonly explain: (error: unknown) => unknown
  /** Recognises the device first, where no profile was named. */
  readonly device: () => Promise<OpenedDevice>
}

const usualUnit = 1

const open = (options: ReadOptions): OpenedLine => {
  const own = ownProfiles(options.profiles)
  const named = Option.isSome(options.profile) ? findProfile(options.profile.value, own) : null
  const unit = checkedUnit(Option.getOrElse(options.unit, () => named?.unit ?? usualUnit))
  const transport = transportOf(options, named?.port)
  const occurrence = checkedOccurrence(options.occurrence)
  const { depth = 1, silenceAfterConnectMs = 0 } = named ?? {}
  const connection = new ModbusConnection({ ...transport, ...timeoutOf(options), depth, silenceAfterConnectMs })
  const address = addressOf(transport)
  const explain = (error: unknown): unknown => explainDevice(error, transport, unit) ?? error
  const device = async (): Promise<OpenedDevice> => {
    const of = connection.forUnit(unit)
    const profiles = named ? [named] : await recogniseDevice(of, allProfiles(own), `${address} unit ${unit}`)
    const readers = profiles.map((profile) => new ProfileReader(of, profile, { isTolerant: true, occurrence }))
    const readValues = async (): Promise<readonly ShownValue[]> => {
      const values: ShownValue[] = []
      for (const reader of readers) {
        const { registers, raw } = await reader.read()
        values.push(...shownValues(registers, raw, options.raw))
      }
      return eachOnce(values)
    }
    return { profiles, address, unit, readValues, explain }
  }
  return { connection, explain, device }
}

/** Runs `use` with the device that the flags describe, and closes it whatever happens. */
export const withDevice = <A>(options: ReadOptions, use: (device: OpenedDevice, signal: AbortSignal) => Promise<A>) =>
  Effect.acquireUseRelease(
    Effect.try({ try: () => open(options), catch: (error) => explainDevice(error, { host: "", port: 0 }) ?? error }),
    ({ device, explain }) => Effect.tryPromise({ try: async (signal) => use(await device(), signal), catch: explain }),
    ({ connection }) => Effect.sync(() => connection.close())
  )
