/** One TCP connection of a capture: what its bytes say, and in which frames they say it. */
import { addTally, Conversation, emptyTally, placeOf, type CapturedAnswer, type Tally } from "./match-answers.ts"
import type { Frames, Transacted } from "./frames.ts"
import { MbapFrames } from "./mbap-frames.ts"
import { RtuFrames } from "./rtu-frames.ts"
import { Stream, type Chunk } from "./stream.ts"
import type { Segment } from "./tcp-segment.ts"
import { UnreadableCapture } from "./unreadable-capture.ts"

/** An answer and its place in the order of the whole capture. */
export interface OrderedAnswer {
  readonly order: number
  readonly answer: CapturedAnswer
}

/** By how much a reading must explain more bytes than another that finds answers too: frames that are none come by chance. */
const surely = 10

/** One way to read a connection. Of each place only the latest words are kept. */
class Reading {
  readonly name: string
  readonly tally: Tally = emptyTally()
  readonly latest = new Map<string, OrderedAnswer>()
  readonly #frames = new Map<string, Frames>()
  readonly #conversation = new Conversation(this.tally, false)
  readonly #framesFrom: (sender: string) => Frames
  readonly #isNumbered: boolean

  constructor(name: string, isNumbered: boolean, framesFrom: (sender: string) => Frames) {
    this.name = name
    this.#isNumbered = isNumbered
    this.#framesFrom = framesFrom
  }

  get covered(): number {
    return this.#frames.values().reduce((sum, { covered }) => sum + covered, 0)
  }

  add(sender: string, { bytes, isAfterGap }: Chunk, atMs: number | null, next: () => number): void {
    const frames = this.#frames.get(sender) ?? this.#framesFrom(sender)
    this.#frames.set(sender, frames)
    if (isAfterGap) this.missed()
    for (const one of frames.add(bytes, isAfterGap)) {
      // Whoever asks over a serial line has seen it quiet: what the other side began before is no answer to this.
      if (one.message.kind === "request") this.quiet(atMs, next, sender)
      this.#hear(one, atMs, next)
    }
  }

  /** Something was not captured. Without numbers an answer belongs to the question before it, and it may be that one. */
  missed(): void {
    if (!this.#isNumbered) this.#conversation.forget()
  }

  /** Takes what stands behind the beginnings of frames that did not come to their end, of all sides but the one that speaks. */
  quiet(atMs: number | null, next: () => number, speaking?: string): void {
    for (const [side, frames] of this.#frames) if (side !== speaking) for (const one of frames.quiet()) this.#hear(one, atMs, next)
  }

  #hear({ transaction, message }: Transacted, atMs: number | null, next: () => number): void {
    const answer = this.#conversation.add(transaction, message, atMs)
    if (answer) this.latest.set(placeOf(answer), { order: next(), answer })
  }
}

/** Puts a connection's bytes together and reads them in every way that there is; which was right shows in the end. */
export class CapturedConnection {
  readonly #sides: readonly [string, string]
  readonly #streams = new Map<string, Stream>()
  readonly #readings: readonly Reading[]
  readonly #next: () => number

  /** `next` gives the order of whatever comes next in the capture. */
  constructor({ from, to }: Segment, next: () => number) {
    const asks = (asking: string) => (sender: string) => new RtuFrames(sender === asking ? "asking" : "answering")
    this.#sides = [from, to]
    this.#next = next
    this.#readings = [
      new Reading("Modbus/TCP", true, () => new MbapFrames()),
      new Reading(`RTU over TCP, asked by ${endpoint(from)}`, false, asks(from)),
      new Reading(`RTU over TCP, asked by ${endpoint(to)}`, false, asks(to))
    ]
  }

  add({ from, to, sequence, expects, isSyn, payload }: Segment, atMs: number | null): void {
    const stream = this.#streams.get(from) ?? new Stream()
    if (expects !== null && this.#streams.get(to)?.lacks(expects)) for (const reading of this.#readings) reading.missed()
    this.#streams.set(from, stream)
    this.#read(from, stream.add(sequence, isSyn, payload), atMs)
  }

  /** Reads what is behind segments that were never captured. */
  end(atMs: number | null): void {
    for (const [sender, stream] of this.#streams) this.#read(sender, stream.flush(), atMs)
    for (const reading of this.#readings) reading.quiet(atMs, this.#next)
  }

  /**
   * The answers, and what was counted. Most bytes say what the frames are; throws UnreadableCapture where another
   * reading finds answers too, and not far fewer of them.
   */
  result(tally: Tally): Iterable<OrderedAnswer> {
    const [best, ...others] = this.#readings.toSorted((one, other) => other.covered - one.covered) as [Reading, ...Reading[]]
    const rival = others.find(({ covered, tally: { answers } }) => answers > 0 && covered * surely >= best.covered)
    if (rival) {
      const [from, to] = this.#sides
      throw new UnreadableCapture(`the bytes between ${endpoint(from)} and ${endpoint(to)} can be read as ${best.name}, and as ${rival.name}; cut this connection out, or capture a longer part of it`)
    }
    addTally(tally, best.tally)
    return best.latest.values()
  }

  #read(sender: string, chunks: readonly Chunk[], atMs: number | null): void {
    for (const chunk of chunks) for (const reading of this.#readings) reading.add(sender, chunk, atMs, this.#next)
  }
}

/** `10.0.0.2:502` of a sender's address in hexadecimal digits and its port. */
const endpoint = (side: string): string => {
  const [address = "", port] = side.split("/")
  const parts = address.match(address.length === 8 ? /../g : /..../g) ?? []
  return address.length === 8 ? `${parts.map((part) => Number.parseInt(part, 16)).join(".")}:${port}` : `[${parts.join(":")}]:${port}`
}
