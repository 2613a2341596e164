// npm run bench -- <what> [options]: each benchmark is a module of its own that reads its options from the arguments.
const [what] = process.argv.slice(2)
if (what === "book") await import("./book/book.ts")
else if (what === "book-large") await import("./book/large.ts")
else if (what === "meters") await import("./meters/meters.ts")
else if (what === "gateway") await (await import("./gateway/footprint.ts")).gatewayFootprint()
else if (what === "first-trade") await import("./first-trade.ts")
else {
  process.stderr.write("usage: npm run bench -- book [--flow FILE] [--rounds N] [--json] | book-large | meters [--json] [--meters 1,100,1000,10000] [--delay MS] [--seconds S] [--rounds N] | gateway | first-trade [--clone DIR]\n")
  process.exitCode = 2
}
