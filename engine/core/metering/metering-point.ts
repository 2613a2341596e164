import { bytes, choice, flag, integer, kind, list, map, optional, struct, text, unsigned, type Infer, type ValueOf } from "../quantity/codec.ts"
import { sequenceMark } from "./sequence-mark.ts"

/** Which way energy is measured: withdrawn from the grid or injected into it. Never netted. */
export const direction = choice(["withdrawal", "injection"])
export type Direction = Infer<typeof direction>

/** How an interval value came about; docs/guides/metering.md maps each to the exchange formats. */
export const quality = choice(["measured", "calculated", "substitute", "provisional", "missing"])
export type Quality = Infer<typeof quality>

/** Who gave an interval value, weakest first: a device never replaces what an operator or an official source said. */
export const origin = choice(["estimate", "device", "operator", "official"])
export type Origin = Infer<typeof origin>

/** Whose word counts for a metering point in the end (design, decision 11). */
export const source = choice(["device", "official"])
export type Source = Infer<typeof source>

/** Registers a metering point of a member. */
export const registerMeteringPoint = kind(401, "RegisterMeteringPoint", {
  meteringPoint: text,
  member: text,
  direction,
  /** ed25519 public key of the gateway that reads it. */
  gatewayKey: bytes,
  /** Most energy, in Wh, that the connection can carry in one delivery period. */
  capacityWh: unsigned
})
export type RegisterMeteringPoint = ValueOf<typeof registerMeteringPoint>

/** The metering point was registered. */
export const meteringPointRegistered = kind(401, "MeteringPointRegistered", { meteringPoint: text, member: text, direction })

/** A reading that does not follow on the register's line; three that follow on each other begin a new line. */
const suspect = struct({ time: unsigned, registerWh: unsigned })

/**
 * Where the register stands: the last reading, and the line's value at the last period edge (measured there or
 * interpolated). The line is the register without its rollovers and exchanges: register + `carriedWh`; it never falls.
 */
export const registerTrack = struct({
  time: unsigned,
  registerWh: unsigned,
  carriedWh: integer,
  edgeTime: unsigned,
  edgeLineWh: unsigned,
  edgeMeasured: flag,
  suspects: list(suspect),
  /** Since when the register has not moved, and the least power that was reported meanwhile, in W. */
  stillSince: unsigned,
  stillPowerW: unsigned,
  /** Flags, as bits, that the next interval value takes along. */
  flags: unsigned
})
export type RegisterTrack = Infer<typeof registerTrack>

/**
 * What is kept of the readings of the last days, so that a late one finds its place: in each period the first two and
 * the last two, which do not depend on the order of arrival. Two values signed for one time are disputed: neither counts.
 */
export const keptReading = struct({
  time: unsigned,
  sequence: unsigned,
  registerWh: unsigned,
  powerW: integer,
  kind: choice(["reading", "disputed", "exchange"]),
  /** First register value of the new device, of an exchange. */
  initialWh: unsigned
})
export type KeptReading = Infer<typeof keptReading>

/** The current interval value of one delivery period. */
export const intervalValue = struct({ energyWh: unsigned, quality, version: unsigned })
export type IntervalValue = Infer<typeof intervalValue>

/** An interval value with who gave it. */
export const keptValue = struct({ energyWh: unsigned, quality, version: unsigned, origin })
export type KeptValue = Infer<typeof keptValue>

/** Periods from..to (the last one included) whose values are forgotten but for their version and origin. */
export const versionRange = struct({ from: unsigned, to: unsigned, version: unsigned, origin })
export type VersionRange = Infer<typeof versionRange>

/** Energies of one local day by period, each plus one; 0 where no true value was known. */
export const dayHistory = struct({ start: unsigned, energies: list(unsigned) })
export type DayHistory = Infer<typeof dayHistory>

/** A metering point with its recent past. */
export const meteringPoint = struct({
  member: text,
  direction,
  gatewayKey: bytes,
  /** The key before the present one: its readings count up to `until`. */
  formerKey: optional(struct({ gatewayKey: bytes, until: unsigned })),
  capacityWh: unsigned,
  source,
  /** The register begins again at zero when it reaches this value, in Wh; 0 = not known. */
  rolloverWh: unsigned,
  /** Smallest step of the register in Wh; 0 = not known. */
  resolutionWh: unsigned,
  /** From this time on nothing is measured here; 0 = in use. */
  retiredAt: unsigned,
  /** Offset of the device's clock from market time in seconds as last reported, and when. */
  clock: struct({ time: unsigned, offset: integer }),
  /** The track before the first of `kept`, before the last period of `kept`, and after all of them. */
  anchor: optional(registerTrack),
  checkpoint: optional(registerTrack),
  track: optional(registerTrack),
  kept: list(keptReading),
  sequences: sequenceMark,
  latestPowerW: integer,
  /** Interval values by period start, from the last complete local day on. */
  values: map(unsigned, keptValue),
  past: list(versionRange),
  /** Periods whose value was taken back and waits for an estimate. */
  withdrawn: list(unsigned),
  /** The last 21 local days with a true value, oldest first. */
  days: list(dayHistory),
  estimatedInARow: unsigned,
  /** Standard load profile and yearly Wh, the last resort of estimation; "" = none. */
  profile: text,
  yearlyWh: unsigned
})
export type MeteringPoint = Infer<typeof meteringPoint>

/** A group of metering points whose sum is measured once more, by a check meter or at the feeder. */
export const checkGroup = struct({ points: list(text), toleranceWh: unsigned, tolerancePermille: unsigned })
export type CheckGroup = Infer<typeof checkGroup>

/**
 * A standard load profile: 12 months x (workday, Saturday, Sunday) x 96 quarter hours, in Wh per GWh of a year, and the
 * factor of each of 366 days of the year in 1/10,000; an empty list where every day counts alike.
 */
export const loadProfile = struct({ energies: list(unsigned), dynamics: list(unsigned) })
export type LoadProfile = Infer<typeof loadProfile>

/** Metering points by id, ids in code-unit order (the order in which preferences act), and each gateway's last batch hash. */
export const meteringState = struct({
  points: map(text, meteringPoint),
  order: list(text),
  gateways: map(text, bytes),
  /** Standard load profiles by name. */
  profiles: map(text, loadProfile),
  checks: map(text, checkGroup)
})
export type MeteringState = Infer<typeof meteringState>

export const emptyMetering = (): MeteringState => ({ points: new Map(), order: [], gateways: new Map(), profiles: new Map(), checks: new Map() })
