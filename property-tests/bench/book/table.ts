import { cpus } from "node:os"
import type { Row } from "./row.ts"
import { RUNS } from "./percentiles.ts"
import { targetsOf } from "./targets.ts"

/** A flow's rows, and what the table says beside them. */
export interface Flowed {
  readonly rows: ReadonlyArray<Row>
  readonly spread: number
  readonly isHot: boolean
}

const time = (ns: number): string => (ns < 1_000 ? ns.toFixed(0) : Math.round(ns).toLocaleString("en-US"))
const times = (value: number): string => `${value < 20 ? value.toFixed(1) : Math.round(value).toLocaleString("en-US")}x`
const nameOf = ({ implementation, variant }: Row): string => `${implementation}, ${variant}`
const met = (isMet: boolean, isStretchMet: boolean): string => (isStretchMet ? "reached, stretch too" : isMet ? "reached" : "not reached")

/** Where the floor was restless, the reader is told. */
const restless = ({ rows, spread }: Flowed): Array<string> => (spread <= 1.4 ? [] : [`The floor over ${rows[0]!.flow} took ${spread.toFixed(2)} times as long in its slowest round as in its fastest: the machine was busy, and these figures are rough.`])

const wrongs = (flows: ReadonlyArray<Flowed>): Array<string> => flows.flatMap(({ rows }) => rows.flatMap((row) => (row.check === "ok" ? [] : [`${nameOf(row)} over ${row.flow} is ${row.check}.`])))

/** p99.9 as it was read, and with each command by the median of several runs. */
const slowest = ({ p999, medianP999 }: Row): string => (p999 === null ? "" : `${time(p999)}${medianP999 === null ? "" : ` (${time(medianP999)})`}`)

/** What the machine itself interrupts: p99.9 of doing nothing for as long as a command of ours takes. */
const idle = ({ rows }: Flowed): Array<string> => {
  const full = rows.find(({ variant }) => variant === "full")
  return full?.idleP999 === undefined || full.idleP999 === null ? [] : [`Doing nothing for as long as a command of ours over ${full.flow}: p99.9 ${time(full.idleP999)} ns.`]
}

/** For a terminal: one block a flow, ratios against the floor and the others, targets. p99.9 also of doing nothing for as long ("idle"), and with each command by the median of its runs. */
export const humanTable = (flowed: Flowed): string => {
  const { rows, isHot } = flowed
  const [floor] = rows
  const full = rows.find(({ variant }) => variant === "full")
  const head = ["", "ns/command", "x floor", "x full", "p50", "p99", "p99.9 ns", "idle", `of ${RUNS} runs`, "MB", "collections", "commands", "check"]
  const cells = rows.map((row) => [
    nameOf(row), row.nsPerCommand.toFixed(1), times(row.nsPerCommand / floor!.nsPerCommand), full === undefined ? "" : times(row.nsPerCommand / full.nsPerCommand),
    ...[row.p50, row.p99, row.p999, row.idleP999, row.medianP999].map((value) => (value === null ? "" : time(value))), String(row.rssMb), String(row.gcCount), String(row.commands), row.check
  ])
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => (column === head.length - 1 ? 0 : row[column]!.length))))
  const lines = [head, ...cells].map((row) => row.map((cell, column) => (column === 0 || column === head.length - 1 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join("  ").trimEnd())
  const targets = targetsOf(rows, isHot).map(({ text, wanted, stretch, reached, isMet, isStretchMet }) => `  ${text}: ${reached} (wanted ${wanted}, stretch ${stretch}): ${met(isMet, isStretchMet)}`)
  return [`${floor!.flow}`, ...lines, ...targets, ...restless(flowed), ""].join("\n")
}

const markdownRows = (flows: ReadonlyArray<Flowed>): Array<string> => {
  const names = flows[0]!.rows.map(nameOf)
  return names.map((name) => {
    const cells = flows.flatMap(({ rows }) => {
      const row = rows.find((one) => nameOf(one) === name)
      if (row === undefined) return ["", "", ""]
      return [`${row.nsPerCommand.toFixed(row.nsPerCommand < 1_000 ? 1 : 0)}${row.check === "ok" ? "" : " (wrong totals)"}`, times(row.nsPerCommand / rows[0]!.nsPerCommand), slowest(row)]
    })
    return `| ${[name, ...cells].join(" | ")} |`
  })
}

/** For the README: every implementation and every target, all flows side by side. */
export const markdownTable = (flows: ReadonlyArray<Flowed>, rounds: number): string => {
  const titles = flows.flatMap(({ rows }) => [`${rows[0]!.flow} ns`, "x floor", `p99.9 ns (by ${RUNS} runs)`])
  const targets = flows.flatMap(({ rows, isHot }) => targetsOf(rows, isHot).map((target) => `| ${rows[0]!.flow}: ${target.text} | ${target.wanted} | ${target.stretch} | ${target.reached} | ${met(target.isMet, target.isStretchMet)} |`))
  const machine = `Medians of ${rounds} interleaved rounds, Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model.trim() ?? "unknown"}, ${new Date().toISOString().slice(0, 10)}.`
  return [
    `| ns per command | ${titles.join(" | ")} |`,
    `|---|${titles.map(() => "---:|").join("")}`,
    ...markdownRows(flows),
    "",
    "| target | wanted | stretch | measured | |",
    "|---|---|---|---|---|",
    ...targets,
    "",
    [machine, ...flows.flatMap(idle), ...flows.flatMap(restless), ...wrongs(flows)].join(" "),
    ""
  ].join("\n")
}
