// A process that appends records one after the other: node writer.ts <url> <area> <name> <count>
import { Effect } from "effect"
import { CommandLog } from "../../../../engine/service/ports/driven/command-log.ts"
import { embeddedLogLayer } from "../embedded-log.ts"

const [connectionString = "", area = "", name = "", count = "0"] = process.argv.slice(2)

const program = Effect.gen(function* () {
  const log = yield* CommandLog
  for (let index = 0; index < Number(count); index++) yield* log.append(area, [Buffer.from(`${name}:${index}`)])
})

await Effect.runPromise(Effect.provide(program, embeddedLogLayer({ connectionString })))
process.exit(0)
