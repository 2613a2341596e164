import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { join } from "node:path"
import { repositoryFolder } from "../../../infra/local/cache.ts"
import { importIntervals } from "./import.ts"
import { operate } from "./operate.ts"

const optional = (name: string, description: string) => Flag.String(name).pipe(Flag.withDescription(description), Flag.optional)
const data = Flag.String("data").pipe(Flag.withDescription("Data folder of a running or stopped start"))
const world = Flag.String("world").pipe(Flag.withDescription("World file of that start; the demo feeder if left out"), Flag.withDefault(join(repositoryFolder, "infra", "demo", "semiurb4.world.json")))
const preview = Flag.Boolean("preview").pipe(Flag.withDescription("Show what would change and write nothing"), Flag.withDefault(false))
const json = Flag.Boolean("json").pipe(Flag.withDescription("Print the report as one JSON object"), Flag.withDefault(false))
const print = (wanted: boolean, report: unknown): void => {
  if (wanted) process.stdout.write(`${JSON.stringify(report)}\n`)
}

/** `commonwatt import`. */
export const importCommand = Command.make(
  "import",
  {
    file: Flag.String("file").pipe(Flag.withDescription("Portal export: CSV or XLSX")),
    data,
    world,
    layout: optional("layout", "Layout of the document (commonwatt, eda-portal, german-portal); the first that fits if left out"),
    sheet: optional("sheet", "Sheet of a workbook; the first if left out"),
    meteringPoint: optional("metering-point", "Metering point of a document that names none"),
    points: optional("points", 'JSON file with our names for theirs: {"AT00...": "home"}'),
    who: Flag.String("who").pipe(Flag.withDescription("Who imports, for the record"), Flag.withDefault("operator")),
    preview,
    json
  },
  (flags) =>
    Effect.scoped(
      Effect.map(
        importIntervals({
          ...flags,
          layout: Option.getOrUndefined(flags.layout),
          sheet: Option.getOrUndefined(flags.sheet),
          meteringPoint: Option.getOrUndefined(flags.meteringPoint),
          points: Option.getOrUndefined(flags.points)
        }),
        (report) => print(flags.json, report)
      )
    )
).pipe(Command.withDescription("Import official interval values from a portal's CSV or XLSX export"))

/** `commonwatt operate`. */
export const operateCommand = Command.make(
  "operate",
  { file: Flag.String("file").pipe(Flag.withDescription("JSON file with a list of the operator's commands; docs/guides/metering.md shows each")), data, world, preview, json },
  (flags) => Effect.scoped(Effect.map(operate(flags), (report) => print(flags.json, report)))
).pipe(Command.withDescription("Give the operator's commands to metering points: exchange, retire, edit, source, load profile"))
