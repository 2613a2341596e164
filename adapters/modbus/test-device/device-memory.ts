/** The registers of one unit as bytes, in stretches that can be read across. */

/** A readable stretch: two bytes for each word from `address` on. */
export interface Stretch {
  readonly functionCode: 3 | 4
  readonly address: number
  readonly bytes: Buffer
}

/** Words at an address, to be served or written. */
export interface WordsAt {
  readonly functionCode: 3 | 4
  readonly address: number
  readonly words: readonly number[]
}

interface Place {
  readonly functionCode: 3 | 4
  readonly address: number
  readonly length: number
}

/** Stretches that hold all these places; neighbours up to `maxGap` words apart share one, with zeros between. */
export const stretchesFor = (places: readonly Place[], maxGap: number): readonly Stretch[] => {
  const ordered = places.toSorted((a, b) => a.functionCode - b.functionCode || a.address - b.address)
  const runs: { functionCode: 3 | 4; address: number; end: number }[] = []
  for (const { functionCode, address, length } of ordered) {
    const last = runs.at(-1)
    if (last && last.functionCode === functionCode && address - last.end <= maxGap) last.end = Math.max(last.end, address + length)
    else runs.push({ functionCode, address, end: address + length })
  }
  return runs.map(({ functionCode, address, end }) => ({ functionCode, address, bytes: Buffer.alloc((end - address) * 2) }))
}

/** Writes words into the stretch that holds them. */
export const writeWords = (stretches: readonly Stretch[], { functionCode, address, words }: WordsAt): void => {
  const stretch = findStretch(stretches, functionCode, address, words.length)
  if (!stretch) throw new RangeError(`no stretch holds ${words.length} words at ${address}`)
  words.forEach((word, index) => stretch.bytes.writeUInt16BE(word, (address - stretch.address + index) * 2))
}

/** The stretch that holds all the words asked for, if there is one. */
export const findStretch = (stretches: readonly Stretch[], functionCode: number, address: number, words: number): Stretch | undefined => {
  for (const stretch of stretches) {
    if (stretch.functionCode !== functionCode || address < stretch.address) continue
    if ((address - stretch.address + words) * 2 <= stretch.bytes.length) return stretch
  }
  return undefined
}
