import { compare, countsOf, isSame, survivorsOf, type Explained, type Files } from "./survivors.ts"

const HEAD = `# Mutants
What \`npm run mutants\` found when it was last run: one thing at a time in engine/core/market is changed (a comparison, a sign, a bound, a condition, a statement, a constant), and a test that runs the changed code must fail. Stryker's instrumenter makes the mutants of the TypeScript, infra/checks/mutants/assembly-mutants.ts those of the order book's AssemblyScript. A mutant that makes a loop endless is stopped and counts as found. How it works: [decision 0031](decisions/0031-mutants-with-the-tests-kept-loaded.md).

The tests are those that infra/checks/mutants/tests.ts names, with a fiftieth of the random cases of \`npm test\`. A file is tried anew when it changes; what was killed once is not tried again because a test was added.

`
const ROOM = "engine/core/market/"
const within = (file: string): string => file.replace(ROOM, "")
const cell = (text: string): string => text.replaceAll("|", "\\|")
/** Code in a table's cell, whatever quotes are in it. */
const code = (text: string): string => (text === "" ? "(nothing)" : text.includes("`") ? `\`\` ${cell(text)} \`\`` : `\`${cell(text)}\``)
const short = (text: string): string => (text.length > 100 ? `${text.slice(0, 97)}...` : text)
const row = (...cells: ReadonlyArray<string | number>): string => `| ${cells.join(" | ")} |`

const countTable = (files: Files): Array<string> => {
  const counts = countsOf(files).filter(({ tried }) => tried > 0)
  const sum = (name: "tried" | "killed" | "stopped" | "survived") => counts.reduce((total, count) => total + count[name], 0)
  return [
    "| file | tried | killed | stopped | survived |",
    "|---|---:|---:|---:|---:|",
    ...counts.map(({ file, tried, killed, stopped, survived }) => row(within(file), tried, killed, stopped, survived)),
    row("all", sum("tried"), sum("killed"), sum("stopped"), sum("survived"))
  ]
}

/** docs/mutants.md: counts of each file, all of which were tried, and each survivor with the reason why no test can tell it from the original. */
export const pageOf = (files: Files, explained: ReadonlyArray<Explained>): string => {
  const survivors = survivorsOf(files)
  const { unexplained } = compare(survivors, explained, new Set())
  const known = explained.filter((one) => survivors.some((survivor) => isSame(survivor, one)))
  const reasons = [...Map.groupBy(known, ({ file }) => file)]
    .toSorted(([left], [right]) => left.localeCompare(right))
    .flatMap(([file, list]) => ["", `### ${within(file)}`, "| in | original | mutant | why it does the same |", "|---|---|---|---|", ...list.map(({ at, original, replacement, why }) => row(code(short(at)), code(short(original)), code(short(replacement)), cell(why)))])
  const bare = Object.keys(files).filter((file) => files[file]!.mutants.length === 0)
  const without = bare.length === 0 ? [] : ["", `Nothing to change in ${bare.map(within).join(", ")}: types, texts and plain numbers.`]
  const open = unexplained.length === 0 ? [] : ["", "## Not explained yet", ...unexplained.map(({ file, line, original, replacement }) => `- ${within(file)}:${line}: ${code(short(original))} -> ${code(short(replacement))}`)]
  return `${HEAD}${[...countTable(files), ...without, "", "## Survivors", ...reasons, ...open].join("\n")}\n`
}
