// Stands where the tests import "vitest" while mutants are tried: tests are gathered and stay loaded, `expect` is vitest's own.
export { expect, vi } from "vitest"

export interface CollectedTest {
  readonly name: string
  readonly body: () => unknown
}
export const collected: Array<CollectedTest> = []

const path: Array<string> = []
type Body = (...values: ReadonlyArray<unknown>) => unknown
type Say = (name: string, body: Body) => void

const within: Say = (name, body) => {
  path.push(name)
  body()
  path.pop()
}
const add: Say = (name, body) => void collected.push({ name: [...path, name].join(" > "), body: () => body() })

/** A list in the table gives all arguments, anything else is the only one. */
const each = (say: Say) => (table: ReadonlyArray<unknown>) => (name: string, body: Body) => {
  for (const [index, row] of table.entries()) say(`${name} [${index}]`, () => (Array.isArray(row) ? body(...row) : body(row)))
}

export const describe = Object.assign(within, { each: each(within) })
export const it = Object.assign(add, { each: each(add) })
export const test = it
