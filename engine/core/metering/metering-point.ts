import { bytes, choice, integer, kind, list, map, optional, struct, text, unsigned, type Infer, type ValueOf } from "../quantity/codec.ts"

/** Which way energy is measured: withdrawn from the grid or injected into it. Never netted. */
export const direction = choice(["withdrawal", "injection"])
export type Direction = Infer<typeof direction>

/** How an interval value came about. */
export const quality = choice(["measured", "calculated", "substitute"])
export type Quality = Infer<typeof quality>

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

/** Where the register stands: the last reading, and its value at the last period edge (measured there or interpolated). */
export const registerTrack = struct({
  time: unsigned,
  registerWh: unsigned,
  edgeTime: unsigned,
  edgeRegisterWh: unsigned,
  edgeMeasured: choice(["no", "yes"])
})
export type RegisterTrack = Infer<typeof registerTrack>

/** The current interval value of one delivery period. */
export const intervalValue = struct({ energyWh: unsigned, quality, version: unsigned })
export type IntervalValue = Infer<typeof intervalValue>

/** A metering point with its recent past. */
export const meteringPoint = struct({
  member: text,
  direction,
  gatewayKey: bytes,
  capacityWh: unsigned,
  track: optional(registerTrack),
  highestSequence: unsigned,
  /** Bit n set: sequence highest - n was seen (n < 32). */
  sequenceWindow: unsigned,
  latestPowerW: integer,
  /** Interval values by period start, from the last complete local day on. */
  values: map(unsigned, intervalValue)
})
export type MeteringPoint = Infer<typeof meteringPoint>

/** Metering points by id, ids in code-unit order (the order in which preferences act), and each gateway's last batch hash. */
export const meteringState = struct({
  points: map(text, meteringPoint),
  order: list(text),
  gateways: map(text, bytes)
})
export type MeteringState = Infer<typeof meteringState>

export const emptyMetering = (): MeteringState => ({ points: new Map(), order: [], gateways: new Map() })
