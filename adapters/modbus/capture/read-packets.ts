/** From the packets of a capture to the answers of devices: each TCP connection is put together and its questions and answers paired. */
import { Conversation, type CapturedAnswer, type Tally } from "./match-answers.ts"
import { MbapFrames } from "./mbap-frames.ts"
import type { Packet } from "./packet.ts"
import { Stream, type Chunk } from "./stream.ts"
import { isKnownLink, tcpSegment, type Segment } from "./tcp-segment.ts"
import { mostPieces, UnreadableCapture } from "./unreadable-capture.ts"

interface Direction {
  readonly stream: Stream
  readonly frames: MbapFrames
}

interface Connection {
  readonly directions: Map<string, Direction>
  readonly conversation: Conversation
}

/** Connections that are followed at once; a capture with more of them is no record of meters. */
const mostConnections = 50_000

const keyOf = ({ from, to }: Segment): string => from < to ? `${from} ${to}` : `${to} ${from}`

class Connections {
  readonly #known = new Map<string, Connection>()
  readonly #tally: Tally

  constructor(tally: Tally) {
    this.#tally = tally
  }

  /** The answers that a segment completes. */
  add(segment: Segment, atMs: number | null): readonly CapturedAnswer[] {
    const connection = this.#connectionOf(segment)
    const direction = connection.directions.get(segment.from) ?? { stream: new Stream(), frames: new MbapFrames() }
    connection.directions.set(segment.from, direction)
    return this.#read(connection, direction, direction.stream.add(segment.sequence, segment.isSyn, segment.payload), atMs)
  }

  /** The answers behind segments that were never captured. */
  end(atMs: number | null): readonly CapturedAnswer[] {
    return [...this.#known.values()].flatMap((connection) =>
      [...connection.directions.values()].flatMap((direction) => this.#read(connection, direction, direction.stream.flush(), atMs)))
  }

  #connectionOf(segment: Segment): Connection {
    const key = keyOf(segment)
    const known = this.#known.get(key)
    if (known) return known
    if (this.#known.size >= mostConnections) throw new UnreadableCapture(`the capture has more than ${mostConnections} connections`)
    const connection = { directions: new Map<string, Direction>(), conversation: new Conversation(this.#tally, false) }
    this.#known.set(key, connection)
    return connection
  }

  #read({ conversation }: Connection, { frames }: Direction, chunks: readonly Chunk[], atMs: number | null): readonly CapturedAnswer[] {
    return chunks.flatMap(({ bytes, isAfterGap }) => frames.add(bytes, isAfterGap))
      .flatMap(({ transaction, message }) => conversation.add(transaction, message, atMs) ?? [])
  }
}

/** All answers in the order in which they were seen. Throws UnreadableCapture for a kind of link that is not known. */
export function* answersOfPackets(packets: Iterable<Packet>, tally: Tally): Generator<CapturedAnswer> {
  const connections = new Connections(tally)
  let [count, lastMs] = [0, null as number | null]
  let unknownLink: number | null = null
  let isAnyKnown = false
  for (const packet of packets) {
    if (++count > mostPieces) throw new UnreadableCapture(`the capture has more than ${mostPieces} packets`)
    if (isKnownLink(packet.linkType)) isAnyKnown = true
    else unknownLink = packet.linkType
    const segment = tcpSegment(packet)
    lastMs = packet.atMs ?? lastMs
    if (segment) yield* connections.add(segment, packet.atMs)
  }
  yield* connections.end(lastMs)
  if (unknownLink !== null && !isAnyKnown) throw new UnreadableCapture(`the capture is of a kind of link (${unknownLink}) that is not known; capture on Ethernet, "any" or loopback`)
}
