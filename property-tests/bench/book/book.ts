// npm run bench -- book [--flow FILE] [--rounds N] [--json | --markdown]
import { benchFlow, IMPLEMENTATIONS } from "./bench-flow.ts"
import { knownFlow } from "./flow-files.ts"
import { say } from "./measure.ts"
import { optionsOf, USUAL_ROUNDS } from "./options.ts"
import { humanTable, markdownTable, type Flowed } from "./table.ts"

/** Measures every implementation over `hot` and `multi`, or over a flow of the caller's own. */
export const benchBook = async (args: ReadonlyArray<string>): Promise<void> => {
  const options = optionsOf(args)
  if (options === undefined) return
  if (options.rounds < USUAL_ROUNDS) say(`fewer than ${USUAL_ROUNDS} rounds: good for a look, not for comparing`)
  const names = IMPLEMENTATIONS.map(({ name }) => name)
  const files = options.flow === undefined ? [knownFlow("hot"), knownFlow("multi")] : [options.flow]
  const flows: Array<Flowed> = []
  for (const file of files) flows.push(await benchFlow(file, options.rounds, names))
  if (options.json) process.stdout.write(`${JSON.stringify(flows.flatMap(({ rows }) => rows), null, 2)}\n`)
  else if (options.markdown) process.stdout.write(markdownTable(flows, options.rounds))
  else for (const flow of flows) process.stdout.write(`\n${humanTable(flow)}`)
}
