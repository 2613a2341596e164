import { Effect, Schedule } from "effect"
import { timeServer, type TimeServer } from "../../modbus/gateway/time-server.ts"

const LOOK_EVERY = "64 seconds"

/** Looks now and then whether this machine's clock follows a time server; returns what was seen last. */
export const watchTimeServer = Effect.gen(function* () {
  let seen: TimeServer = "unknown"
  const look = Effect.promise(async () => {
    seen = await timeServer()
  })
  yield* look
  yield* look.pipe(Effect.repeat(Schedule.spaced(LOOK_EVERY)), Effect.delay(LOOK_EVERY), Effect.forkScoped)
  return () => seen
})
