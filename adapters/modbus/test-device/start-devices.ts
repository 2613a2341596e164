import type { DeviceProfile } from "../profiles/profile.ts"
import type { Fault } from "./fault.ts"
import { rtuFraming, tcpFraming } from "./framing.ts"
import { profileLayout, profileUnit } from "./profile-unit.ts"
import { imageUnits, type ImageBlock } from "./register-image.ts"
import { TestDevice } from "./test-device.ts"
import type { Unit } from "./unit.ts"

/** What to serve, and how. Times are in ms. */
export interface DevicesConfig {
  /** A profile with plausible values that move, or an image that stands still. */
  readonly shows: { readonly profile: DeviceProfile; readonly models?: readonly number[] } | { readonly image: readonly ImageBlock[] }
  readonly host?: string
  /** The port of the first device; the others have the next ones. 0 lets the system choose for each. */
  readonly port?: number
  readonly count?: number
  readonly unit?: number
  /** Units behind each port, with ids from `unit` on, as behind a gateway; for profiles. */
  readonly units?: number
  readonly framing?: "tcp" | "rtu"
  readonly delayMs?: number
  readonly faults?: readonly Fault[]
  readonly faultsAfterMs?: number
  readonly seed?: number
  /** As strict as the profile says: silence after a connect, so many clients, no reading across gaps. */
  readonly isStrict?: boolean
  readonly now?: () => number
}

/** Devices that listen. */
export interface RunningDevices {
  readonly host: string
  readonly ports: readonly number[]
  readonly units: readonly number[]
  /** Requests answered by all devices so far. */
  readonly answered: () => number
  /** Ends all connections; resolves when every port is free. */
  readonly stop: () => Promise<void>
}

/** Fewer than the kernel keeps waiting, so that opening ten thousand ports takes a moment only. */
const openedAtOnce = 200

/** Makes the units of one device; what all devices share is worked out before the first. */
type UnitMaker = (seed: number, startMs: number) => readonly Unit[]

const unitMaker = ({ shows, unit, units = 1, isStrict = false }: DevicesConfig): UnitMaker => {
  if ("image" in shows) return () => imageUnits(shows.image)
  const layout = profileLayout(shows.profile, shows.models)
  return (seed, startMs) => Array.from({ length: units }, (_, index) =>
    profileUnit(layout, { unit: (unit ?? shows.profile.unit) + index, seed: seed * units + index, refusesGaps: isStrict }, startMs))
}

const deviceFor = (config: DevicesConfig, makeUnits: UnitMaker, index: number): TestDevice => {
  const { shows, isStrict = false, now = Date.now, seed = 1 } = config
  const profile = "profile" in shows ? shows.profile : null
  return new TestDevice({
    units: makeUnits(seed * 1_000 + index, now()),
    framing: config.framing === "rtu" ? rtuFraming : tcpFraming,
    delayMs: config.delayMs ?? 0,
    faults: config.faults ?? [],
    faultsAfterMs: config.faultsAfterMs ?? 0,
    seed: seed * 1_000_003 + index,
    silenceAfterConnectMs: isStrict ? profile?.silenceAfterConnectMs ?? 0 : 0,
    clients: isStrict ? profile?.clients ?? 0 : 0,
    now
  })
}

/**
 * Starts devices in this process. `opened` hears how many listen already. Rejects with the error of the first port
 * that could not be opened, after closing the others.
 */
export const startDevices = async (config: DevicesConfig, opened: (count: number) => void = () => {}): Promise<RunningDevices> => {
  const { host = "127.0.0.1", port = 0, count = 1 } = config
  const makeUnits = unitMaker(config)
  const devices = Array.from({ length: count }, (_, index) => deviceFor(config, makeUnits, index))
  const ports: number[] = []
  const stop = async (): Promise<void> => void (await Promise.all(devices.slice(0, ports.length).map((device) => device.close())))
  try {
    while (ports.length < count) {
      const next = devices.slice(ports.length, ports.length + openedAtOnce)
      const first = ports.length
      const results = await Promise.allSettled(next.map((device, index) => device.listen(port === 0 ? 0 : port + first + index, host)))
      const failed = results.find((result) => result.status === "rejected")
      ports.push(...results.flatMap((result) => result.status === "fulfilled" ? [result.value] : []))
      if (failed) {
        await Promise.all(next.map((device, index) => results[index]?.status === "fulfilled" ? device.close() : undefined))
        ports.length = first
        throw failed.reason
      }
      opened(ports.length)
    }
  } catch (error) {
    await stop()
    throw error
  }
  return {
    host,
    ports,
    units: makeUnits(0, 0).map(({ unit }) => unit),
    answered: () => devices.reduce((sum, device) => sum + device.answered, 0),
    stop
  }
}
