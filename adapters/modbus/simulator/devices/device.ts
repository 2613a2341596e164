/**
 * What a simulated device knows and shows. The devices here are written from the makers' maps without the
 * gateway's profiles or decoder, so that a mistake on one side is not made on the other.
 */

/** The truth behind the registers at one moment. */
export interface Truth {
  readonly withdrawnWh: number
  readonly injectedWh: number
  /** Positive while energy is withdrawn from the grid. */
  readonly withdrawnW: number
}

/** A readable stretch of registers: two bytes for each word from `address` on. */
export interface Stretch {
  readonly functionCode: 3 | 4
  readonly address: number
  readonly bytes: DataView
}

/** One kind of device. */
export interface Device {
  readonly name: string
  readonly unit: number
  /** Wh in one step of its energy counters. */
  readonly stepWh: number
  /** A device without this counter cannot serve a metering point of that direction. */
  readonly counts: readonly ("withdrawal" | "injection")[]
  /** Requests that come sooner after a connect are swallowed. */
  readonly silenceMs: number
  /** All but the oldest connection are told "busy". */
  readonly oneClient: boolean
  readonly stretches: (truth: Truth) => readonly Stretch[]
}

/** An empty stretch of so many words, all zero. */
export const stretchOf = (functionCode: 3 | 4, address: number, words: number): Stretch =>
  ({ functionCode, address, bytes: new DataView(new ArrayBuffer(words * 2)) })
