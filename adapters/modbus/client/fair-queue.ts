/**
 * Requests that wait for a line, served one unit after the other: a meter that asks for forty blocks does not
 * keep its neighbours on the bus waiting for all of them.
 */
export class FairQueue<Item> {
  readonly #unitOf: (item: Item) => number
  /** In the order in which the units are served next. */
  readonly #byUnit = new Map<number, Item[]>()
  #length = 0

  constructor(unitOf: (item: Item) => number) {
    this.#unitOf = unitOf
  }

  get length(): number {
    return this.#length
  }

  push(item: Item): void {
    const unit = this.#unitOf(item)
    const items = this.#byUnit.get(unit)
    if (items) items.push(item)
    else this.#byUnit.set(unit, [item])
    this.#length += 1
  }

  /** The first item of the unit whose turn it is; that unit then stands last. */
  shift(): Item | undefined {
    const first = this.#byUnit.entries().next().value
    if (!first) return undefined
    const [unit, items] = first
    const item = items.shift()
    if (items.length === 0) this.#byUnit.delete(unit)
    else if (this.#byUnit.size > 1) {
      this.#byUnit.delete(unit)
      this.#byUnit.set(unit, items)
    }
    this.#length -= 1
    return item
  }

  /** Takes out everything that waits for one unit, in order. */
  takeUnit(unit: number): readonly Item[] {
    const items = this.#byUnit.get(unit) ?? []
    this.#byUnit.delete(unit)
    this.#length -= items.length
    return items
  }

  /** Takes out everything. */
  takeAll(): readonly Item[] {
    const items = [...this.#byUnit.values()].flat()
    this.#byUnit.clear()
    this.#length = 0
    return items
  }
}
