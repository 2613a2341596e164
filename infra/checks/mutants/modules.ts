import { readFileSync } from "node:fs"
import { registerHooks, stripTypeScriptTypes } from "node:module"
import { fileURLToPath, pathToFileURL } from "node:url"
import type { CollectedTest } from "./collector.ts"
import type { Start } from "./messages.ts"
import { REPOSITORY } from "./repository.ts"

const OURS = pathToFileURL(REPOSITORY).href
const collector = new URL("./collector.ts", import.meta.url).href
const isOurs = (url: string): boolean => url.startsWith(OURS) && !url.includes("/node_modules/")

/** Tests that ask whether random histories meet everything, not what the market does with it. */
const ABOUT_HISTORIES = /histories are worth their name|histories meet every status|histories met every refusal|every kind of event, for every reason/

/** Loads the tests with all sources of the repository, again and again, each time as modules of their own. */
export class Modules {
  private readonly testFiles: ReadonlyArray<string>
  private readonly replaced: ReadonlyMap<string, string>
  private readonly texts = new Map<string, string>()
  private generation = 0

  constructor({ testFiles, replaced }: Start) {
    this.testFiles = testFiles
    this.replaced = replaced
    registerHooks({
      resolve: (specifier, context, next) => {
        const generation = /\?generation=\d+$/.exec(context.parentURL ?? "")?.[0]
        if (generation === undefined || specifier.startsWith("node:")) return next(specifier, context)
        if (specifier === "vitest" && !context.parentURL!.startsWith(collector)) return { url: `${collector}${generation}`, shortCircuit: true }
        const resolved = next(specifier, context)
        return isOurs(resolved.url) ? { ...resolved, url: `${resolved.url}${generation}` } : resolved
      },
      load: (url, context, next) => (/\.ts\?generation=\d+$/.test(url) ? { format: "module", source: this.textOf(fileURLToPath(url.replace(/\?.*$/, ""))), shortCircuit: true } : next(url, context))
    })
  }

  private textOf(path: string): string {
    const known = this.texts.get(path)
    if (known !== undefined) return known
    const text = stripTypeScriptTypes(this.replaced.get(path) ?? readFileSync(path, "utf8"))
    this.texts.set(path, text)
    return text
  }

  /** The tests of a new generation; `before` is called between the sources that were replaced and the tests. */
  async load(before: () => void): Promise<ReadonlyArray<CollectedTest>> {
    const generation = `?generation=${++this.generation}`
    const load = (path: string) => import(`${pathToFileURL(path).href}${generation}`)
    for (const path of this.replaced.keys()) await load(path)
    before()
    for (const path of this.testFiles) await load(path)
    const { collected } = (await load(fileURLToPath(collector))) as { collected: ReadonlyArray<CollectedTest> }
    return collected.filter(({ name }) => !ABOUT_HISTORIES.test(name))
  }
}
