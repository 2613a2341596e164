import { FLOW_WORDS, scatter, type Flow } from "./flow.ts"

/** Words of a record: operation | side << 8 | book << 16, id (low, high), price tick, Wh, participant. */
export const RECORD_WORDS = 6

/**
 * A flow as every implementation is given it inside the timed part: its commands as a user has them, each id scattered over
 * 64 bits. What an interface wants beyond that (strings, objects, commands of its own) each makes for itself, there.
 */
export const recordsOf = (flow: Flow): Int32Array => {
  const { words, commands } = flow
  const records = new Int32Array(commands * RECORD_WORDS)
  for (let index = 0; index < commands; index++) {
    const at = index * FLOW_WORDS
    const to = index * RECORD_WORDS
    const [low, high] = scatter(words[at + 1]!)
    records[to] = words[at]!
    records[to + 1] = low
    records[to + 2] = high
    records[to + 3] = words[at + 2]!
    records[to + 4] = words[at + 3]!
    records[to + 5] = words[at + 4]!
  }
  return records
}
