import { bytes, kind, list, struct, text, unsigned, type ValueOf } from "../quantity/codec.ts"
import { quality, source } from "./metering-point.ts"
import { validationFlag } from "./validation-flag.ts"

/** Says what the operator knows of a point's device: where its counter begins again at zero (0 = unknown) and its smallest step, in Wh. */
export const describeRegister = kind(403, "DescribeRegister", { meteringPoint: text, rolloverWh: unsigned, resolutionWh: unsigned })
export type DescribeRegister = ValueOf<typeof describeRegister>
export const registerDescribed = kind(420, "RegisterDescribed", { meteringPoint: text, rolloverWh: unsigned, resolutionWh: unsigned })

/** Says whose word counts for a metering point: the device's readings, or values imported from an official source (design, decision 11). */
export const setSource = kind(404, "SetSource", { meteringPoint: text, source })
export type SetSource = ValueOf<typeof setSource>
export const sourceSet = kind(421, "SourceSet", { meteringPoint: text, source })

/** A device was exchanged at `time`: final register value of the old one, first of the new one, and the key of its gateway. */
export const exchangeMeter = kind(405, "ExchangeMeter", {
  meteringPoint: text,
  time: unsigned,
  finalRegisterWh: unsigned,
  initialRegisterWh: unsigned,
  gatewayKey: bytes,
  rolloverWh: unsigned,
  resolutionWh: unsigned,
  who: text,
  why: text
})
export type ExchangeMeter = ValueOf<typeof exchangeMeter>
export const meterExchanged = kind(422, "MeterExchanged", {
  meteringPoint: text,
  time: unsigned,
  finalRegisterWh: unsigned,
  initialRegisterWh: unsigned,
  who: text,
  why: text
})

/** Nothing is measured at the metering point from `time` on. */
export const retireMeteringPoint = kind(406, "RetireMeteringPoint", { meteringPoint: text, time: unsigned, who: text, why: text })
export type RetireMeteringPoint = ValueOf<typeof retireMeteringPoint>
export const meteringPointRetired = kind(423, "MeteringPointRetired", { meteringPoint: text, time: unsigned, who: text, why: text })

/** From `time` on a gateway signs with another key; what the former one signed up to then still counts. */
export const rotateGatewayKey = kind(407, "RotateGatewayKey", { formerKey: bytes, gatewayKey: bytes, time: unsigned })
export type RotateGatewayKey = ValueOf<typeof rotateGatewayKey>
export const gatewayKeyRotated = kind(424, "GatewayKeyRotated", { meteringPoint: text, time: unsigned })

/**
 * An operator edits an interval value: who, why, what it was (with its version, so that nobody edits what he has not
 * seen) and what it is to be. It becomes a new version.
 */
export const editIntervalValue = kind(408, "EditIntervalValue", {
  meteringPoint: text,
  period: unsigned,
  beforeWh: unsigned,
  beforeVersion: unsigned,
  afterWh: unsigned,
  quality,
  who: text,
  why: text
})
export type EditIntervalValue = ValueOf<typeof editIntervalValue>
export const intervalValueEdited = kind(425, "IntervalValueEdited", {
  meteringPoint: text,
  period: unsigned,
  beforeWh: unsigned,
  afterWh: unsigned,
  version: unsigned,
  who: text,
  why: text
})

/** Official interval values of one metering point, as they were read from a document that `document` names by its SHA-256. */
export const importIntervalValues = kind(409, "ImportIntervalValues", {
  meteringPoint: text,
  document: bytes,
  who: text,
  values: list(struct({ period: unsigned, energyWh: unsigned, quality }))
})
export type ImportIntervalValues = ValueOf<typeof importIntervalValues>
export const intervalValuesImported = kind(426, "IntervalValuesImported", {
  meteringPoint: text,
  document: bytes,
  who: text,
  recorded: unsigned,
  unchanged: unsigned,
  officialWh: unsigned,
  deviceWh: unsigned,
  flags: list(validationFlag)
})

/** Makes a standard load profile known by its name. */
export const defineLoadProfile = kind(410, "DefineLoadProfile", { profile: text, energies: list(unsigned), dynamics: list(unsigned) })
export type DefineLoadProfile = ValueOf<typeof defineLoadProfile>
export const loadProfileDefined = kind(427, "LoadProfileDefined", { profile: text })

/** The profile and the yearly energy by which a metering point is estimated where nothing else is known. */
export const assignLoadProfile = kind(412, "AssignLoadProfile", { meteringPoint: text, profile: text, yearlyWh: unsigned })
export type AssignLoadProfile = ValueOf<typeof assignLoadProfile>
export const loadProfileAssigned = kind(428, "LoadProfileAssigned", { meteringPoint: text, profile: text, yearlyWh: unsigned })

/** A group of metering points that a check meter, or the feeder's, measures once more; withdrawals minus injections. */
export const setCheckGroup = kind(413, "SetCheckGroup", { group: text, points: list(text), toleranceWh: unsigned, tolerancePermille: unsigned })
export type SetCheckGroup = ValueOf<typeof setCheckGroup>
export const checkGroupSet = kind(429, "CheckGroupSet", { group: text, points: list(text) })
