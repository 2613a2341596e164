import { readFileSync } from "node:fs"
import { Effect, Schema } from "effect"
import type { Command } from "../../../engine/core/command.ts"
import { fromHex } from "../../../engine/core/quantity/bytes.ts"
import { timeToText } from "../../../engine/core/calendar/period.ts"
import { loadStandardProfiles } from "../../documents/load-profiles/load-profiles.ts"
import { say } from "../start/terminal.ts"
import { UserError } from "../user-error.ts"
import { openOperatorSession } from "./operator-session.ts"
import { refusalsIn } from "./refusals.ts"

const text = Schema.String.pipe(Schema.check(Schema.isMinLength(1), Schema.isMaxLength(200)))
const wattHours = Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000_000_000 })))
const time = Schema.String.pipe(Schema.check(Schema.isPattern(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/)))
const key = Schema.String.pipe(Schema.check(Schema.isPattern(/^[0-9a-f]{64}$/)))
const word = { who: text, why: text }
const point = { meteringPoint: text }
const register = { rolloverWh: wattHours, resolutionWh: wattHours }
const Quality = Schema.Literals(["measured", "calculated", "substitute", "provisional", "missing"])

/** The operator's commands as they stand in a file: times in ISO 8601 with an offset, keys in hexadecimal, energy in Wh. */
const Operation = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("DescribeRegister"), ...point, ...register }),
  Schema.Struct({ kind: Schema.Literal("SetSource"), ...point, source: Schema.Literals(["device", "official"]) }),
  Schema.Struct({ kind: Schema.Literal("ExchangeMeter"), ...point, time, finalRegisterWh: wattHours, initialRegisterWh: wattHours, gatewayKey: Schema.optional(key), ...register, ...word }),
  Schema.Struct({ kind: Schema.Literal("RetireMeteringPoint"), ...point, time, ...word }),
  Schema.Struct({ kind: Schema.Literal("RotateGatewayKey"), formerKey: key, gatewayKey: key, time }),
  Schema.Struct({ kind: Schema.Literal("EditIntervalValue"), ...point, period: time, beforeWh: wattHours, beforeVersion: Schema.Int, afterWh: wattHours, quality: Quality, ...word }),
  Schema.Struct({ kind: Schema.Literal("AssignLoadProfile"), ...point, profile: text, yearlyWh: wattHours }),
  Schema.Struct({ kind: Schema.Literal("SetCheckGroup"), group: text, points: Schema.Array(text), toleranceWh: wattHours, tolerancePermille: wattHours }),
  Schema.Struct({ kind: Schema.Literal("RecordCheckValue"), group: text, period: time, energyWh: Schema.Int })
])
type Operation = typeof Operation.Type

const secondsOf = (shown: string): number => Date.parse(shown) / 1_000

const commandOf = (operation: Operation, keyOf: (meteringPoint: string) => Uint8Array | undefined): Command => {
  switch (operation.kind) {
    case "ExchangeMeter":
      return { ...operation, time: secondsOf(operation.time), gatewayKey: operation.gatewayKey === undefined ? (keyOf(operation.meteringPoint) ?? new Uint8Array()) : fromHex(operation.gatewayKey) }
    case "RetireMeteringPoint":
      return { ...operation, time: secondsOf(operation.time) }
    case "RotateGatewayKey":
      return { ...operation, formerKey: fromHex(operation.formerKey), gatewayKey: fromHex(operation.gatewayKey), time: secondsOf(operation.time) }
    case "EditIntervalValue":
      return { ...operation, period: secondsOf(operation.period) }
    case "RecordCheckValue":
      return { ...operation, period: secondsOf(operation.period) }
    case "SetCheckGroup":
      return { ...operation, points: [...operation.points] }
    default:
      return operation
  }
}

/** A load profile that is assigned is defined first, from the profiles of the repository. */
const withProfiles = (commands: ReadonlyArray<Command>, isDefined: (profile: string) => boolean): ReadonlyArray<Command> => {
  const profiles = loadStandardProfiles()
  const wanted = new Set(commands.flatMap((one) => (one.kind === "AssignLoadProfile" && !isDefined(one.profile) ? [one.profile] : [])))
  const definitions = [...wanted].flatMap((profile): Array<Command> => {
    const found = profiles.get(profile)
    return found === undefined ? [] : [{ kind: "DefineLoadProfile", profile, energies: [...found.energies], dynamics: [...found.dynamics] }]
  })
  return [...definitions, ...commands]
}

/** Gives the operator's commands of a file to the engine: all of them, or none where a rehearsal shows that one would be refused. */
export const operate = Effect.fn("operate")(function* ({ file, data, world, preview }: { readonly file: string; readonly data: string; readonly world: string; readonly preview: boolean }) {
  const operations = yield* Effect.try({ try: () => readOperations(file), catch: (cause) => cause as UserError })
  const session = yield* openOperatorSession(data, world)
  const { points, profiles } = session.state.metering
  const commands = withProfiles(operations.map((one) => commandOf(one, (id) => points.get(id)?.gatewayKey)), (profile) => profiles.has(profile))
  const records = commands.map((command) => [command])
  const events = session.rehearse(records)
  const refused = refusalsIn(events)
  if (refused.length > 0) return yield* Effect.fail(new UserError(`the engine would refuse:\n  ${refused.join("\n  ")}`, "mend the file; nothing was written"))
  for (const event of events) if (event.kind === "IntervalValueRecorded") say(`  ${event.meteringPoint} ${timeToText(event.period)}: ${event.energyWh} Wh, ${event.quality}, version ${event.version}`)
  const report = { file, commands: commands.length, events: events.length }
  if (preview) {
    say("  a preview: nothing was written")
    return { ...report, written: false }
  }
  const count = yield* session.submit(records)
  if (count > 0) return yield* Effect.fail(new UserError(`the engine refused ${count} of ${commands.length} commands: the market went on meanwhile`, "look at what stands, and give the rest again"))
  say(`  written: ${commands.length} commands`)
  return { ...report, written: true }
})

const readOperations = (file: string): ReadonlyArray<Operation> => {
  const mend = "docs/guides/metering.md shows every command"
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, "utf8"))
  } catch (cause) {
    throw new UserError(`${file} cannot be read (${(cause as Error).message})`, mend)
  }
  const decoded = Schema.decodeUnknownExit(Schema.Array(Operation))(value, { errors: "first", onExcessProperty: "error" })
  if (decoded._tag === "Failure") throw new UserError(`${file}: ${String(decoded.cause)}`, mend)
  return decoded.value
}
