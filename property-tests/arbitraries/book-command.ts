import fc from "fast-check"
import type { Books } from "../../engine/core/market/book/books.ts"
import type { BookRules } from "../../engine/core/market/book/rules.ts"
import { termsOf } from "../../engine/core/market/book/terms.ts"

/** A command to a set of books, as a method's name and its arguments. */
export type BookCommand =
  | readonly ["open", number, number]
  | readonly ["collect" | "advance" | "cancelAll", number]
  | readonly ["close" | "release", number, number]
  | readonly ["setAccount" | "cancel", number, number, number]
  | readonly ["reduce" | "move", number, number, number, number]
  | readonly ["place", number, number, number, number, number, number, number, number, ReadonlyArray<number>]

/** Applies a command and returns its status. */
export const applyTo = (books: Books, command: BookCommand): number => {
  switch (command[0]) {
    case "open":
      return books.open(command[1], command[2])
    case "collect":
      return books.collect(command[1])
    case "advance":
      return books.advance(command[1])
    case "cancelAll":
      return books.cancelAll(command[1])
    case "close":
      return books.close(command[1], command[2])
    case "release":
      return books.release(command[1], command[2])
    case "setAccount":
      return books.setAccount(command[1], command[2], command[3])
    case "cancel":
      return books.cancel(command[1], command[2], command[3])
    case "reduce":
      return books.reduce(command[1], command[2], command[3], command[4])
    case "move":
      return books.move(command[1], command[2], command[3], command[4])
    case "place":
      return books.place(command[1], command[2], command[3], command[4], command[5], command[6], command[7], command[8], command[9])
  }
}

const isInt32 = (value: number): boolean => (value | 0) === value

/** The command as eight words of a batch; undefined if it has no such form. */
export const batchOf = (command: BookCommand): Int32Array | undefined => {
  const [name, ...parts] = command
  const values = parts.flat()
  if (!values.every((value) => isInt32(value as number))) return undefined
  if (command[0] === "place") {
    const [, book, account, low, high, terms, price, quantity, until, named] = command
    return named.length > 0 || book < 0 || book > 65_535 || terms < 0 || terms > 255 || until < 0 ? undefined : Int32Array.of(terms * 256 + book * 65_536, account, low, high, price, quantity, until, 0)
  }
  if (command[0] === "cancel") return Int32Array.of(1, command[1], command[2], command[3], 0, 0, 0, 0)
  if (name !== "move" && name !== "reduce") return undefined
  const [, account, low, high, value] = command as readonly [string, number, number, number, number]
  return name === "move" ? Int32Array.of(2, account, low, high, value, 0, 0, 0) : Int32Array.of(3, account, low, high, 0, value, 0, 0)
}

/** Little room, few prices and scarce credit, so that every limit is met. */
export const crampedRules: BookRules = {
  minimumPrice: -30,
  maximumPrice: 50,
  priceTick: 10,
  minimumQuantity: 2,
  maximumQuantity: 60,
  maximumOpen: 5,
  maximumDirected: 3,
  tariffs: [
    { residualSupplyPrice: 40, feedInPrice: 10 },
    { residualSupplyPrice: 20, feedInPrice: -20 }
  ],
  books: 3,
  accounts: 6,
  orders: 14
}

/** Many prices and room: the bitmap's three levels, long books. */
export const wideRules: BookRules = { ...crampedRules, minimumPrice: -20_000, maximumPrice: 7_000, priceTick: 1, maximumQuantity: 1_000, maximumOpen: 100, maximumDirected: 20, orders: 300 }

/** The widest band there is: the bitmap's fourth level. */
export const widestRules: BookRules = { ...wideRules, minimumPrice: -(2 ** 19), maximumPrice: 2 ** 19 - 1, maximumQuantity: 20 }

