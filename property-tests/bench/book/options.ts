import { parseArgs } from "node:util"
import { UserError } from "../../../adapters/cli/user-error.ts"

export interface Options {
  readonly flow: string | undefined
  readonly rounds: number
  readonly json: boolean
  readonly markdown: boolean
}

/** Fewer say little: the machine's other work is as large as what is measured. */
export const USUAL_ROUNDS = 7

const HELP = `npm run bench -- book [--flow FILE] [--rounds N] [--json | --markdown]
npm run bench -- book-books [--rounds N] [--json]

  book        every implementation over one book ("hot") and 768 books ("multi")
  book-books  the engine against the floor from 1 to 10,000 books
  --flow FILE   an order flow of your own instead (format: docs/guides/order-book-bench.md)
  --rounds N    measured rounds (default ${USUAL_ROUNDS}; fewer are good for a look only); one more warms up
  --json        print the rows as a JSON array
  --markdown    print the table of the README
`

/** Options of a benchmark from the command line, or undefined where help was asked for and given. */
export const optionsOf = (args: ReadonlyArray<string>): Options | undefined => {
  const mend = "see npm run bench -- book --help"
  const parse = () => {
    try {
      const flag = { type: "boolean", default: false } as const
      return parseArgs({ args: [...args], options: { flow: { type: "string" }, rounds: { type: "string" }, json: flag, markdown: flag, help: { ...flag, short: "h" } } }).values
    } catch (error) {
      throw new UserError((error as Error).message, mend, { cause: error })
    }
  }
  const { flow, rounds = String(USUAL_ROUNDS), json, markdown, help } = parse()
  if (help) {
    process.stdout.write(HELP)
    return undefined
  }
  if (!/^\d{1,4}$/.test(rounds) || Number(rounds) < 1) throw new UserError(`--rounds ${rounds} is no number from 1 to 9999`, mend)
  if (json && markdown) throw new UserError("--json and --markdown exclude each other", mend)
  return { flow, rounds: Number(rounds), json, markdown }
}
