import type { Event, Refusal } from "../../../engine/core/event.ts"

/** What a refusal of a metering command means to the operator. */
const MEANING: Partial<Record<Refusal, string>> = {
  OutOfBounds: "a value is above the connection's capacity, in the future, out of order, or a field is empty or too long",
  TooLate: "it lies before the market was opened, or more than 400 days back",
  UnknownMeteringPoint: "there is no such metering point",
  VersionNotCurrent: "the value is no longer what the command says it was: look at it again",
  AlreadyDone: "it is so already",
  UnknownProfile: "the load profile was not defined",
  NotAuthorized: "the key is not the operator's"
}

/** Refused commands of a rehearsal, in sentences. */
export const refusalsIn = (events: ReadonlyArray<Event>): ReadonlyArray<string> =>
  events.flatMap((event) => (event.kind === "CommandRefused" ? [`${event.command}: ${event.status}${MEANING[event.status] === undefined ? "" : ` (${MEANING[event.status]})`}`] : []))
