import { setTimeout as sleep } from "node:timers/promises"
import { Option } from "effect"
import { Command, Flag } from "effect/cli"
import { isModbusError } from "../../modbus/client/errors.ts"
import { ModelNotFound } from "../../modbus/poller/sunspec.ts"
import { say } from "../start/terminal.ts"
import { UserError } from "../user-error.ts"
import { exitCodeHelp } from "./explain-device.ts"
import { valueLines, valueText } from "./print-values.ts"
import { withDevice, type OpenedDevice } from "./open-device.ts"
import { readFlags, type ReadOptions } from "./read-flags.ts"
import type { ShownValue } from "./shown-values.ts"

const flags = {
  ...readFlags,
  interval: Flag.Int("interval").pipe(Flag.withDescription("Ms between two reads"), Flag.withDefault(1_000)),
  count: Flag.Int("count").pipe(Flag.withDescription("Reads until the end; without it, until Ctrl-C"), Flag.optional)
}

interface WatchOptions extends ReadOptions {
  readonly interval: number
  readonly count: Option.Option<number>
}

const timeOf = (at: Date): string => at.toISOString().slice(11, 23)

/** The values that differ from what was shown before; all of them at first. */
export const changesOf = (before: readonly ShownValue[] | null, now: readonly ShownValue[]): readonly ShownValue[] => {
  if (before === null) return now
  const shown = new Map(before.map((value) => [`${value.model ?? ""}/${value.name}`, valueText(value)]))
  return now.filter((value) => shown.get(`${value.model ?? ""}/${value.name}`) !== valueText(value))
}

const print = (at: Date, isFirst: boolean, changes: readonly ShownValue[], isJson: boolean): void => {
  if (isJson) process.stdout.write(`${JSON.stringify({ at: at.toISOString(), values: changes })}\n`)
  else if (isFirst) process.stdout.write(valueLines(changes))
  else if (changes.length > 0) process.stdout.write(changes.map((value) => `${timeOf(at)}  ${value.name}  ${valueText(value)}\n`).join(""))
}

/** Reads again and again. A device that fails is said once, and once when it is back; the first read must succeed. */
const watch = async ({ readValues, explain }: OpenedDevice, options: WatchOptions, signal: AbortSignal): Promise<void> => {
  const count = Option.getOrElse(options.count, () => Infinity)
  const startedAt = performance.now()
  let before: readonly ShownValue[] | null = null
  let failure: string | null = null
  for (let read = 0; read < count; read++) {
    const wait = startedAt + read * options.interval - performance.now()
    if (wait > 0) await sleep(wait, undefined, { signal })
    const at = new Date()
    try {
      const values = await readValues()
      if (failure !== null) say(`${timeOf(at)}  the device answers again`)
      failure = null
      print(at, before === null, changesOf(before, values), options.json)
      before = values
    } catch (error) {
      if (before === null || signal.aborted || !(isModbusError(error) || error instanceof ModelNotFound)) throw error
      if (failure !== error.name && error.name !== "BackingOff") say(`${timeOf(at)}  ${(explain(error) as Error).message}`)
      failure ??= error.name
    }
  }
}

const checked = (options: WatchOptions): WatchOptions => {
  if (options.interval < 10) throw new UserError(`--interval ${options.interval} is too short`, "give at least 10 ms; few devices bear more than one read per second")
  return options
}

/** `commonwatt meter watch`: the values of one device, again and again, as they change. */
export const watchCommand = Command.make("watch", flags, (options) =>
  withDevice(options, (device, signal) => {
    // Whoever reads our output may have enough of it (`| head`).
    process.stdout.once("error", () => process.exit(0))
    return watch(device, checked(options), signal)
  })
).pipe(Command.withDescription(`Poll a device and print what changes; all values at first. ${exitCodeHelp}`))
