import { timeToText } from "../../../../engine/core/calendar/period.ts"
import { toHex } from "../../../../engine/core/quantity/bytes.ts"
import { MISSING, type IntervalColumns } from "../../../../engine/core/settlement/community/community-inputs.ts"
import { isMember } from "../../../../engine/core/settlement/community/ledger.ts"
import { NANO_OF_A_CENT } from "../../../../engine/core/settlement/community/statement.ts"
import type { CommunityRun } from "../compute-run.ts"
import { readIntervals } from "../files/intervals-file.ts"
import { readRules } from "../files/rules-file.ts"
import { roles, type InputFile } from "../inputs.ts"
import { inputsOfFolder, settingsOf } from "../run-folder.ts"
import { readRunFile } from "../previous-run.ts"
import { centsText, kwhText } from "./money-text.ts"
import { statusText } from "./status-text.ts"

const textOf = ({ bytes }: InputFile): string => new TextDecoder().decode(bytes)

/** Interval values that differ, by metering point. */
export const changedValues = (before: IntervalColumns, now: IntervalColumns): Array<string> => {
  const rowsBefore = new Map(before.periods.map((time, row) => [time, row]))
  const columnsBefore = new Map(before.meteringPoints.map((name, column) => [name, column]))
  const gone = before.meteringPoints.filter((name) => !now.meteringPoints.includes(name))
  const lines = gone.map((name) => `  ${name}: no longer among the values`)
  for (const [column, name] of now.meteringPoints.entries()) {
    let values = 0
    let wh = 0
    let first: number | undefined
    for (const [row, time] of now.periods.entries()) {
      const [old, oldColumn] = [rowsBefore.get(time), columnsBefore.get(name)]
      const was = old === undefined || oldColumn === undefined ? MISSING : before.values[old * before.meteringPoints.length + oldColumn]!
      const is = now.values[row * now.meteringPoints.length + column]!
      if (was === is) continue
      values++
      wh += Math.max(0, is) - Math.max(0, was)
      first ??= time
    }
    if (values > 0) lines.push(`  ${name}: ${values} values, ${wh > 0 ? "+" : ""}${kwhText(wh)} kWh, first ${timeToText(first!)}`)
  }
  return lines
}

/** Fields of a JSON input that differ, by path. */
const changedFields = (before: unknown, now: unknown, path: string): Array<string> => {
  if (JSON.stringify(before) === JSON.stringify(now)) return []
  const isNode = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null
  if (!isNode(before) || !isNode(now)) return [`  ${path}: ${JSON.stringify(before) ?? "nothing"} -> ${JSON.stringify(now) ?? "nothing"}`]
  const names = new Set([...Object.keys(before), ...Object.keys(now)])
  return [...names].flatMap((name) => changedFields(before[name], now[name], path === "" ? name : `${path}.${name}`))
}

/** Rows of a table that are in one file only. */
const changedRows = (before: string, now: string): Array<string> => {
  const [old, current] = [before, now].map((text) => new Set(text.split("\n").map((line) => line.trimEnd()).filter((line) => line !== ""))) as [Set<string>, Set<string>]
  return [...[...old].filter((line) => !current.has(line)).map((line) => `  - ${line}`), ...[...current].filter((line) => !old.has(line)).map((line) => `  + ${line}`)]
}

const changesOf = (role: string, before: InputFile | undefined, now: InputFile | undefined, read: (file: InputFile, isBefore: boolean) => IntervalColumns): Array<string> => {
  if (role === "previous" || (before !== undefined && now !== undefined && toHex(before.sha256) === toHex(now.sha256))) return []
  if (before === undefined || now === undefined) return before === now ? [] : [`${role}: ${before === undefined ? "new" : "gone"}`]
  if (role === "intervals") return ["intervals:", ...changedValues(read(before, true), read(now, false))]
  const isJson = now.name.endsWith(".json") && before.name.endsWith(".json")
  return [`${role}:`, ...(isJson ? changedFields(JSON.parse(textOf(before)), JSON.parse(textOf(now)), "") : changedRows(textOf(before), textOf(now)))]
}

/** How a version differs from the one before: which inputs, by how much, and what it means for whom. */
export const explainChanges = (previousFolder: string, run: CommunityRun): string => {
  const before = readRunFile(previousFolder)
  const old = inputsOfFolder(previousFolder, before)
  const readBy = (inputs: ReadonlyArray<InputFile>, { path, bytes }: InputFile): IntervalColumns => {
    const rules = inputs.find(({ role }) => role === "rules")!
    return readIntervals(path, bytes, settingsOf(inputs).unit, { timeZone: readRules(rules.path, rules.bytes).timeZone })
  }
  const read = (file: InputFile, isBefore: boolean): IntervalColumns => readBy(isBefore ? old : run.inputs, file)
  const inputs = roles.flatMap((role) => changesOf(role, old.find((file) => file.role === role), run.inputs.find((file) => file.role === role), read))
  const net = new Map<string, bigint>()
  for (const { payer, payee, amount } of run.delta) {
    net.set(payer, (net.get(payer) ?? 0n) - amount)
    net.set(payee, (net.get(payee) ?? 0n) + amount)
  }
  const members = [...net].filter(([holder, amount]) => isMember(holder) && amount !== 0n).sort(([left], [right]) => (left < right ? -1 : 1))
  return `${[
    `version ${run.version} (${statusText(run.status)}) after version ${before.version} (${before.status})`,
    "",
    "What changed in the inputs",
    ...(inputs.length === 0 ? ["  nothing"] : inputs),
    "",
    `What it means, in ${run.result.currency}, positive in the member's favour`,
    ...(members.length === 0 ? ["  nothing for any member"] : members.map(([member, amount]) => `  ${member}: ${centsText(amount / NANO_OF_A_CENT)}`))
  ].join("\n")}\n`
}
