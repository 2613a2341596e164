import { expect, it } from "vitest"
import { ExpiryHeap } from "./expiry-heap.ts"

const ORDERS = 64
const BYTES = 32

/** A heap of orders that are good till `times`, named by their places among these. */
const heapOf = (times: ReadonlyArray<number>) => {
  const heap = new ExpiryHeap(new Float64Array(times.length), ORDERS)
  const add = (order: number) => heap.add(ORDERS + order * BYTES, times[order]!)
  const remove = (order: number) => heap.remove(ORDERS + order * BYTES)
  for (const order of times.keys()) add(order)
  /** Orders of the earliest time, which leave. */
  const due = (): Array<number> => {
    const orders = heap.sameTime(heap.firstOver(Infinity)!).map((address) => (address - ORDERS) / BYTES)
    for (const order of orders) remove(order)
    return orders.sort((left, right) => left - right)
  }
  return { heap, add, remove, due }
}

/** Each way in which the numbers below `count` follow each other. */
const permutations = (count: number): Array<Array<number>> =>
  count === 0 ? [[]] : permutations(count - 1).flatMap((rest) => Array.from({ length: count }, (_, place) => rest.toSpliced(place, 0, count - 1)))

it("the earliest time is over once its second has come", () => {
  const { heap, remove } = heapOf([30, 10, 20])
  expect([9, 10, 11].map((time) => heap.firstOver(time))).toEqual([undefined, 10, 10])
  remove(1)
  expect([19, 20].map((time) => heap.firstOver(time))).toEqual([undefined, 20])
  remove(0)
  remove(2)
  expect(heap.firstOver(Infinity)).toBeUndefined()
})

it("all orders of the earliest time are found at once, however many and whatever lies between them", () => {
  const { due } = heapOf([10, 10, 20, 10, 10, 20, 30, 10, 10, 10, 10, 20])
  expect([due(), due(), due()]).toEqual([[0, 1, 3, 4, 7, 8, 9, 10], [2, 5, 11], [6]])
})

it("in whatever order six come, and whichever leaves before its time, the others are due one after the other", () => {
  for (const times of permutations(6)) {
    for (let gone = 0; gone < 6; gone++) {
      const { remove, due } = heapOf(times)
      remove(gone)
      const found: Array<number> = []
      for (let count = 0; count < 5; count++) found.push(...due().map((order) => times[order]!))
      expect(found.join()).toBe([0, 1, 2, 3, 4, 5].filter((time) => time !== times[gone]).join())
    }
  }
})

it("a place that an order left is another's, with a time of its own", () => {
  const { add, remove, due } = heapOf([10, 20, 30])
  remove(1)
  add(1)
  remove(0)
  expect([due(), due()]).toEqual([[1], [2]])
})
