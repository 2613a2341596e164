import { highestDepth } from "../profiles/profile.ts"
import { framingOf, type Transport } from "../transport/transport.ts"
import type { BackoffSettings } from "./backoff.ts"
import { processGate, type ConnectGate } from "./connect-gate.ts"

/** The rule of life of a connection, the same for every transport. Times are in ms. */
export interface ConnectionRules {
  /** Requests in flight; 1 unless the device is known to bear more, 200 at most. RTU frames allow one only. */
  readonly depth: number
  readonly connectTimeoutMs: number
  readonly answerTimeoutMs: number
  readonly silenceAfterConnectMs: number
  readonly backoff: BackoffSettings
  /**
   * A request waits at most so long for the next try of its line or unit; else it fails with BackingOff at once.
   * 250 by default, and as long as a late answer may be on its way where frames have no transaction number.
   */
  readonly patienceMs: number
  /** Source of the jitter, in [0, 1). */
  readonly random: () => number
  /** How many connections may open at once; one gate for the whole process if nothing else is said. */
  readonly gate: ConnectGate
}

/** How to reach one device, or a line with several behind it. */
export type ConnectionSettings = Transport & Partial<ConnectionRules>

/** A transport with every rule. */
export type CompleteSettings = Transport & ConnectionRules

const defaults: ConnectionRules = {
  depth: 1, connectTimeoutMs: 3_000, answerTimeoutMs: 1_000, silenceAfterConnectMs: 0,
  backoff: { firstMs: 50, highestMs: 5_000 }, patienceMs: 250, random: Math.random, gate: processGate
}

/** A bus is everybody's: a dead meter on it is asked twice a minute, not every five seconds. */
const busBackoff = { firstMs: 50, highestMs: 30_000 }

const check = (settings: CompleteSettings): void => {
  const { depth } = settings
  if (!Number.isInteger(depth) || depth < 1 || depth > highestDepth) {
    throw new RangeError(`depth must be an integer from 1 to ${highestDepth}`)
  }
  if (settings.transport !== "rtu" && !(Number.isInteger(settings.port) && settings.port > 0 && settings.port < 65_536)) {
    throw new RangeError(`port ${settings.port} is not 1 to 65535`)
  }
}

/** Settings with every rule filled in. Throws RangeError for what can never work. */
export const completeSettings = (settings: ConnectionSettings): CompleteSettings => {
  const complete = { ...defaults, ...settings }
  check(complete)
  if (framingOf(complete) === "mbap") return complete
  const { backoff = busBackoff, patienceMs = complete.answerTimeoutMs } = settings
  return { ...complete, depth: 1, backoff, patienceMs }
}
