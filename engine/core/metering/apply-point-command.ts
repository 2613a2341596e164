import type { ValueOf } from "../quantity/codec.ts"
import { equalBytes } from "../quantity/bytes.ts"
import { MAX_WATT_HOURS } from "../quantity/energy.ts"
import { isName } from "../quantity/name.ts"
import { isPeriodStart } from "../calendar/period.ts"
import { MAX_REGISTER, type AreaClock, type MeteringEvent } from "./accept-readings.ts"
import { compareCheckSum, type checkSumCompared, type RecordCheckValue } from "./check-sum.ts"
import { insert, isTooLate } from "./follow-reading.ts"
import { changeGateway } from "./gateway-key.ts"
import { importValues } from "./import-values.ts"
import { HORIZON, recordIntervalValue, standingOf } from "./interval-values.ts"
import type { MeteringPoint, MeteringState } from "./metering-point.ts"
import { DAYS_OF_YEAR, PROFILE_VALUES } from "./load-profile.ts"
import type * as commands from "./point-commands.ts"

/** Commands by which the operator keeps metering points; each has an event that says the same. */
export type PointCommand =
  | commands.DescribeRegister
  | commands.SetSource
  | commands.ExchangeMeter
  | commands.RetireMeteringPoint
  | commands.RotateGatewayKey
  | commands.EditIntervalValue
  | commands.ImportIntervalValues
  | commands.DefineLoadProfile
  | commands.AssignLoadProfile
  | commands.SetCheckGroup
  | RecordCheckValue

export type PointEvent =
  | MeteringEvent
  | ValueOf<
      | typeof commands.registerDescribed
      | typeof commands.sourceSet
      | typeof commands.meterExchanged
      | typeof commands.meteringPointRetired
      | typeof commands.gatewayKeyRotated
      | typeof commands.intervalValueEdited
      | typeof commands.intervalValuesImported
      | typeof commands.loadProfileDefined
      | typeof commands.loadProfileAssigned
      | typeof commands.checkGroupSet
      | typeof checkSumCompared
    >
type Emit = (event: PointEvent) => void
type Status = "Accepted" | "OutOfBounds" | "AlreadyDone" | "UnknownMeteringPoint" | "VersionNotCurrent" | "TooLate" | "UnknownProfile"

const pointKinds: ReadonlySet<string> = new Set<PointCommand["kind"]>([
  "DescribeRegister",
  "SetSource",
  "ExchangeMeter",
  "RetireMeteringPoint",
  "RotateGatewayKey",
  "EditIntervalValue",
  "ImportIntervalValues",
  "DefineLoadProfile",
  "AssignLoadProfile",
  "SetCheckGroup",
  "RecordCheckValue"
])

export const isPointCommand = <C extends { readonly kind: string }>(command: C): command is Extract<C, PointCommand> => pointKinds.has(command.kind)

/** Applies one command of the operator to a metering point. */
export const applyPointCommand = (metering: MeteringState, clock: AreaClock, command: PointCommand, emit: Emit): Status => {
  switch (command.kind) {
    case "RotateGatewayKey":
      return rotateKey(metering, command, emit)
    case "DefineLoadProfile":
      return defineProfile(metering, command, emit)
    case "SetCheckGroup":
      return setGroup(metering, command, emit)
    case "RecordCheckValue":
      return compareCheckSum(metering, command, emit)
    default: {
      const point = metering.points.get(command.meteringPoint)
      return point === undefined ? "UnknownMeteringPoint" : applyToPoint(metering, clock, point, command, emit)
    }
  }
}

type OfPoint = Extract<PointCommand, { readonly meteringPoint: string }>

const applyToPoint = (metering: MeteringState, clock: AreaClock, point: MeteringPoint, command: OfPoint, emit: Emit): Status => {
  const { meteringPoint } = command
  switch (command.kind) {
    case "DescribeRegister": {
      const { rolloverWh, resolutionWh } = command
      if (rolloverWh > MAX_REGISTER || resolutionWh === 0 || resolutionWh > MAX_WATT_HOURS) return "OutOfBounds"
      Object.assign(point, { rolloverWh, resolutionWh })
      emit({ kind: "RegisterDescribed", meteringPoint, rolloverWh, resolutionWh })
      return "Accepted"
    }
    case "SetSource":
      if (point.source === command.source) return "AlreadyDone"
      point.source = command.source
      emit({ kind: "SourceSet", meteringPoint, source: command.source })
      return "Accepted"
    case "ExchangeMeter":
      return exchange(clock, point, command, emit)
    case "RetireMeteringPoint":
      if (point.retiredAt !== 0) return "AlreadyDone"
      if (command.time === 0 || !isPeriodStart(command.time)) return "OutOfBounds"
      point.retiredAt = command.time
      emit({ ...command, kind: "MeteringPointRetired" })
      return "Accepted"
    case "EditIntervalValue":
      return edit(clock, point, command, emit)
    case "ImportIntervalValues":
      return importValues(clock, point, command, emit)
    case "AssignLoadProfile": {
      const { profile, yearlyWh } = command
      if (!metering.profiles.has(profile)) return "UnknownProfile"
      if (yearlyWh > 1_000 * MAX_WATT_HOURS) return "OutOfBounds"
      Object.assign(point, { profile, yearlyWh })
      emit({ kind: "LoadProfileAssigned", meteringPoint, profile, yearlyWh })
      return "Accepted"
    }
  }
}

