/** Small checks that collect problems instead of stopping at the first one. */

/** One thing wrong with a profile: the path of the field and a sentence. */
export interface Problem {
  readonly path: string
  readonly message: string
}

/** A JSON object whose fields are checked one by one. */
export class Fields {
  readonly #value: Readonly<Record<string, unknown>>
  readonly #path: string
  readonly problems: Problem[]

  constructor(value: unknown, path: string, problems: Problem[]) {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value)
    this.#value = isObject ? (value as Record<string, unknown>) : {}
    this.#path = path
    this.problems = problems
    if (!isObject) problems.push({ path, message: "must be an object" })
  }

  path(field: string): string {
    return this.#path === "" ? field : `${this.#path}.${field}`
  }

  has(field: string): boolean {
    return Object.hasOwn(this.#value, field)
  }

  raw(field: string): unknown {
    return this.#value[field]
  }

  report(field: string, message: string): void {
    this.problems.push({ path: this.has(field) ? this.path(field) : this.#path, message: `${field} ${message}` })
  }

  text(field: string): string {
    const value = this.#value[field]
    if (typeof value === "string" && value !== "") return value
    this.report(field, "must be a text that is not empty")
    return ""
  }

  oneOf<const Choice extends string | number>(field: string, choices: readonly Choice[]): Choice {
    const found = choices.find((choice) => choice === this.#value[field])
    if (found === undefined) this.report(field, `must be one of ${choices.join(", ")}`)
    return found ?? choices[0]!
  }

  integer(field: string, lowest: number, highest: number): number {
    const value = this.#value[field]
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= lowest && value <= highest) return value
    this.report(field, `must be an integer from ${lowest} to ${highest}`)
    return lowest
  }

  /** A misspelt field would silently fall back to nothing, so a field that nobody knows is an error. */
  refuseOthers(known: readonly string[]): void {
    for (const field of Object.keys(this.#value)) {
      if (!known.includes(field)) this.report(field, "is not a field of a profile")
    }
  }
}
