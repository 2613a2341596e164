/** Lines for people go to stderr, so that stdout carries results only. */
export const say = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

let last = ""
let lastAt = 0

/** Progress of something long: at most one line a second for the same thing, every line when the text is new on a terminal. */
export const sayProgress = (part: string, text: string, fraction?: number): void => {
  const line = `  ${part}: ${text}${fraction === undefined ? "" : ` (${Math.floor(fraction * 100)} %)`}`
  const now = Date.now()
  if (line === last || (part === last.slice(2, 2 + part.length) && now - lastAt < 1_000)) return
  last = line
  lastAt = now
  say(line)
}