const exchange = (clock: AreaClock, point: MeteringPoint, command: commands.ExchangeMeter, emit: Emit): Status => {
  const { meteringPoint, time, finalRegisterWh, initialRegisterWh, gatewayKey, rolloverWh, resolutionWh, who, why } = command
  if ([finalRegisterWh, initialRegisterWh, rolloverWh].some((wh) => wh > MAX_REGISTER) || resolutionWh === 0 || resolutionWh > MAX_WATT_HOURS) return "OutOfBounds"
  if (gatewayKey.length !== 32 || clock.marketTime === 0 || time > clock.marketTime) return "OutOfBounds"
  if (isTooLate(point, clock, time)) return "TooLate"
  if (!equalBytes(gatewayKey, point.gatewayKey)) Object.assign(point, { highestSequence: 0, sequenceWindow: 0 })
  changeGateway(point, gatewayKey, time)
  const entry = { time, sequence: 0, registerWh: finalRegisterWh, powerW: 0, kind: "exchange" as const, initialWh: initialRegisterWh }
  const outcome = insert(meteringPoint, point, clock, entry, emit)
  if (outcome === "Repeated") return "AlreadyDone"
  Object.assign(point, { rolloverWh, resolutionWh })
  emit({ kind: "MeterExchanged", meteringPoint, time, finalRegisterWh, initialRegisterWh, who, why })
  return "Accepted"
}

const edit = (clock: AreaClock, point: MeteringPoint, command: commands.EditIntervalValue, emit: Emit): Status => {
  const { meteringPoint, period, beforeWh, beforeVersion, afterWh, quality, who, why } = command
  if (!isPeriodStart(period) || afterWh > point.capacityWh || who === "" || why === "") return "OutOfBounds"
  if (period < clock.marketTime - HORIZON || period < clock.openedAt) return "TooLate"
  // Of a value of long ago only the version is remembered; it names the value in the journal all the same.
  const before = point.values.get(period)
  if (standingOf(point, period)?.version !== beforeVersion || (before !== undefined && before.energyWh !== beforeWh)) return "VersionNotCurrent"
  recordIntervalValue(meteringPoint, point, period, { energyWh: afterWh, quality, origin: "operator" }, emit)
  const { version } = point.values.get(period)!
  emit({ kind: "IntervalValueEdited", meteringPoint, period, beforeWh, afterWh, version, who, why })
  return "Accepted"
}

/** Every metering point of the gateway hears the new key from now on. */
const rotateKey = (metering: MeteringState, { formerKey, gatewayKey, time }: commands.RotateGatewayKey, emit: Emit): Status => {
  if (gatewayKey.length !== 32 || equalBytes(formerKey, gatewayKey)) return "OutOfBounds"
  const own = metering.order.filter((id) => equalBytes(metering.points.get(id)!.gatewayKey, formerKey))
  for (const meteringPoint of own) {
    changeGateway(metering.points.get(meteringPoint)!, gatewayKey, time)
    emit({ kind: "GatewayKeyRotated", meteringPoint, time })
  }
  return own.length === 0 ? "UnknownMeteringPoint" : "Accepted"
}

const defineProfile = (metering: MeteringState, { profile, energies, dynamics }: commands.DefineLoadProfile, emit: Emit): Status => {
  if (!isName(profile) || energies.length !== PROFILE_VALUES || (dynamics.length !== 0 && dynamics.length !== DAYS_OF_YEAR)) return "OutOfBounds"
  if ([...energies, ...dynamics].some((value) => value > 1_000_000)) return "OutOfBounds"
  metering.profiles.set(profile, { energies, dynamics })
  emit({ kind: "LoadProfileDefined", profile })
  return "Accepted"
}

const setGroup = (metering: MeteringState, { group, points, toleranceWh, tolerancePermille }: commands.SetCheckGroup, emit: Emit): Status => {
  if (!isName(group) || tolerancePermille > 1_000 || new Set(points).size !== points.length) return "OutOfBounds"
  if (points.some((id) => !metering.points.has(id))) return "UnknownMeteringPoint"
  metering.checks.set(group, { points, toleranceWh, tolerancePermille })
  emit({ kind: "CheckGroupSet", group, points })
  return "Accepted"
}
