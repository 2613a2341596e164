// npm run bench -- book-books [--rounds N] [--json]
import { rmSync } from "node:fs"
import { UserError } from "../../../adapters/cli/user-error.ts"
import { benchFlow } from "./bench-flow.ts"
import { flowOver } from "./flow-files.ts"
import { optionsOf } from "./options.ts"
import type { Row } from "./row.ts"

const COUNTS = [1, 10, 100, 1_000, 10_000]
/** How much larger than over one book the ratio to the floor may be. */
const LARGEST_GROWTH = 1.3

interface Counted {
  readonly books: number
  /** Variant `full` over the floor, same flow, same run. */
  readonly ratio: number
  readonly rows: ReadonlyArray<Row>
}

const countedFor = async (books: number, rounds: number): Promise<Counted> => {
  const file = flowOver(books)
  try {
    const { rows } = await benchFlow(file, rounds, ["floor", "full"])
    return { books, ratio: rows[1]!.nsPerCommand / rows[0]!.nsPerCommand, rows }
  } finally {
    rmSync(file, { force: true })
  }
}

/** Measures how the engine keeps its distance to the floor from 1 to 10,000 books. */
export const benchBooks = async (args: ReadonlyArray<string>): Promise<void> => {
  const options = optionsOf(args)
  if (options === undefined) return
  if (options.flow !== undefined || options.markdown) throw new UserError("book-books makes its own flows and has no --flow and no --markdown", "see npm run bench -- book-books --help")
  const counted: Array<Counted> = []
  for (const books of COUNTS) counted.push(await countedFor(books, options.rounds))
  if (options.json) {
    process.stdout.write(`${JSON.stringify(counted.flatMap(({ rows }) => rows), null, 2)}\n`)
    return
  }
  for (const { books, ratio, rows } of counted) process.stdout.write(`${String(books).padStart(6)} books  floor ${rows[0]!.nsPerCommand.toFixed(1).padStart(6)} ns  full ${rows[1]!.nsPerCommand.toFixed(1).padStart(6)} ns  ${ratio.toFixed(2)}x\n`)
  const growth = Math.max(...counted.map(({ ratio }) => ratio)) / counted[0]!.ratio
  process.stdout.write(`the ratio grows ${growth.toFixed(2)}x at most from ${COUNTS[0]} book to ${COUNTS.at(-1)}; wanted <= ${LARGEST_GROWTH}x: ${growth <= LARGEST_GROWTH ? "reached" : "not reached"}\n`)
}
