/**
 * Makes the clock of a process wrong, as a machine's is that follows no time server: COMMONWATT_CLOCK_AHEAD seconds
 * ahead at the start, and COMMONWATT_CLOCK_GAIN seconds more with each second. To be loaded by Node's --import.
 */
const now = Date.now.bind(Date)
const began = now()
const ahead = Number(process.env["COMMONWATT_CLOCK_AHEAD"]) * 1_000
const gain = Number(process.env["COMMONWATT_CLOCK_GAIN"])
const wrong = (): number => {
  const time = now()
  return Math.floor(time + ahead + (time - began) * gain)
}

globalThis.Date = class extends Date {
  constructor(...parts: ReadonlyArray<unknown>) {
    super(...((parts.length === 0 ? [wrong()] : parts) as [number]))
  }
  static override now(): number {
    return wrong()
  }
} as DateConstructor
