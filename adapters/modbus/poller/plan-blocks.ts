import type { Span } from "../profiles/raw-block.ts"

/**
 * Turns the places to read into few requests. On a slow bus the number of requests decides the cost, so
 * neighbours share one, as far as the device allows to read across the words between them.
 */

/** One request and the spans that it covers. */
export interface Block extends Span {
  readonly spans: readonly Span[]
}

/** What a device allows in one request, in words. */
export interface BlockLimits {
  readonly maxGap: number
  readonly maxWords: number
}

const endOf = (span: Span): number => span.address + span.words

const blockOf = (spans: readonly Span[]): Block => {
  const first = spans[0]
  if (!first) throw new RangeError("a block needs a span")
  const words = Math.max(...spans.map(endOf)) - first.address
  return { functionCode: first.functionCode, address: first.address, words, spans }
}

const fits = (block: Block, span: Span, limits: BlockLimits): boolean =>
  block.functionCode === span.functionCode &&
  span.address - endOf(block) <= limits.maxGap &&
  Math.max(endOf(span), endOf(block)) - block.address <= limits.maxWords

/** The requests for these spans, in order of function code and address. A span is never torn apart. */
export const planBlocks = (spans: readonly Span[], limits: BlockLimits): readonly Block[] => {
  const ordered = spans.toSorted((a, b) => a.functionCode - b.functionCode || a.address - b.address)
  const blocks: Block[] = []
  for (const span of ordered) {
    const last = blocks.at(-1)
    if (last && fits(last, span, limits)) blocks[blocks.length - 1] = blockOf([...last.spans, span])
    else blocks.push(blockOf([span]))
  }
  return blocks
}

/** Two blocks in place of one that the device refused, cut at the widest gap; null if nothing is left to cut. */
export const splitBlock = (block: Block): readonly [Block, Block] | null => {
  const starts = [...new Set(block.spans.map((span) => span.address))].slice(1)
  let cut: number | null = null
  let widest = -Infinity
  for (const start of starts) {
    const gap = start - Math.max(...block.spans.filter((span) => span.address < start).map(endOf))
    // Spans that overlap (a shared scale factor) are halves of one fact and stay together.
    if (gap >= 0 && gap > widest) {
      widest = gap
      cut = start
    }
  }
  if (cut === null) return null
  const at = cut
  return [
    blockOf(block.spans.filter((span) => span.address < at)),
    blockOf(block.spans.filter((span) => span.address >= at))
  ]
}
