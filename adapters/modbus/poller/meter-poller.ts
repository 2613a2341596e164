import { BackingOff, DeviceException, isModbusError, type ModbusError } from "../client/errors.ts"
import { ModbusConnection, type ConnectionSettings } from "../client/modbus-connection.ts"
import { ValueRefused } from "../profiles/decode.ts"
import { loadProfile } from "../profiles/load-profile.ts"
import type { DeviceProfile, Direction } from "../profiles/profile.ts"
import { MeterReader, type MeterReading } from "./read-meter.ts"
import { ModelNotFound } from "./sunspec.ts"

/** One metering point and the device that measures it. */
export interface PolledMeter {
  readonly meteringPoint: string
  /** A profile, or the id of one in `profiles/`. */
  readonly profile: DeviceProfile | string
  readonly host: string
  readonly port: number
  readonly unit: number
  readonly direction: Direction
}

/** Why a metering point has no reading in this poll. */
export type PollError = ModbusError | ValueRefused | ModelNotFound

/** The outcome for one metering point; one meter's failure is a value here and never disturbs another's. */
export type PollResult =
  | { readonly meteringPoint: string; readonly ok: true; readonly reading: MeterReading }
  | { readonly meteringPoint: string; readonly ok: false; readonly error: PollError }

/** Settings that hold for every connection of a poller. */
export type PollerSettings = Partial<Omit<ConnectionSettings, "host" | "port" | "depth" | "silenceAfterConnectMs">>

interface Polled {
  readonly meteringPoint: string
  readonly connection: ModbusConnection
  readonly reader: MeterReader
}

const busy = 6
const answersThatStay: ReadonlySet<number> = new Set([1, 2, 3])

/** A question that the device understood and refused would be refused again; the rest may be bad luck. */
const isWorthRetrying = (error: unknown): boolean => {
  if (error instanceof DeviceException) return !answersThatStay.has(error.code)
  return !(error instanceof BackingOff || error instanceof ValueRefused || error instanceof ModelNotFound)
}

const isPollError = (error: unknown): error is PollError =>
  isModbusError(error) || error instanceof ValueRefused || error instanceof ModelNotFound

/** Polls any number of meters, each over a connection that is kept from poll to poll. */
export class MeterPoller {
  readonly #meters: readonly Polled[]
  readonly #connections: readonly ModbusConnection[]

  private constructor(meters: readonly Polled[], connections: readonly ModbusConnection[]) {
    this.#meters = meters
    this.#connections = connections
  }

  /**
   * Prepares the meters; connects at the first poll. Metering points behind one host and port share a
   * connection, because many devices bear one client only.
   * Throws InvalidProfile or MissingCounter for a configuration that can never work.
   */
  static create(meters: readonly PolledMeter[], settings: PollerSettings = {}): MeterPoller {
    const profiles = meters.map(({ profile }) => typeof profile === "string" ? loadProfile(profile) : profile)
    const connections = new Map<string, ModbusConnection>()
    const polled = meters.map((meter, index): Polled => {
      const { meteringPoint, host, port, unit, direction } = meter
      const address = `${host}:${port}`
      const sharing = profiles.filter((_, other) => `${meters[other]?.host}:${meters[other]?.port}` === address)
      const connection = connections.get(address) ?? new ModbusConnection({
        ...settings, host, port,
        depth: Math.min(...sharing.map(({ depth }) => depth)),
        silenceAfterConnectMs: Math.max(...sharing.map(({ silenceAfterConnectMs }) => silenceAfterConnectMs))
      })
      connections.set(address, connection)
      return { meteringPoint, connection, reader: new MeterReader(connection.forUnit(unit), profiles[index]!, direction) }
    })
    return new MeterPoller(polled, [...connections.values()])
  }

  /** Reads every meter at once; one result for each, in the order of `create`. Never rejects for a device. */
  pollAll(): Promise<PollResult[]> {
    return Promise.all(this.#meters.map((meter) => this.#poll(meter)))
  }

  /** Closes every connection; polls that run end with Closed. */
  async close(): Promise<void> {
    for (const connection of this.#connections) connection.close()
  }

  /** Reads one meter once more, at once: for a value that is hard to believe. Throws RangeError for an unknown metering point. */
  readAgain(meteringPoint: string): Promise<PollResult> {
    const meter = this.#meters.find((one) => one.meteringPoint === meteringPoint)
    if (!meter) throw new RangeError(`no metering point ${meteringPoint}`)
    return this.#poll(meter)
  }

  async #poll({ meteringPoint, connection, reader }: Polled): Promise<PollResult> {
    try {
      return { meteringPoint, ok: true, reading: await this.#readTwice(connection, reader) }
    } catch (error) {
      if (!isPollError(error)) throw error
      return { meteringPoint, ok: false, error }
    }
  }

  /** A failed connection has been dropped by now, so the second try goes over a fresh one. */
  async #readTwice(connection: ModbusConnection, reader: MeterReader): Promise<MeterReading> {
    try {
      return await reader.read()
    } catch (error) {
      if (!isWorthRetrying(error)) throw error
      if (error instanceof DeviceException && error.code === busy) connection.drop()
      return await reader.read()
    }
  }
}
