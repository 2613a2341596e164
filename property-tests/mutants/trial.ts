// Tries mutants of the assembly, one after the other, in a process that may hang: run.ts ends it then. Talks to run.ts.
import { registerHooks } from "node:module"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { HandleBooks } from "../../engine/core/market/book/fast/handle-books.ts"
import type { BookRules } from "../../engine/core/market/book/rules.ts"
import { compileChanged, type Changed } from "./compile.ts"
import { corpus, isFound, type Maker } from "./corpus.ts"
import { handlesDiffer } from "./handles.ts"

const BOOK = join(import.meta.dirname, "../../engine/core/market/book")

export type Verdict = "killed" | "survived" | "no assembly"

// Each mutant has modules of its own: the query of whoever imports them is handed on.
let assembly = ""
registerHooks({
  resolve: (specifier, context, next) => {
    const resolved = next(specifier, context)
    const query = /\?mutant=\d+$/.exec(context.parentURL ?? "")?.[0]
    return query !== undefined && resolved.url.includes("/market/book/fast/") ? { ...resolved, url: `${resolved.url}${query}` } : resolved
  },
  load: (url, context, next) => (url.includes("/generated/assembly.ts?mutant=") ? { format: "module", source: `export const ASSEMBLY = "${assembly}"`, shortCircuit: true } : next(url, context))
})

const histories = corpus()
let count = 0

const judge = async (asked: Changed): Promise<Verdict> => {
  const bytes = await compileChanged(asked)
  if (bytes === undefined) return "no assembly"
  assembly = bytes
  const query = `?mutant=${++count}`
  const load = (name: string) => import(`${pathToFileURL(join(BOOK, "fast", name)).href}${query}`)
  const { FastBooks } = (await load("fast-books.ts")) as { FastBooks: new (rules: BookRules) => ReturnType<Maker["make"]> }
  const { restoreFast } = (await load("restore.ts")) as { restoreFast: Maker["restore"] }
  const handles = (await load("handle-books.ts")) as { HandleBooks: typeof HandleBooks }
  const maker: Maker = { make: (rules) => new FastBooks(rules), restore: restoreFast }
  return isFound(histories, maker) || handlesDiffer((rules) => new handles.HandleBooks(rules)) ? "killed" : "survived"
}

process.on("message", async (asked: Changed) => process.send!(await judge(asked)))
process.send!("ready")
