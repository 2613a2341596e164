import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { FairQueue } from "./fair-queue.ts"

interface Item {
  readonly unit: number
  readonly number: number
}

const filled = (units: readonly number[]): FairQueue<Item> => {
  const queue = new FairQueue<Item>(({ unit }) => unit)
  units.forEach((unit, number) => queue.push({ unit, number }))
  return queue
}

const drained = (queue: FairQueue<Item>): Item[] => {
  const items: Item[] = []
  for (let item = queue.shift(); item; item = queue.shift()) items.push(item)
  return items
}

describe("a fair queue", () => {
  it("serves unit after unit", () => {
    expect(drained(filled([1, 1, 1, 2, 3, 3])).map(({ unit }) => unit)).toEqual([1, 2, 3, 1, 3, 1])
  })

  const unitLists = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 60 })

  it("loses nothing and keeps the order of each unit", () => {
    fc.assert(fc.property(unitLists, (units) => {
      const queue = filled(units)
      expect(queue.length).toBe(units.length)
      const items = drained(queue)
      expect(queue.length).toBe(0)
      for (const unit of new Set(units)) {
        expect(items.filter((item) => item.unit === unit).map(({ number }) => number)).toEqual(units.flatMap((one, number) => (one === unit ? [number] : [])))
      }
    }))
  })

  it("never serves a unit twice while another waits that was served less since", () => {
    fc.assert(fc.property(unitLists, (units) => {
      const items = drained(filled(units))
      items.forEach((item, index) => {
        const next = items.findIndex((other, place) => place > index && other.unit === item.unit)
        if (next === -1) return
        // Between two turns of a unit, every unit that still has something later had its own turn.
        const between = new Set(items.slice(index + 1, next).map(({ unit }) => unit))
        const waiting = new Set(items.slice(next).map(({ unit }) => unit))
        for (const unit of waiting) if (unit !== item.unit) expect(between.has(unit)).toBe(true)
      })
    }))
  })

  it("gives out what waits for one unit, or everything", () => {
    const queue = filled([1, 2, 1, 3])
    expect(queue.takeUnit(1).map(({ number }) => number)).toEqual([0, 2])
    expect(queue.takeUnit(9)).toEqual([])
    expect(queue.length).toBe(2)
    expect(queue.takeAll().map(({ unit }) => unit)).toEqual([2, 3])
    expect(queue.shift()).toBeUndefined()
  })
})
