import { readFileSync } from "node:fs"
import { join } from "node:path"
import { localDayOf } from "../../engine/core/calendar/local-day.ts"
import { fillMissing } from "../../engine/core/forecast/fill-missing.ts"
import { acceptReadings, type AreaClock } from "../../engine/core/metering/accept-readings.ts"
import { applyPointCommand, type PointCommand } from "../../engine/core/metering/apply-point-command.ts"
import { closeDay } from "../../engine/core/metering/close-day.ts"
import { emptyMetering, type MeteringState } from "../../engine/core/metering/metering-point.ts"
import type { Reading, ReportClock } from "../../engine/core/metering/reading.ts"
import { registerPoint } from "../../engine/core/metering/register-point.ts"
import { acceptClock } from "../../engine/core/metering/report-clock.ts"
import { programKey } from "../arbitraries/record.ts"

const infra = join(import.meta.dirname, "../../infra/demo")
export const ZONE = "Europe/Berlin"
export const POINT = "point"
export const OTHER = "other"
export const GATEWAY = programKey("gateway")
/** Days of a window that come first and are only learned from. */
export const LEARNED = 7

/** A real point-day of the demo feeder, and the metering state as it stands when the day begins. */
export interface CleanDay {
  readonly column: string
  readonly capacityWh: number
  readonly direction: "withdrawal" | "injection"
  readonly start: number
  readonly end: number
  /** Wh of each period. */
  readonly energies: ReadonlyArray<number>
  readonly registerWh: number
  readonly sequence: number
  readonly state: MeteringState
  /** The highest value of the days before. */
  readonly highestKnown: number
}

/** Something that happened, by the name of its reason. */
export type Reasons = Map<string, number>

/** One metering point through its days: readings, the operator's commands, and the closing of each day. */
export class DayPlayer {
  readonly metering: MeteringState
  readonly reasons: Reasons = new Map()
  private readonly openedAt: number
  private batches = 0

  constructor(metering: MeteringState, openedAt: number) {
    this.metering = metering
    this.openedAt = openedAt
  }

  readonly emit = (event: { readonly kind: string; readonly status?: string; readonly flags?: ReadonlyArray<string>; readonly meteringPoint?: string }): void => {
    if (event.meteringPoint === OTHER) return
    const names = event.kind === "ReadingRefused" ? [event.status!] : event.kind === "IntervalFlagged" ? event.flags! : [event.kind]
    for (const name of names) this.reasons.set(name, (this.reasons.get(name) ?? 0) + 1)
  }

  clock(marketTime: number): AreaClock {
    return { timeZone: ZONE, marketTime, openedAt: this.openedAt }
  }

  take(marketTime: number, reading: Reading, signer: Uint8Array = GATEWAY, previousBatch?: Uint8Array): void {
    const record = new Uint8Array(32).fill(++this.batches % 251)
    const previous = previousBatch ?? this.metering.gateways.get(Buffer.from(signer).toString("hex")) ?? new Uint8Array()
    acceptReadings(this.metering, this.clock(marketTime), { signer, record }, { kind: "SubmitReadings", previousBatch: previous, readings: [reading] }, this.emit)
  }

  command(marketTime: number, command: PointCommand): string {
    return applyPointCommand(this.metering, this.clock(marketTime), command, this.emit)
  }

  report(command: ReportClock): string {
    return acceptClock(this.metering, GATEWAY, command, this.emit)
  }

  /** What the ticks of a day come to: estimates where values are missing, then the day's own rules. */
  close(start: number, end: number): void {
    const point = this.metering.points.get(POINT)!
    for (let period = start; period < end; period += 900) {
      if (point.values.has(period)) point.estimatedInARow = 0
      else fillMissing(POINT, point, this.metering, ZONE, period, this.emit)
    }
    closeDay(POINT, point, this.clock(end), start, end, this.emit)
  }
}

interface WorldPoint {
  readonly column: string
  readonly direction: "withdrawal" | "injection"
  readonly capacityWh: number
}

const readColumns = () => {
  const [head, ...rows] = readFileSync(join(infra, "feeders/semiurb4/energy_wh_15min.csv"), "utf8").trim().split("\n").map((line) => line.split(","))
  const times = rows.map(([time]) => Date.parse(time!.replace("Z", ":00Z")) / 1000)
  return { times, column: (name: string) => rows.map((row) => Math.abs(Number(row[head!.indexOf(name)]!))) }
}

/** A meter that reports the power of the period that ends. */
export const readingOf = (sequence: number, time: number, registerWh: number, energyWh: number): Reading => ({ meteringPoint: POINT, sequence, time, registerWh, powerW: 4 * energyWh })

/** Every clean day of the demo feeder's longest window behind its first week, and what flags were raised on them. */
export const cleanDays = (): { readonly days: ReadonlyArray<CleanDay>; readonly intervals: number; readonly reasons: Reasons } => {
  const world = JSON.parse(readFileSync(join(infra, "semiurb4.world.json"), "utf8")) as { members: Array<{ meteringPoints: Array<WorldPoint> }> }
  const { times, column } = readColumns()
  const from = times.indexOf(Date.UTC(2016, 5, 5, 22) / 1000)
  let last = from
  while (times[last + 1] === times[last]! + 900) last++
  const days: Array<CleanDay> = []
  const reasons: Reasons = new Map()
  let intervals = 0
  for (const point of world.members.flatMap(({ meteringPoints }) => meteringPoints)) {
    const energies = column(point.column).slice(from, last + 1)
    const openedAt = times[from]!
    const player = new DayPlayer(twoPoints(point), openedAt)
    let [registerWh, sequence] = [5_000_000, 1]
    player.take(openedAt, readingOf(sequence, openedAt, registerWh, 0))
    for (let at = 0; at < energies.length; ) {
      const { start, end } = localDayOf(ZONE, openedAt + at * 900)
      const own = energies.slice(at, at + (end - start) / 900)
      if (own.length < (end - start) / 900) break
      const before = player.metering.points.get(POINT)!
      const isLearned = before.days.length >= LEARNED
      if (isLearned) {
        const known = before.days.flatMap((one) => one.energies.map((energy) => energy - 1))
        days.push({ column: point.column, capacityWh: point.capacityWh, direction: point.direction, start, end, energies: own, registerWh, sequence, state: structuredClone(player.metering), highestKnown: Math.max(...known) })
        intervals += own.length
      }
      player.reasons.clear()
      for (const [index, energy] of own.entries()) {
        registerWh += energy
        const time = start + (index + 1) * 900
        player.take(time, readingOf(++sequence, time, registerWh, energy))
      }
      player.close(start, end)
      if (isLearned) for (const [name, count] of player.reasons) reasons.set(name, (reasons.get(name) ?? 0) + count)
      at += own.length
    }
  }
  return { days, intervals, reasons }
}

/** The point, and the register of the other direction of the same member and gateway. */
const twoPoints = ({ direction, capacityWh }: WorldPoint): MeteringState => {
  const metering = emptyMetering()
  registerPoint(metering, { kind: "RegisterMeteringPoint", meteringPoint: POINT, member: "ada", direction, gatewayKey: GATEWAY, capacityWh })
  registerPoint(metering, { kind: "RegisterMeteringPoint", meteringPoint: OTHER, member: "ada", direction: direction === "injection" ? "withdrawal" : "injection", gatewayKey: GATEWAY, capacityWh })
  return metering
}
