/** One metering point to simulate. */
export interface SimulatedMeter {
  readonly meteringPoint: string
  /** Column of the feeder data whose energies the meter counts. */
  readonly column: string
  /** Name of a device in `devices/all-devices.ts`. */
  readonly device: string
  readonly direction: "withdrawal" | "injection"
  /** The counter at the start of the window that holds `startUtc`, in Wh. */
  readonly initialWh: number
  /** A coarser display than the device's own, a multiple of it. */
  readonly registerStepWh?: number
  /** The TCP port; chosen by the system if left out. */
  readonly port?: number
}

/** What a simulator serves. */
export interface SimulatorConfig {
  /** Path of the feeder data. */
  readonly feederCsv: string
  /** First market time in epoch seconds; must lie in one of the data's windows. */
  readonly startUtc: number
  readonly meters: readonly SimulatedMeter[]
}

/** Where one metering point can be read. */
export interface MeterEndpoint {
  readonly meteringPoint: string
  readonly host: string
  readonly port: number
  readonly unit: number
}

/** From parent to child. */
export type Order =
  | { readonly kind: "start"; readonly config: SimulatorConfig }
  | { readonly kind: "setTime"; readonly number: number; readonly time: number }

/** From child to parent; `problem` is the sentence of an error. */
export type Report =
  | { readonly kind: "started"; readonly endpoints: readonly MeterEndpoint[] }
  | { readonly kind: "notStarted"; readonly problem: string }
  | { readonly kind: "timeSet"; readonly number: number; readonly problem: string | null }
