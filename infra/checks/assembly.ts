// npm run assembly: compiles the order book's assembly and writes it where the TypeScript around it reads it.
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { main } from "assemblyscript/asc"

const BOOK = join(import.meta.dirname, "../../engine/core/market/book")
/** The compiled module as TypeScript: the core reads no files. */
export const GENERATED = join(BOOK, "fast/generated/assembly.ts")

/**
 * Pages of 64 KB that every market has, up to HEADS (fast/layout.ts); a module that declares more than there are does not
 * start. Within them V8 knows a fixed address to exist: else it loads twice what it compares with, only because a load might trap.
 */
const FIXED_PAGES = 6

/** What decides how the assembly computes, and in what memory; the rest is how hard the compiler works. */
export const OPTIONS = ["--runtime", "stub", "--noAssert", "--importMemory", "--initialMemory", String(FIXED_PAGES), "--enable", "simd"]

const readText = (path: string): string | null => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return null
  }
}

/** Text of the generated file, made from the sources. Throws with the compiler's own words where they are wrong. */
export const compileAssembly = async (): Promise<string> => {
  let binary: Uint8Array | undefined
  const { error, stderr } = await main(["fast/assembly/index.ts", "--outFile", "assembly.wasm", "-O3", "--converge", ...OPTIONS], {
    readFile: (name) => readText(join(BOOK, name)),
    writeFile: (_, contents) => void (binary = contents as Uint8Array),
    listFiles: () => []
  })
  if (error !== null || binary === undefined) throw new Error(`${String(stderr)}${error?.message ?? "nothing was written"}`)
  const text = Buffer.from(binary).toString("base64")
  return `/** Compiled from ../assembly by \`npm run assembly\`; infra/checks/assembly.test.ts compiles it again and compares. */\nexport const ASSEMBLY =\n  "${text}"\n`
}

if (process.argv[1] === import.meta.filename) writeFileSync(GENERATED, await compileAssembly())
