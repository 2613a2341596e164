/** What a client must be able to do to be measured: read one and the same block of many meters. */

/** The block that every implementation reads: power and import of an SDM630 (52 to 73, input registers). */
export const block = { functionCode: 4, address: 52, words: 22 } as const

/** 4640 e6ae at 72 is 12,345.67 kWh as a float, 43fa 0000 at 52 is 500 W. */
export const blockWords: readonly number[] = [0x43fa, 0, ...Array.from({ length: 18 }, (_, index) => index), 0x4640, 0xe6ae]

/** The first unit id; all meters have it. */
export const unit = 1

/** One meter's address. All of 127.0.0.0/8 is this machine, so each meter has a host of its own at one port. */
export const hostOf = (meter: number): string => `127.${1 + Math.floor(meter / 62_500)}.${Math.floor(meter / 250) % 250}.${1 + (meter % 250)}`

/** Meters that are connected and can be read, each again and again. */
export interface Clients {
  /** Reads one meter's block; true if what it said is right. Rejects as the library does. */
  read(meter: number): Promise<boolean>
  close(): void
}

/** A client library, or our own path. */
export interface Implementation {
  readonly name: string
  /** Connects to so many meters at this port. */
  connect(meters: number, port: number): Promise<Clients>
}

/** True if these are the block's words. All of them are compared, by every implementation alike. */
export const isBlock = (words: ArrayLike<number>): boolean => {
  if (words.length !== blockWords.length) return false
  for (let index = 0; index < blockWords.length; index++) if (words[index] !== blockWords[index]) return false
  return true
}

/** Runs `open` for every meter, so many at once that no queue of the system overflows. */
export const inTurns = async <One>(meters: number, open: (meter: number) => Promise<One>): Promise<One[]> => {
  const all: One[] = []
  for (let from = 0; from < meters; from += 200) {
    all.push(...await Promise.all(Array.from({ length: Math.min(200, meters - from) }, (_, index) => open(from + index))))
  }
  return all
}
