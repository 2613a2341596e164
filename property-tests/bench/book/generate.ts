import { renameSync, writeFileSync } from "node:fs"
import { FLOW_TICKS, FLOW_WORDS } from "./flow.ts"
import { PlainBook } from "./plain-book.ts"

/** xoshiro128**, as data/order-flow/generate.mjs seeds it for seed 0. */
const generator = (): (() => number) => {
  const state: [number, number, number, number] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0xdeadbeef]
  return () => {
    let result = Math.imul(state[1], 5)
    result = Math.imul((result << 7) | (result >>> 25), 9)
    const shifted = state[1] << 9
    state[2] ^= state[0]
    state[3] ^= state[1]
    state[1] ^= state[2]
    state[0] ^= state[3]
    state[2] ^= shifted
    state[3] = (state[3] << 11) | (state[3] >>> 21)
    return result >>> 0
  }
}

/** Ids of open orders, any of which can be picked. */
class OpenIds {
  private readonly ids: Array<number> = []
  private readonly placeOf = new Map<number, number>()

  get size(): number {
    return this.ids.length
  }
  at(place: number): number {
    return this.ids[place]!
  }
  has(id: number): boolean {
    return this.placeOf.has(id)
  }
  add(id: number): void {
    if (this.placeOf.has(id)) return
    this.placeOf.set(id, this.ids.length)
    this.ids.push(id)
  }
  remove(id: number): void {
    const place = this.placeOf.get(id)
    if (place === undefined) return
    const last = this.ids.pop()!
    this.placeOf.delete(id)
    if (last === id) return
    this.ids[place] = last
    this.placeOf.set(last, place)
  }
}

interface Placed {
  readonly book: number
  readonly side: number
  readonly participant: number
}

export interface FlowShape {
  readonly books: number
  /** How far an order may move its book's middle price, in ticks. */
  readonly drift: number
  /** Share of new orders that want to trade at once. */
  readonly taking: number
  /** Where the middle of the only book starts. */
  readonly middle?: number
}

/** The flows of data/order-flow. */
export const HOT: FlowShape = { books: 1, drift: 0.06, taking: 0.17, middle: 2_048 }
export const MULTI: FlowShape = { books: 768, drift: 2, taking: 0.2 }

/** A flow as `multi` over so many books: however few orders a book gets, its prices move as far by the end. */
export const shapeFor = (books: number): FlowShape => ({ ...MULTI, books, drift: MULTI.drift * Math.sqrt(books / MULTI.books) })

/** Writes a flow, 2M commands unless told; for HOT and MULTI the same bytes as data/order-flow/generate.mjs. */
export const generateFlow = (shape: FlowShape, file: string, commands = 2_000_000): void => {
  const random = generator()
  const unit = () => random() / 4_294_967_296
  const { books, drift, taking } = shape
  const open = new OpenIds()
  const plain = new PlainBook(books, FLOW_TICKS, 1 << 18, commands, (id) => open.remove(id))
  const words = new Uint32Array(commands * FLOW_WORDS)
  const placed: Array<Placed> = [{ book: 0, side: 0, participant: 0 }]
  const middle = Array.from({ length: books }, (_, book) => {
    const slot = book % 96
    return 2_400 - 900 * Math.max(0, Math.sin(((slot - 24) / 48) * Math.PI)) + (slot > 68 && slot < 84 ? 500 : 0) + (unit() - 0.5) * 100
  })
  if (shape.middle !== undefined) middle[0] = shape.middle
  const clamp = (price: number) => Math.max(1, Math.min(FLOW_TICKS - 2, price))
  const away = (side: number, book: number, scale: number) => {
    const distance = 1 + Math.floor(-Math.log(1 - unit()) * scale)
    return Math.round(side === 0 ? middle[book]! - distance : middle[book]! + distance)
  }

  const newOrder = (): [number, number, number, number] => {
    const book = books === 1 ? 0 : unit() < 0.5 ? random() % books : Math.floor(unit() ** 3 * books)
    middle[book] = Math.max(600, Math.min(3_500, middle[book]! + (unit() - 0.5) * drift))
    const side = random() & 1
    const participant = random() % 2_000
    const id = placed.length
    const quantity = 100 + (random() % 49) * 100
    let op = 0
    let price: number
    if (unit() < taking) {
      const best = plain.best(book, 1 - side)
      if (best < 0) price = Math.round(middle[book]!)
      else price = side === 0 ? Math.min(FLOW_TICKS - 2, best + (random() % 4)) : Math.max(1, best - (random() % 4))
      if (unit() < 0.4) op = 3
    } else price = away(side, book, 60)
    placed.push({ book, side, participant })
    return [op, id, clamp(price), quantity]
  }

  const pick = (): number => {
    const next = placed.length
    if (unit() < 0.02 && next > 1_000) return 1 + (random() % (next - 1))
    if (unit() >= 0.5) return open.at(random() % open.size)
    const recent = () => next - 1 - Math.floor(unit() * Math.min(next - 1, 20_000))
    let id = recent()
    for (let tries = 0; tries < 20 && !open.has(id); tries++) id = recent()
    return open.has(id) ? id : open.at(random() % open.size)
  }

  const movedTo = (id: number, { book, side }: Placed): number => {
    const current = plain.priceOf(id)
    let price = away(side, book, 40)
    if (unit() < 0.06) {
      const best = plain.best(book, 1 - side)
      if (best >= 0) price = best
    }
    price = clamp(price)
    return price === current ? (price > 2_000 ? price - 1 : price + 1) : price
  }

  for (let index = 0; index < commands; index++) {
    const draw = unit()
    const full = open.size / 100_000
    const cancels = open.size < 1_000 ? 0 : full < 0.9 ? 0.2 : full < 1 ? 0.26 : full < 1.05 ? 0.3 : 0.34
    const moves = open.size < 1_000 ? 0 : 0.13
    let op = draw < cancels ? 1 : draw < cancels + moves ? 2 : 0
    let id: number
    let price = 0
    let quantity = 0
    if (op === 0) [op, id, price, quantity] = newOrder()
    else {
      id = pick()
      if (op === 2) price = movedTo(id, placed[id]!)
    }
    const { book, side, participant } = placed[id]!
    words.set([(op | (side << 8) | (book << 16)) >>> 0, id, price, quantity, participant, index], index * FLOW_WORDS)
    plain.run(op, side, book, id, price, quantity)
    if (op !== 3 && plain.isOpen(id)) open.add(id)
    else if (op !== 3) open.remove(id)
  }
  // Whoever is stopped here leaves no half of a flow behind.
  writeFileSync(`${file}.${process.pid}`, new Uint8Array(words.buffer))
  renameSync(`${file}.${process.pid}`, file)
}
