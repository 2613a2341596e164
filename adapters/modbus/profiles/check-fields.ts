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

  /** The names of all fields, for objects whose keys are data. */
  names(): readonly string[] {
    return Object.keys(this.#value)
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

  /** A value out of a list; `otherwise` is what a missing field means, if it may be missing. */
  oneOf<const Choice extends string | number>(field: string, choices: readonly Choice[], otherwise?: Choice): Choice {
    if (otherwise !== undefined && !this.has(field)) return otherwise
    const found = choices.find((choice) => choice === this.#value[field])
    if (found === undefined) this.report(field, `must be one of ${choices.join(", ")}`)
    return found ?? choices[0]!
  }

  /** An integer in a range; `otherwise` is what a missing field means, if it may be missing. */
  integer(field: string, lowest: number, highest: number, otherwise?: number): number {
    if (otherwise !== undefined && !this.has(field)) return otherwise
    const value = this.#value[field]
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= lowest && value <= highest) return value
    this.report(field, `must be an integer from ${lowest} to ${highest}`)
    return lowest
  }

  /** A list of which `check` reads each item; a missing one is empty where it may be missing. */
  list<Item>(field: string, isOptional: boolean, check: (value: unknown, path: string) => Item): readonly Item[] {
    const value = this.#value[field]
    if (Array.isArray(value)) return value.map((item: unknown, index) => check(item, `${this.path(field)}[${index}]`))
    if (value !== undefined || !isOptional) this.report(field, "must be a list")
    return []
  }

  /** A list of texts, which may be missing. */
  texts(field: string): readonly string[] {
    return this.list(field, true, (item, path) => {
      if (typeof item === "string" && item !== "") return item
      this.problems.push({ path, message: "must be a text that is not empty" })
      return ""
    })
  }

  /** A misspelt field would silently fall back to nothing, so a field that nobody knows is an error. */
  refuseOthers(known: readonly string[]): void {
    for (const field of Object.keys(this.#value)) {
      if (!known.includes(field)) this.report(field, "is not a field of a profile")
    }
  }
}
