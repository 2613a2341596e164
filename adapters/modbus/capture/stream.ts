/** One direction of a TCP connection, put together from segments that come twice, late, or not at all. */

/** Bytes that follow each other; `isAfterGap` where some before them were never seen. */
export interface Chunk {
  readonly bytes: Buffer
  readonly isAfterGap: boolean
}

/** Segments that wait for one before them; beyond this it is taken for lost. */
const mostWaiting = 64

/** How far a sequence number lies ahead of another, across their common overflow. */
const ahead = (sequence: number, of: number): number => (sequence - of) | 0

/** Takes segments as they were captured and gives their bytes in order, each once. */
export class Stream {
  #next: number | null = null
  #waiting: { readonly sequence: number; readonly payload: Buffer }[] = []

  /** True where the other side has had bytes of this one that were not captured, or not yet. */
  lacks(expected: number): boolean {
    return this.#next !== null && ahead(expected, this.#next) > 0
  }

  /** What can be read now that this segment is there. */
  add(sequence: number, isSyn: boolean, payload: Buffer): readonly Chunk[] {
    const start = isSyn ? (sequence + 1) >>> 0 : sequence
    const rest = isSyn ? this.flush() : []
    if (isSyn) this.#next = start
    if (payload.length === 0) return rest
    this.#next ??= start
    this.#waiting.push({ sequence: start, payload })
    const chunks = [...rest, ...this.#takeReady()]
    return this.#waiting.length > mostWaiting ? [...chunks, ...this.#skipGap()] : chunks
  }

  /** Everything that still waits for a segment that never came. */
  flush(): readonly Chunk[] {
    const chunks: Chunk[] = []
    while (this.#waiting.length > 0) chunks.push(...this.#skipGap())
    return chunks
  }

  #takeReady(): readonly Chunk[] {
    const chunks: Chunk[] = []
    for (let found = true; found;) {
      found = false
      this.#waiting = this.#waiting.filter(({ sequence, payload }) => {
        const early = ahead(sequence, this.#next!)
        if (early > 0) return true
        if (-early >= payload.length) return false // sent again, or a keep-alive
        chunks.push({ bytes: payload.subarray(-early), isAfterGap: false })
        this.#next = (sequence + payload.length) >>> 0
        found = true
        return false
      })
    }
    return chunks
  }

  #skipGap(): readonly Chunk[] {
    const nearest = Math.min(...this.#waiting.map(({ sequence }) => ahead(sequence, this.#next!)))
    this.#next = (this.#next! + nearest) >>> 0
    const [first, ...others] = this.#takeReady()
    return first ? [{ bytes: first.bytes, isAfterGap: true }, ...others] : []
  }
}
