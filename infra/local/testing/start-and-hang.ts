/**
 * A program that starts one part, prints its pid and whether it was adopted, and then waits to be killed.
 * Arguments: the part's module, the name of its start function, its options as JSON.
 */
import type { PartOptions, RunningPart } from "../part.ts"

const [module = "", name = "", options = "{}"] = process.argv.slice(2)
const loaded = (await import(`../${module}`)) as Record<string, (options: PartOptions) => Promise<RunningPart>>
const start = loaded[name]
if (start === undefined) throw new Error(`${module} has no ${name}`)
try {
  const { pid, adopted } = await start(JSON.parse(options))
  console.log(JSON.stringify({ pid, adopted }))
  setInterval(() => {}, 60_000)
} catch (error) {
  console.log(JSON.stringify({ error: String(error) }))
}
