import type { ClockStatus } from "../../../engine/core/metering/evidence.ts"
import type { TimeServer } from "./time-server.ts"

/** No machine of today shows an earlier time, but for one whose clock lost its battery: 2026-01-01. */
const PLAUSIBLE_FROM = 1_767_225_600
/** Seconds that the gateway's clock may lie apart from the engine's, the way of the answer included, before it is doubted. */
export const LARGEST_OFFSET = 5
/** A delivery period: a reading whose time is wrong by more than that belongs to none. */
const PERIOD = 900
/** Seconds by which a clock is corrected without anybody calling it a jump. */
const SLEWED = 2

/** The clocks of a machine, in seconds: of the wall, and one that never jumps. */
export interface MachineClocks {
  readonly wall: () => number
  readonly steady: () => number
}

/** Why nothing is read now, or what is to be done first. */
export type ClockTrouble =
  /** The clock was never set. */
  | { readonly kind: "NotSet" }
  /** More than a period away from the engine's clock. */
  | { readonly kind: "FarOff"; readonly offset: number }
  /** Before the last reading: by so much, in seconds. It is waited for. */
  | { readonly kind: "WentBack"; readonly behind: number }
  /** Before the last reading by more than a period, and known to be right: what was read later has a wrong time. */
  | { readonly kind: "WasAhead"; readonly behind: number }

const machine: MachineClocks = { wall: () => Date.now() / 1_000, steady: () => performance.now() / 1_000 }

/**
 * The gateway's own clock, and what is known of it: its distance from the engine's, which answers tell and which goes
 * along with every jump of this machine's clock.
 */
export class OwnClock {
  private readonly clocks: MachineClocks
  private before: { readonly wall: number; readonly steady: number }
  private known: number | undefined
  private jumpedBy = 0

  constructor(clocks: MachineClocks = machine) {
    this.clocks = clocks
    this.before = { wall: clocks.wall(), steady: clocks.steady() }
  }

  /** Seconds of the wall clock. */
  now(): number {
    const wall = this.clocks.wall()
    const steady = this.clocks.steady()
    const jump = wall - this.before.wall - (steady - this.before.steady)
    this.before = { wall, steady }
    if (this.known !== undefined) this.known += jump
    if (Math.abs(jump) > SLEWED) this.jumpedBy += jump
    return Math.floor(wall)
  }

  /** Seconds that this clock lies ahead of the engine's; undefined before the engine was heard. */
  get offset(): number | undefined {
    return this.known === undefined ? undefined : Math.round(this.known)
  }

  /** The engine's clock, as an answer just told it. */
  heard(engineTime: number): void {
    this.known = this.now() - engineTime
  }

  /** By how many seconds the clock was set since this was asked last; 0 where it was not. */
  takeJump(): number {
    const jump = Math.round(this.jumpedBy)
    this.jumpedBy = 0
    return jump
  }

  /**
   * How far the clock can be trusted (OCMF 3.2.2, field TM): S synchronised with a time server; I informative, checked
   * against the engine only; U unknown or unsynchronised, or too far from the engine's; R relative, a clock that never was set.
   */
  status(timeServer: TimeServer): ClockStatus {
    const now = this.now()
    const { offset } = this
    if (now < PLAUSIBLE_FROM) return "relative"
    if (offset !== undefined && Math.abs(offset) > LARGEST_OFFSET) return "unsynchronised"
    if (timeServer === "synchronised") return "synchronised"
    return offset === undefined ? "unsynchronised" : "informative"
  }

  /** What stands against reading meters now; `newest` is the time of the last reading. */
  trouble(newest: number, timeServer: TimeServer): ClockTrouble | undefined {
    const now = this.now()
    const { offset } = this
    if (now < PLAUSIBLE_FROM) return { kind: "NotSet" }
    if (offset !== undefined && Math.abs(offset) > PERIOD) return { kind: "FarOff", offset }
    if (now >= newest) return undefined
    const behind = newest - now
    const isRight = offset !== undefined || timeServer === "synchronised"
    return behind > PERIOD && isRight ? { kind: "WasAhead", behind } : { kind: "WentBack", behind }
  }
}
