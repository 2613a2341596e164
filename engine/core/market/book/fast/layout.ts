/**
 * Where things lie in the one memory of the fast books, in bytes. The assembly (assembly/) and the TypeScript around it
 * read this one file. Parts whose size depends on the rules lie behind each other from HEADS on (flat-memory.ts) and a
 * word each says where: memory that nobody touched is not handed out by the system, so room costs nothing.
 *
 * An order is 32 bytes, half a cache line, and is known by its address; address 0 is nobody. A price level is 16 bytes, a
 * book's head a line, an account half of one.
 */
export const TARIFFS = 0x1000
/** Commands of a batch, copied in. */
export const BATCH = 0x1_0000
export const BATCH_LIMIT = 0x2_0000
export const MOST_BATCHED = 2_048
export const LOG = 0x2_0000
export const LOG_LIMIT = 0x6_0000
export const HEADS = 0x6_0000

// Words that hold where a part begins.
export const ACCOUNTS = 0x180
export const IDS = 0x184
export const ORDERS = 0x188
/** Bits of prices that hold orders, and of words that are not 0. */
export const LEAVES = 0x18c
export const MIDDLES = 0x190
export const UPPERS = 0x194
/** Eight words an order: owner + 1 of each named counterparty, ended by 0. */
export const COUNTERPARTIES = 0x198
export const LEVELS = 0x19c
/** A double an order: what it is good till. */
export const TIMES = 0x1a0

// Single words. The rules first: they never change.
export const MINIMUM_PRICE = 0x100
export const MAXIMUM_PRICE = 0x104
export const PRICE_TICK = 0x108
export const MINIMUM_QUANTITY = 0x10c
export const MAXIMUM_QUANTITY = 0x110
export const MAXIMUM_OPEN = 0x114
export const MAXIMUM_DIRECTED = 0x118
export const BOOKS = 0x11c
export const ACCOUNT_COUNT = 0x120
export const CAPACITY = 0x124
/** Ticks of a book are a power of two: level = book << shift | tick. */
export const SHIFT = 0x128
/** Levels from a book to the next, and the bits of a level that are its tick. */
export const STRIDE = 0x138
export const TICK_MASK = 0x13c
/** Ticks that the band has. */
export const TICKS = 0x134
/** Byte mask of the id table. */
export const ID_MASK = 0x12c
/** All bits where orders lock credit, none where the market has no tariff. */
export const LOCKS = 0x130
// What commands change.
export const LANES = 0x200
/** Address of the next event, and of the first that is not folded into the state hash. */
export const LOG_END = 0x210
export const FOLDED = 0x214
/** Number of the command in progress; wraps at 2^32. */
export const COMMAND = 0x218
/** Priority stamps given, unsigned. */
export const STAMPS = 0x21c
export const LIVE = 0x220
/** Free orders: freed last, given first; from FRESH on none was ever given. */
export const FREE = 0x224
export const FRESH = 0x228
/** Whether self-trade prevention withdrew the order that is being matched. */
export const WITHDRAWN = 0x22c
/** Market time, a double. */
export const NOW = 0x230
/** What matching by handle came to: trades, Wh and ticks x Wh, as 64-bit numbers. */
export const TRADES = 0x238
export const TRADED_QUANTITY = 0x240
export const TRADED_NOTIONAL = 0x248
/** Where a list of orders that did not fit goes on (0: nowhere), and how many were written or read. */
export const RESUME_TICK = 0x250
export const RESUME_ORDER = 0x254
export const COUNT = 0x258
/** What the state hash multiplies its lanes by, and what ids are mixed by: four words each (multipliers.ts). */
export const MULTIPLIERS = 0x260
export const MIXERS = 0x270
/** Owner + 1 of each counterparty that the order in progress names, ended by 0. */
export const NAMES = 0x280
/** What look-ahead found for each command of a block: hash, what to read next, order. */
export const AHEAD = 0x400

// Order. NEXT and PREVIOUS lie as FIRST and LAST do in a level, so that a level can be its orders' neighbour.
export const NEXT = 0
export const PREVIOUS = 4
/** Wh still open. */
export const QUANTITY = 8
export const LEVEL = 12
/** account | terms << 20 | flags. */
export const WHO = 16
/** Low and high half of the client order id. */
export const ID = 20
/** Priority: a new number each time the order comes to rest. With the address it is the order's handle. */
export const STAMP = 28

export const ACCOUNT_MASK = 0xf_ffff
export const TERMS_SHIFT = 20
export const TERMS_MASK = 0x7f
/** Not on the ladder: directed, or collected for the call. */
export const ASIDE = 0x800_0000
export const DIRECTED = 0x1000_0000
/** Good till a time. */
export const TIMED = 0x2000_0000

// Price level.
export const FIRST = 0
export const LAST = 4
/** Wh open, a double. */
export const SUM = 8

// Head of a book: best tick of each side first, so that a side is its own place.
export const BEST_BID = 0
export const BEST_ASK = 4
export const PHASE = 8
export const ASIDE_HEAD = 12
export const ASIDE_TAIL = 16
export const DIRECTED_COUNT = 20
/** Byte offset of the book's tariff. */
export const TARIFF = 24
/** Top word of the book's bitmap. */
export const TOP = 28

// Account: owner + 1 (0: no such account), open orders, and in nano-units as 64-bit numbers credit and holds.
export const OWNER = 0
export const OPEN = 4
export const CREDIT = 8
export const HELD_BY_ORDERS = 16
export const HELD_BY_TRADES = 24
