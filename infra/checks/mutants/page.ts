import { compare, countsOf, survivorsOf, type Explained, type Report } from "./survivors.ts"

const HEAD = `# Mutants
What \`npm run mutants\` (Stryker, TypeScript) and \`npm run mutants:assembly\` (our own, AssemblyScript) found when they were last run: one thing at a time in engine/core/market is changed (a comparison, a sign, a bound, a condition, a statement, a constant), and a test that runs the changed code must fail. A mutant that makes a loop endless is stopped and counts as found. The tests are those that infra/checks/mutants/vitest.config.ts names, with a quarter of the cases of \`npm test\`; mutants of the assembly meet some hundred histories first, whose every status, event, view and snapshot the naive books know, and what survives those meets the tests.

`
const cell = (text: string): string => text.replaceAll("|", "\\|")
/** Code in a table's cell, whatever quotes are in it. */
const code = (text: string): string => (text === "" ? "(nothing)" : text.includes("`") ? `\`\` ${cell(text)} \`\`` : `\`${cell(text)}\``)
const short = (text: string): string => (text.length > 100 ? `${text.slice(0, 97)}...` : text)

/** docs/mutants.md: counts of each file, and each survivor with the reason why no test can tell it from the original. */
export const pageOf = (report: Report, explained: ReadonlyArray<Explained>): string => {
  const survivors = survivorsOf(report)
  const { unexplained } = compare(survivors, explained, new Set())
  const counts = countsOf(report)
  const sum = (name: "mutants" | "killed" | "timedOut" | "survived") => counts.reduce((total, count) => total + count[name], 0)
  const rows = counts.map(({ file, mutants, killed, timedOut, survived }) => `| ${file.replace("engine/core/market/", "")} | ${mutants} | ${killed} | ${timedOut} | ${survived} |`)
  const table = ["| file | mutants | killed | stopped | survived |", "|---|---:|---:|---:|---:|", ...rows, `| all | ${sum("mutants")} | ${sum("killed")} | ${sum("timedOut")} | ${sum("survived")} |`]
  const reasons = [...Map.groupBy(explained.filter((one) => survivors.some(({ file, original, replacement }) => file === one.file && original === one.original && replacement === one.replacement)), ({ file }) => file)]
    .toSorted(([left], [right]) => left.localeCompare(right))
    .flatMap(([file, list]) => ["", `### ${file}`, "| original | mutant | why it does the same |", "|---|---|---|", ...list.map(({ original, replacement, why }) => `| ${code(short(original))} | ${code(short(replacement))} | ${cell(why)} |`)])
  const open = unexplained.length === 0 ? [] : ["", "## Not explained yet", ...unexplained.map(({ file, line, original, replacement }) => `- ${file}:${line}: ${code(short(original))} -> ${code(short(replacement))}`)]
  return `${HEAD}${[...table, "", "## Survivors", ...reasons, ...open].join("\n")}\n`
}
