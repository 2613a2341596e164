/** Orders that are good till a time, the earliest on top. Knows where each stands, so that a cancelled order leaves at once. */
export class ExpiryHeap {
  private readonly times: Float64Array
  private readonly heap: Int32Array
  private readonly placeOf: Int32Array
  private size = 0
  /** Address of the first order. */
  private readonly orders: number

  /** `times` has a place for each order, from address `orders` on. */
  constructor(times: Float64Array, orders: number) {
    const capacity = times.length
    this.orders = orders
    this.times = times
    this.heap = new Int32Array(capacity)
    this.placeOf = new Int32Array(capacity)
  }

  private slotOf(order: number): number {
    return (order - this.orders) >>> 5
  }

  add(order: number, until: number): void {
    const slot = this.slotOf(order)
    this.times[slot] = until
    this.rise(this.size++, slot)
  }

  remove(order: number): void {
    const slot = this.slotOf(order)
    const place = this.placeOf[slot]!
    const last = this.heap[--this.size]!
    this.rise(place, last)
    this.sink(this.placeOf[last]!, last)
  }

  /** The earliest time, if it is over at `time`. */
  firstOver(time: number): number | undefined {
    const first = this.times[this.heap[0]!]!
    return this.size > 0 && first <= time ? first : undefined
  }

  /** All orders of the earliest time. In a heap they hang together from the top. */
  sameTime(until: number): Array<number> {
    const found: Array<number> = []
    const open = [0]
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      if (place >= this.size || this.times[this.heap[place]!] !== until) continue
      found.push(this.orders + (this.heap[place]! << 5))
      open.push(2 * place + 1, 2 * place + 2)
    }
    return found
  }

  private put(place: number, slot: number): void {
    this.heap[place] = slot
    this.placeOf[slot] = place
  }

  private rise(from: number, slot: number): void {
    let place = from
    while (place > 0) {
      const parent = (place - 1) >>> 1
      const above = this.heap[parent]!
      if (this.times[above]! <= this.times[slot]!) break
      this.put(place, above)
      place = parent
    }
    this.put(place, slot)
  }

  private sink(from: number, slot: number): void {
    let place = from
    for (;;) {
      let child = 2 * place + 1
      if (child >= this.size) break
      // Behind the last stands the one that sinks, which is no earlier than itself.
      if (this.times[this.heap[child + 1]!]! < this.times[this.heap[child]!]!) child++
      const below = this.heap[child]!
      if (this.times[slot]! <= this.times[below]!) break
      this.put(place, below)
      place = child
    }
    this.put(place, slot)
  }
}
