import type { ConnectionRules } from "../client/connection-settings.ts"
import { ModbusConnection, type UnitReader } from "../client/modbus-connection.ts"
import { loadProfile } from "../profiles/load-profile.ts"
import type { DeviceProfile, Direction } from "../profiles/profile.ts"
import { addressOf, type Transport } from "../transport/transport.ts"
import { checkOpenFileLimit } from "./open-file-limit.ts"
import type { BlockSplit } from "./block-reader.ts"
import { Poll, type Polled, type PollResult } from "./poll.ts"
import { MeterReader } from "./read-meter.ts"
import { PollSchedule } from "./scheduler.ts"

export type { PollError, PollResult } from "./poll.ts"

/** One metering point, the device that measures it, and how to reach that: over Modbus/TCP if nothing else is said. */
export type PolledMeter = Transport & {
  readonly meteringPoint: string
  /** A profile, or the id of one in `profiles/`. */
  readonly profile: DeviceProfile | string
  readonly unit: number
  readonly direction: Direction
}

/** Settings that hold for every connection of a poller. */
export interface PollerSettings extends Partial<Omit<ConnectionRules, "depth" | "silenceAfterConnectMs">> {
  /** Hears of blocks that a device gives no answer to, and that are read in parts from then on. */
  readonly onSplit?: (split: BlockSplit) => void
}

/** The transport's own fields, without those of the metering point. */
const transportOf = (meter: PolledMeter): Transport => {
  switch (meter.transport) {
    case "rtu": return { transport: "rtu", device: meter.device, ...(meter.serial && { serial: meter.serial }) }
    case "tls": return { transport: "tls", host: meter.host, port: meter.port, tls: meter.tls }
    default: return { transport: meter.transport ?? "tcp", host: meter.host, port: meter.port }
  }
}

/** Polls any number of meters, each over a connection that is kept from poll to poll. */
export class MeterPoller {
  readonly #meters: readonly Polled[]
  readonly #connections: readonly ModbusConnection[]

  private constructor(meters: readonly Polled[], connections: readonly ModbusConnection[]) {
    this.#meters = meters
    this.#connections = connections
  }

  /**
   * Prepares the meters; connects at the first poll. Metering points behind one address (host and port, or a
   * serial port) share a connection, because many devices bear one client only and a bus bears one question.
   * Throws InvalidProfile or MissingCounter for a configuration that can never work, TooFewFileDescriptors for
   * more connections than this process may open.
   */
  static create(meters: readonly PolledMeter[], { onSplit = () => {}, ...rules }: PollerSettings = {}): MeterPoller {
    const profiles = meters.map(({ profile }) => typeof profile === "string" ? loadProfile(profile) : profile)
    const groups = Map.groupBy(meters.keys(), (index) => addressOf(meters[index]!))
    checkOpenFileLimit(groups.size)
    const connections = new Map([...groups].map(([address, indexes]) => {
      const sharing = indexes.map((index) => profiles[index]!)
      return [address, new ModbusConnection({
        ...rules, ...transportOf(meters[indexes[0]!]!),
        depth: Math.min(...sharing.map(({ depth }) => depth)),
        silenceAfterConnectMs: Math.max(...sharing.map(({ silenceAfterConnectMs }) => silenceAfterConnectMs))
      })]
    }))
    const polled = meters.map((meter, index): Polled => {
      const connection = connections.get(addressOf(meter))!
      const { meteringPoint, direction } = meter
      const unit = connection.forUnit(meter.unit)
      return { meteringPoint, connection, unit, reader: new MeterReader(unit, profiles[index]!, direction, { onSplit: (block, parts) => onSplit({ meteringPoint, block, parts }) }) }
    })
    return new MeterPoller(polled, [...connections.values()])
  }

  /** Reads every meter at once; one result for each, in the order of `create`. Never rejects for a device. */
  pollAll(): Promise<PollResult[]> {
    return Promise.all(this.#meters.keys().map((index) => this.poll(index)))
  }

  /** Reads one meter, by its place in `create`. Never rejects for a device. */
  poll(index: number): Promise<PollResult> {
    const meter = this.#meters[index]!
    return new Promise((resolve, reject) => new Poll(meter, resolve, reject).start())
  }

  /**
   * Polls every meter once in each interval (in ms), each at its own moment of it, until the schedule is stopped.
   * A meter that has not answered when its next poll is due is not asked twice at once.
   */
  follow(intervalMs: number, onResult: (result: PollResult) => void, onMissed?: (meteringPoint: string) => void): PollSchedule {
    return new PollSchedule({
      meters: this.#meters.length,
      intervalMs,
      poll: async (index) => onResult(await this.poll(index)),
      missed: (index) => onMissed?.(this.#meters[index]!.meteringPoint)
    })
  }

  /** The unit behind one meter, by its place in `create`, for questions besides its readings: they share its line. */
  unit(index: number): UnitReader {
    return this.#meters[index]!.unit
  }

  /** Closes every connection; polls that run end with Closed. */
  async close(): Promise<void> {
    for (const connection of this.#connections) connection.close()
  }
}
