import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { UserError } from "../user-error.ts"
import { loadGatewayConfig } from "./config.ts"
import { runGateway } from "./run-gateway.ts"

/** `commonwatt gateway`: reads a home's meters and hands their readings to the engine. */
export const gatewayCommand = Command.make(
  "gateway",
  { config: Flag.String("config").pipe(Flag.withDescription("The gateway's configuration; docs/guides/gateway.md describes it")) },
  ({ config }) =>
    Effect.scoped(
      Effect.flatMap(
        Effect.try({ try: () => loadGatewayConfig(config), catch: (cause) => (cause instanceof UserError ? cause : new UserError(String(cause), "this is a defect of ours: please report it")) }),
        runGateway
      )
    )
).pipe(Command.withDescription("Read meters and hand over signed readings, on a machine of its own"))
