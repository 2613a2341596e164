/** From the packets of a capture to the answers of devices: each TCP connection is put together, and read by itself. */
import { CapturedConnection } from "./captured-connection.ts"
import type { CapturedAnswer, Tally } from "./match-answers.ts"
import type { Packet } from "./packet.ts"
import { isKnownLink, tcpSegment, type Segment } from "./tcp-segment.ts"
import { mostPieces, UnreadableCapture } from "./unreadable-capture.ts"

/** Connections that are followed at once; a capture with more of them is no record of meters. */
const mostConnections = 50_000

const keyOf = ({ from, to }: Segment): string => from < to ? `${from} ${to}` : `${to} ${from}`

class Connections {
  readonly #known = new Map<string, CapturedConnection>()
  #count = 0
  readonly #next = (): number => this.#count++

  add(segment: Segment, atMs: number | null): void {
    const key = keyOf(segment)
    const known = this.#known.get(key)
    if (known) return known.add(segment, atMs)
    if (this.#known.size >= mostConnections) throw new UnreadableCapture(`the capture has more than ${mostConnections} connections`)
    const connection = new CapturedConnection(segment, this.#next)
    this.#known.set(key, connection)
    connection.add(segment, atMs)
  }

  /** The latest answers of every connection, in the order in which they were seen. */
  end(atMs: number | null, tally: Tally): readonly CapturedAnswer[] {
    for (const connection of this.#known.values()) connection.end(atMs)
    const found = this.#known.values().flatMap((connection) => connection.result(tally))
    return [...found].toSorted((one, other) => one.order - other.order).map(({ answer }) => answer)
  }
}

/**
 * The answers in the order in which they were seen, of each connection the latest of each place. Throws
 * UnreadableCapture for a kind of link that is not known, and for bytes that can be read in two ways.
 */
export const answersOfPackets = (packets: Iterable<Packet>, tally: Tally): readonly CapturedAnswer[] => {
  const connections = new Connections()
  let [count, lastMs] = [0, null as number | null]
  let unknownLink: number | null = null
  let isAnyKnown = false
  for (const packet of packets) {
    if (++count > mostPieces) throw new UnreadableCapture(`the capture has more than ${mostPieces} packets`)
    if (isKnownLink(packet.linkType)) isAnyKnown = true
    else unknownLink = packet.linkType
    const segment = tcpSegment(packet)
    lastMs = packet.atMs ?? lastMs
    if (segment) connections.add(segment, packet.atMs)
  }
  if (unknownLink !== null && !isAnyKnown) throw new UnreadableCapture(`the capture is of a kind of link (${unknownLink}) that is not known; capture on Ethernet, "any" or loopback`)
  return connections.end(lastMs, tally)
}