const strange = fc.constantFrom(NaN, Infinity, -Infinity, 0.5, -1, 0, 2 ** 31, 2 ** 40, -(2 ** 31), 1e300, Number.MAX_SAFE_INTEGER)
const mostly = (usual: fc.Arbitrary<number>): fc.Arbitrary<number> => fc.oneof({ weight: 40, arbitrary: usual }, { weight: 1, arbitrary: strange })
const account = fc.oneof({ weight: 30, arbitrary: fc.integer({ min: 0, max: 4 }) }, { weight: 1, arbitrary: fc.constantFrom(-1, 5, 6, 0.5, NaN, 2 ** 20, 2 ** 31) })
const low = fc.oneof({ weight: 10, arbitrary: fc.integer({ min: 0, max: 9 }) }, { weight: 1, arbitrary: fc.constantFrom(-1, -(2 ** 31)) })
const high = fc.oneof({ weight: 10, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(1, -1) })
const named = fc.oneof({ weight: 6, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }) }, { weight: 1, arbitrary: fc.array(fc.integer({ min: -1, max: 3 }), { maxLength: 10 }) })

/** Commands under `rules`. */
export const bookCommand = (rules: BookRules): fc.Arbitrary<BookCommand> => {
  const ticks = (rules.maximumPrice - rules.minimumPrice) / rules.priceTick
  const price = fc.oneof(
    { weight: 30, arbitrary: fc.integer({ min: 0, max: ticks }).map((tick) => rules.minimumPrice + tick * rules.priceTick) },
    { weight: 1, arbitrary: fc.integer({ min: rules.minimumPrice - 11, max: rules.maximumPrice + 11 }) },
    { weight: 1, arbitrary: strange }
  )
  const quantity = mostly(fc.integer({ min: 1, max: rules.maximumQuantity + 1 }))
  const book = fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.integer({ min: 0, max: 2 }) }, { weight: 1, arbitrary: fc.constantFrom(-1, 3, NaN, 0.5, 2 ** 31) })
  const kind = fc.constantFrom(0, 0, 0, 0, 1, 2, 3, 4)
  const terms = fc.oneof({ weight: 30, arbitrary: fc.tuple(fc.nat(1), kind, fc.nat(4)).map(([side, kind, policy]) => termsOf(side, kind, policy)) }, { weight: 1, arbitrary: fc.constantFrom(-1, 128, 10, 0.5, 80) })
  const time = fc.integer({ min: 0, max: 200 })
  const until = fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: mostly(time) })
  const credit = fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 0, max: 20_000_000 }) }, { weight: 1, arbitrary: strange })
  return fc.oneof(
    { weight: 60, arbitrary: fc.tuple(fc.constant("place" as const), book, account, low, high, terms, price, quantity, until, named) },
    { weight: 8, arbitrary: fc.tuple(fc.constant("cancel" as const), account, low, high) },
    { weight: 8, arbitrary: fc.tuple(fc.constant("reduce" as const), account, low, high, quantity) },
    { weight: 12, arbitrary: fc.tuple(fc.constant("move" as const), account, low, high, price) },
    { weight: 3, arbitrary: fc.tuple(fc.constant("advance" as const), mostly(time)) },
    { weight: 2, arbitrary: fc.tuple(fc.constant("cancelAll" as const), fc.integer({ min: 0, max: 4 })) },
    { weight: 2, arbitrary: fc.tuple(fc.constant("collect" as const), book) },
    { weight: 3, arbitrary: fc.tuple(fc.constant("close" as const), book, price) },
    { weight: 4, arbitrary: fc.tuple(fc.constant("open" as const), mostly(fc.integer({ min: 1, max: 4 })), fc.nat(2)) },
    { weight: 2, arbitrary: fc.tuple(fc.constant("setAccount" as const), account, mostly(fc.integer({ min: 0, max: 3 })), credit) },
    { weight: 2, arbitrary: fc.tuple(fc.constant("release" as const), account, credit) }
  )
}

/** Opens a book and the accounts: 0 and 1 of one owner, 2, 3 and 4 of one each. */
export const openingCommands: ReadonlyArray<BookCommand> = [
  ["open", 900, 0],
  ...[0, 0, 1, 2, 3].map((owner, account) => ["setAccount", account, owner, account === 4 ? 1_000 : 100_000_000] as const)
]
