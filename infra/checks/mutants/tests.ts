import { globSync } from "node:fs"
import { join } from "node:path"
import { REPOSITORY } from "./repository.ts"

const BOOK = "engine/core/market/book/"
const BOOKS = ["engine/core/market/book/**/*.test.ts", "property-tests/models/*.test.ts", "property-tests/regressions/defects-of-peers-books.test.ts", "property-tests/bench/book/indexed-books.test.ts"]
const MARKET = ["engine/core/market/*.test.ts", "engine/core/*.test.ts", "property-tests/invariants/{trading,histories}.test.ts"]

/** Test files that say what a file of the market must do: of the books, or of the market around them. */
export const testFilesFor = (file: string): Array<string> =>
  globSync(file.startsWith(BOOK) ? BOOKS : MARKET, { cwd: REPOSITORY }).toSorted().map((name) => join(REPOSITORY, name))
