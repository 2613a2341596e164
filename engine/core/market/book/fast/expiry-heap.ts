/** Orders that are good till a time, the earliest on top. Knows where each slot stands, so that a cancelled order leaves at once. */
export class ExpiryHeap {
  readonly until: Float64Array
  private readonly heap: Int32Array
  private readonly placeOf: Int32Array
  private size = 0

  constructor(capacity: number) {
    this.until = new Float64Array(capacity + 1)
    this.heap = new Int32Array(capacity + 1)
    this.placeOf = new Int32Array(capacity + 1)
  }

  add(slot: number, until: number): void {
    this.until[slot] = until
    this.rise(this.size++, slot)
  }

  remove(slot: number): void {
    const place = this.placeOf[slot]!
    const last = this.heap[--this.size]!
    if (last === slot) return
    this.rise(place, last)
    this.sink(this.placeOf[last]!, last)
  }

  /** The order whose time is over at `time`, or 0. */
  firstOver(time: number): number {
    const slot = this.heap[0]!
    return this.size > 0 && this.until[slot]! <= time ? slot : 0
  }

  /** All orders of the earliest time. In a heap they hang together from the top. */
  sameTime(until: number): Array<number> {
    const found: Array<number> = []
    const open = [0]
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      if (place >= this.size || this.until[this.heap[place]!] !== until) continue
      found.push(this.heap[place]!)
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
      if (this.until[above]! <= this.until[slot]!) break
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
      if (child + 1 < this.size && this.until[this.heap[child + 1]!]! < this.until[this.heap[child]!]!) child++
      const below = this.heap[child]!
      if (this.until[slot]! <= this.until[below]!) break
      this.put(place, below)
      place = child
    }
    this.put(place, slot)
  }
}
