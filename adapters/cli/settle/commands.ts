import { statSync } from "node:fs"
import { Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { onlyUserErrors } from "../only-user-errors.ts"
import { UserError } from "../user-error.ts"
import { explainLine } from "./explain-line.ts"
import { readSpreadsheets } from "./files/spreadsheet.ts"
import { settleFiles } from "./settle.ts"
import { verifyStatement } from "./statement-proof.ts"
import { verify } from "./verify.ts"
import { summaryText } from "./write/summary.ts"

const optional = (name: string, description: string) => Flag.String(name).pipe(Flag.withDescription(description), Flag.optional)
const needed = (name: string, description: string) => Flag.String(name).pipe(Flag.withDescription(description))

/** Runs work and prints what it says; a UserError is a failure of the command, anything else a defect of ours. */
const printing = (work: () => string | Promise<string>) =>
  Effect.tryPromise({ try: async () => work(), catch: (cause) => cause }).pipe(
    Effect.flatMap((text) => Effect.sync(() => void process.stdout.write(text))),
    onlyUserErrors
  )

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? !path.endsWith(".json")

const today = (): string => new Date().toISOString().slice(0, 10)

const settleCommand = Command.make(
  "settle",
  {
    rules: needed("rules", "Rule set of the community (JSON)"),
    intervals: needed("intervals", "Interval values (CSV or XLSX)"),
    tariffs: needed("tariffs", "Tariff components (JSON)"),
    trades: optional("trades", "Trades between members (CSV or XLSX)"),
    prices: optional("prices", "Prices of each period (CSV or XLSX), for price rules with a series"),
    coefficients: optional("coefficients", "Coefficients of each period (CSV), for keys by series"),
    shadow: optional("shadow", "Another rule set (JSON): what each member would owe by it; it posts nothing"),
    official: optional("official", "The grid operator's allocation (CSV), to see where it differs from ours and why"),
    previous: optional("previous", "Folder of the version before; only differences to it are posted"),
    unit: Flag.Literals("unit", ["Wh", "kWh"]).pipe(Flag.withDescription("Unit of the wide form of interval values"), Flag.withDefault("Wh" as const)),
    on: optional("on", "Local day on which the run is made, as 2026-04-15; today if left out. Deadlines of grid areas are held against it"),
    out: needed("out", "New folder for the run")
  },
  ({ trades, prices, coefficients, shadow, official, previous, on, ...rest }) =>
    printing(async () => {
      const day = Option.getOrElse(on, today)
      if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(Date.parse(day))) throw new UserError(`--on ${day} is no day`, "give it as 2026-04-15")
      const files = { trades, prices, coefficients, shadow, official, previous }
      const named = Object.fromEntries(Object.entries(files).map(([name, file]) => [name, Option.getOrUndefined(file)])) as Record<keyof typeof files, string | undefined>
      const { trades: tradesFile, prices: pricesFile, coefficients: coefficientsFile, official: officialFile } = named
      const spreadsheets = await readSpreadsheets({ intervals: rest.intervals, trades: tradesFile, prices: pricesFile, coefficients: coefficientsFile, official: officialFile })
      return summaryText(settleFiles({ ...rest, ...named, on: day }, spreadsheets))
    })
).pipe(Command.withDescription("Settle a community from plain files, without any server"))

const folder = Argument.String("folder").pipe(Argument.withDescription("Folder of a run"))

const explainCommand = Command.make(
  "explain",
  {
    folder,
    member: needed("member", "Whose lines"),
    line: optional("line", "Kind or label of a line, to see its days"),
    at: optional("at", "Start of a delivery period in UTC, to go through its steps")
  },
  ({ folder, member, line, at }) => printing(() => explainLine({ folder, member, line: Option.getOrUndefined(line), at: Option.getOrUndefined(at) }))
).pipe(Command.withDescription("Print how the lines of a member's statement came about"))

const verifyCommand = Command.make(
  "verify",
  {
    what: Argument.String("what").pipe(Argument.withDescription("Folder of a run, or the JSON file of one statement")),
    root: optional("root", "The published root, to hold the run or the statement against")
  },
  ({ what, root }) =>
    printing(() => {
      const published = Option.getOrUndefined(root)
      if (published !== undefined && !/^[0-9a-f]{64}$/.test(published)) throw new UserError(`--root ${published} is no root`, "give 64 hexadecimal digits")
      return isFolder(what) ? verify(what, published) : verifyStatement(what, published)
    })
).pipe(Command.withDescription("Recompute a run from the inputs in its folder and check every file, hash and root; or check one statement alone"))

/** Commands that work on plain files, without any server. */
export const settlementCommands = [settleCommand, explainCommand, verifyCommand] as const
