// npm run bench -- <what> [options]: each benchmark is a module of its own that reads its options from the arguments.
import { UserError } from "../../adapters/cli/user-error.ts"

const USAGE = "usage: npm run bench -- book [--flow FILE] [--rounds N] [--json | --markdown] | book-books [--rounds N] [--json] | book-large | meters [--json] [--meters 1,100,1000,10000] [--delay MS] [--seconds S] [--rounds N] [--only NAMES] | settle [--points N] [--days N] [--rounds N] [--json] | settle-feeders [--json] | gateway | first-trade [--clone DIR]\n"
const [what, ...args] = process.argv.slice(2)

/** Benchmarks that tell more of themselves than their line here. */
const HAVE_HELP: ReadonlySet<string | undefined> = new Set(["book", "book-books"])
const isHelpAsked = (): boolean => !HAVE_HELP.has(what) && [what, ...args].some((arg) => arg === "--help" || arg === "-h")

const run = async (): Promise<void> => {
  if (isHelpAsked()) return void process.stdout.write(USAGE)
  if (what === "book") return (await import("./book/book.ts")).benchBook(args)
  if (what === "book-books") return (await import("./book/books.ts")).benchBooks(args)
  if (what === "book-large") return void (await import("./book/large.ts"))
  if (what === "meters") return void (await import("./meters/meters.ts"))
  if (what === "settle") return (await import("./settle/settle.ts")).benchSettle(args)
  if (what === "gateway") return (await import("./gateway/footprint.ts")).gatewayFootprint()
  if (what === "settle-feeders") return (await import("./settle/feeders.ts")).benchFeeders(args)
  if (what === "first-trade") return void (await import("./first-trade.ts"))
  process.stderr.write(USAGE)
  process.exitCode = 2
}

try {
  await run()
} catch (error) {
  process.stderr.write(error instanceof UserError ? `${error.message}. To mend it: ${error.mend}\n` : `${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
