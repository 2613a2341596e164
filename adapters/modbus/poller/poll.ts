import { BackingOff, DeviceException, isModbusError, type ModbusError } from "../client/errors.ts"
import type { ModbusConnection, UnitReader } from "../client/modbus-connection.ts"
import type { Waiter } from "../client/waiter.ts"
import { ValueRefused } from "../profiles/decode.ts"
import type { MeterReader, MeterReading } from "./read-meter.ts"
import { ModelNotFound } from "./sunspec.ts"

/** Why a metering point has no reading in this poll. */
export type PollError = ModbusError | ValueRefused | ModelNotFound

/** The outcome for one metering point; one meter's failure is a value here and never disturbs another's. */
export type PollResult =
  | { readonly meteringPoint: string; readonly ok: true; readonly reading: MeterReading }
  | { readonly meteringPoint: string; readonly ok: false; readonly error: PollError }

/** A metering point and the way to its device. */
export interface Polled {
  readonly meteringPoint: string
  readonly connection: ModbusConnection
  readonly unit: UnitReader
  readonly reader: MeterReader
}

const busy = 6
const answersThatStay: ReadonlySet<number> = new Set([1, 2, 3])

/** A question that the device understood and refused would be refused again; the rest may be bad luck. */
const isWorthRetrying = (error: PollError): boolean => {
  if (error instanceof DeviceException) return !answersThatStay.has(error.code)
  return !(error instanceof BackingOff || error instanceof ValueRefused || error instanceof ModelNotFound)
}

const isPollError = (error: unknown): error is PollError =>
  isModbusError(error) || error instanceof ValueRefused || error instanceof ModelNotFound

/** One poll of one meter: a read, and a second one where the first may have failed by bad luck. */
export class Poll implements Waiter<MeterReading> {
  readonly #polled: Polled
  readonly #done: (result: PollResult) => void
  readonly #broken: (error: unknown) => void
  #first: PollError | null = null

  /** `done` gets the outcome, `broken` whatever is no failure of a device or its connection. */
  constructor(polled: Polled, done: (result: PollResult) => void, broken: (error: unknown) => void) {
    this.#polled = polled
    this.#done = done
    this.#broken = broken
  }

  start(): void {
    this.#polled.reader.ask(this)
  }

  resolve(reading: MeterReading): void {
    this.#done({ meteringPoint: this.#polled.meteringPoint, ok: true, reading })
  }

  reject(error: unknown): void {
    if (!isPollError(error)) return this.#broken(error)
    if (this.#first === null && isWorthRetrying(error)) return this.#again(error)
    const { meteringPoint } = this.#polled
    // That it must wait now says less than why.
    this.#done({ meteringPoint, ok: false, error: error instanceof BackingOff ? this.#first ?? error : error })
  }

  /** A failed connection has been dropped by now, so the second try goes over a fresh one. */
  #again(error: PollError): void {
    this.#first = error
    if (error instanceof DeviceException && error.code === busy) this.#polled.connection.drop()
    this.start()
  }
}
