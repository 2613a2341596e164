/**
 * Finds the line of a field in a JSON text, so that an error in a profile names the place to edit.
 * JSON.parse keeps no positions; this walks the tokens only and trusts that the text parsed.
 */

interface Level {
  readonly isArray: boolean
  key: string
  index: number
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g

const pathOf = (levels: readonly Level[]): string => {
  let path = ""
  for (const level of levels) path += level.isArray ? `[${level.index}]` : `${path === "" ? "" : "."}${level.key}`
  return path
}

/** Line number (from 1) of every field, by its path such as `registers[2].scale.numerator`. */
export const linesOfFields = (text: string): ReadonlyMap<string, number> => {
  const lines = new Map<string, number>([["", 1]])
  const levels: Level[] = []
  let line = 1
  let read = 0
  let expectsKey = false
  for (const match of text.matchAll(token)) {
    for (; read < match.index; read++) if (text[read] === "\n") line++
    const part = match[0]
    const level = levels.at(-1)
    if (part === "}" || part === "]") levels.pop()
    else if (part === ",") {
      if (level?.isArray) level.index++
      expectsKey = level?.isArray === false
    } else if (part === ":") expectsKey = false
    else {
      if (expectsKey && level) level.key = String(JSON.parse(part))
      const path = pathOf(levels)
      if (!lines.has(path)) lines.set(path, line)
      if (part === "{" || part === "[") levels.push({ isArray: part === "[", key: "", index: 0 })
      expectsKey = part === "{" || (expectsKey && part !== "[")
    }
  }
  return lines
}
