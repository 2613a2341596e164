/** Whether what is wrong with `prefix` is only that it ends too early. */
const endsEarly = (prefix: string): boolean => {
  try {
    JSON.parse(prefix)
    return true
  } catch (cause) {
    const { message } = cause as Error
    if (/end of JSON input|Unterminated/.test(message)) return true
    return Number(/at position (\d+)/.exec(message)?.[1] ?? -1) >= prefix.length
  }
}

/**
 * Line on which `text` stops being JSON. JSON.parse tells a position for some errors only, so the longest prefix that
 * could still become JSON is found by halving.
 */
export const lineOfJsonError = (text: string): number => {
  let good = 0
  let bad = text.length + 1
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (endsEarly(text.slice(0, middle))) good = middle
    else bad = middle
  }
  return text.slice(0, good).split("\n").length
}
