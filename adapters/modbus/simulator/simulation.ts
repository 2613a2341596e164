import type { MeterEndpoint, SimulatedMeter, SimulatorConfig } from "./config.ts"
import { counterAt, powerAt, seriesOf, shownWh, type Series } from "./counter.ts"
import { allDevices } from "./devices/all-devices.ts"
import type { Device, Truth } from "./devices/device.ts"
import { Endpoint } from "./endpoint.ts"
import { parseFeeder, windowAt } from "./feeder.ts"

const deviceOf = (meter: SimulatedMeter): Device => {
  const device = allDevices.get(meter.device)
  if (!device) throw new Error(`${meter.meteringPoint}: no device ${meter.device}; there are ${[...allDevices.keys()].join(", ")}`)
  if (!device.counts.includes(meter.direction)) throw new Error(`${meter.meteringPoint}: ${meter.device} has no counter for ${meter.direction}`)
  const step = meter.registerStepWh ?? device.stepWh
  if (!Number.isSafeInteger(step) || step < 1 || step % device.stepWh !== 0) {
    throw new Error(`${meter.meteringPoint}: registerStepWh must be a multiple of ${device.stepWh}`)
  }
  if (!Number.isSafeInteger(meter.initialWh) || meter.initialWh < 0) {
    throw new Error(`${meter.meteringPoint}: initialWh must be an integer from 0`)
  }
  return device
}

/**
 * The counter of the direction that the metering point does not have. It stands still at a value of its own
 * (a multiple of every step), so that whoever reads the wrong register sees it at once.
 */
const otherCounterWh = (index: number): number => 40_000_000 + (index + 1) * 1_100

/** The state behind a meter's registers at a market time. Pure. */
export const truthAt = (meter: SimulatedMeter, index: number, stepWh: number, series: Series, time: number): Truth => {
  const countedWh = shownWh(counterAt(series, meter.initialWh, time), stepWh)
  const otherWh = otherCounterWh(index)
  const powerW = powerAt(series, time)
  return meter.direction === "withdrawal"
    ? { withdrawnWh: countedWh, injectedWh: otherWh, withdrawnW: powerW }
    : { withdrawnWh: otherWh, injectedWh: countedWh, withdrawnW: -powerW }
}

/** All simulated meters of one feeder, at one market time. */
export class Simulation {
  readonly #meters: { readonly meter: SimulatedMeter; readonly device: Device; readonly series: Series }[]
  readonly #endpoints: Endpoint[] = []
  readonly #windowStart: number
  #time: number

  /** `feederText` is the content of the feeder file. Throws for a configuration that cannot be served. */
  constructor(config: SimulatorConfig, feederText: string) {
    const feeder = parseFeeder(feederText)
    const window = windowAt(feeder, config.startUtc)
    this.#windowStart = window.start
    this.#time = config.startUtc
    this.#meters = config.meters.map((meter) => ({ meter, device: deviceOf(meter), series: seriesOf(feeder, window, meter.column) }))
  }

  /** Opens one endpoint for each meter, in the order of the configuration. */
  async listen(): Promise<readonly MeterEndpoint[]> {
    return Promise.all(this.#meters.map(async ({ meter, device, series }, index) => {
      const stepWh = meter.registerStepWh ?? device.stepWh
      const endpoint = new Endpoint(device, () => truthAt(meter, index, stepWh, series, this.#time))
      this.#endpoints.push(endpoint)
      const port = await endpoint.listen(meter.port ?? 0)
      return { meteringPoint: meter.meteringPoint, host: "127.0.0.1", port, unit: device.unit }
    }))
  }

  /** Moves market time, forwards or back, in epoch seconds. Throws before the window's start. */
  setTime(time: number): void {
    if (!Number.isSafeInteger(time) || time < this.#windowStart) {
      throw new RangeError(`market time ${time} lies before the window's start ${this.#windowStart}`)
    }
    this.#time = time
  }

  close(): void {
    for (const endpoint of this.#endpoints) endpoint.close()
  }
}
