import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { cacheFolder } from "../../../infra/local/cache.ts"
import { KNOWN_TOTALS } from "./flow.ts"
import { generateFlow, HOT, MULTI, shapeFor } from "./generate.ts"
import { say } from "./measure.ts"

const folder = (): string => {
  const made = join(cacheFolder(), "order-flow")
  mkdirSync(made, { recursive: true })
  return made
}

const isKnown = (file: string): boolean => existsSync(file) && createHash("sha256").update(readFileSync(file)).digest("hex").slice(0, 16) in KNOWN_TOTALS

/** The flow `hot` or `multi` as a file, the same bytes as data/order-flow's; made where it is not there yet. */
export const knownFlow = (name: "hot" | "multi"): string => {
  const file = join(folder(), `${name}.bin`)
  if (isKnown(file)) return file
  say(`making the order flow ${name}`)
  generateFlow(name === "hot" ? HOT : MULTI, file)
  if (!isKnown(file)) throw new Error(`the generator wrote another ${name} than data/order-flow's`)
  return file
}

/** A flow over so many books, made anew. */
export const flowOver = (books: number): string => {
  const file = join(folder(), `books-${books}.bin`)
  say(`making an order flow over ${books} books`)
  generateFlow(shapeFor(books), file)
  return file
}
