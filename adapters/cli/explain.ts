import { Cause } from "effect"
import { UserError } from "./user-error.ts"

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message || cause.name : String(cause))

/** What an error means to somebody at a terminal, and what can be done about it. */
const sentence = (error: unknown): string => {
  if (error instanceof UserError) return `${error.message}\n  To mend it: ${error.mend}`
  const tagged = error as { readonly _tag?: string; readonly cause?: unknown; readonly message?: string; readonly area?: string; readonly reason?: string; readonly expected?: number; readonly found?: number }
  switch (tagged._tag) {
    case "PortUnavailable":
      return `${tagged.message}`
    case "JournalUnavailable":
      return `the database went away and did not come back (${messageOf(tagged.cause)})\n  To mend it: give the same command again; it starts the database and goes on where the journal stands, nothing is lost`
    case "LogUnavailable":
      return `the command log is not to be reached (${messageOf(tagged.cause)})\n  To mend it: give the same command again; what has no receipt yet is submitted anew`
    case "ClockStopped":
      return `the demo's meters are gone (${messageOf(tagged.cause)})\n  To mend it: give the same command again; counters depend on market time alone, so nothing is lost`
    case "ReceiptLate":
      return `the engine gave no receipt for ${tagged.area} in time\n  To mend it: see whether the disk is full or the machine overloaded, then give the same command again; nothing is lost`
    case "Fenced":
      return `another process has taken area ${tagged.area} over, so this one stopped without writing\n  To mend it: use the console of the other one, or stop it first`
    case "JournalCorrupt":
      return `the journal of area ${tagged.area} does not hold together: ${tagged.reason}\n  To mend it: keep the data folder as it is for an audit, and go on from a backup`
    case "LogGap":
      return `the command log of area ${tagged.area} has a gap (position ${tagged.expected} expected, ${tagged.found} found), so the area halts\n  To mend it: restore the log, or keep the data folder for an audit and go on from a backup`
    default:
      return messageOf(error)
  }
}

/** Explains why a command failed; a defect of ours comes with its stack. */
export const explain = (cause: Cause.Cause<unknown>): string => {
  const errors = cause.reasons.flatMap((reason) => (Cause.isFailReason(reason) ? [reason.error] : []))
  if (errors.length > 0) return `commonwatt: ${sentence(errors[0])}`
  return `commonwatt: a defect of ours: please report it with these lines\n${Cause.pretty(cause)}`
}

/** True where the command line has already shown help and its own error. */
export const isHelp = (cause: Cause.Cause<unknown>): boolean =>
  cause.reasons.some((reason) => Cause.isFailReason(reason) && (reason.error as { _tag?: string })._tag === "ShowHelp")

/** What the program ends with: the error's own code, or 1. */
export const exitCodeOf = (cause: Cause.Cause<unknown>): number => {
  const errors = cause.reasons.flatMap((reason) => (Cause.isFailReason(reason) ? [reason.error] : []))
  return errors[0] instanceof UserError ? errors[0].exitCode : 1
}
