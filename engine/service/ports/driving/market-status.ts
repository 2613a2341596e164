import { Context, type Effect } from "effect"

/** Whether there is a chain to anchor on. `detail` is one line for people: what to do, or how far a build is. */
export interface ChainStatus {
  readonly state: "running" | "building" | "absent"
  readonly detail: string
}

/** What a user sees first. */
export interface Status {
  readonly area: string
  readonly community: string
  readonly profile: string
  /** Market seconds per second, or "max" for lockstep. */
  readonly speed: number | "max"
  /** Market time in seconds since 1970; 0 before the first tick. */
  readonly marketTime: number
  readonly timeZone: string
  /** Hash over the commands and events so far. */
  readonly stateHash: string
  readonly chain: ChainStatus
}

/** The state of the whole, for console and command line. */
export class MarketStatus extends Context.Service<MarketStatus, { readonly get: Effect.Effect<Status> }>()("engine/service/MarketStatus") {}
