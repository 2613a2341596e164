/** From the bytes of a link to a TCP segment, through the headers that captures of Modbus devices have. */
import type { Packet } from "./packet.ts"

/** What one packet adds to one direction of a connection. */
export interface Segment {
  /** Address and port of the sender. */
  readonly from: string
  readonly to: string
  readonly sequence: number
  /** The next byte that the sender expects from the other side; null where it says nothing of it. */
  readonly expects: number | null
  readonly isSyn: boolean
  readonly payload: Buffer
}

const etherTypes = { ip4: 0x0800, ip6: 0x86dd } as const
const tags: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100])
const tcp = 6

/** Headers of IPv6 that may stand before TCP: hop-by-hop, routing, destination. A fragment is not put together. */
const extensions: ReadonlySet<number> = new Set([0, 43, 60])

const segmentOf = (source: string, target: string, bytes: Buffer): Segment | null => {
  if (bytes.length < 20) return null
  const headerLength = (bytes[12]! >> 4) * 4
  if (headerLength < 20 || headerLength > bytes.length) return null
  return {
    from: `${source}/${bytes.readUInt16BE(0)}`, to: `${target}/${bytes.readUInt16BE(2)}`, sequence: bytes.readUInt32BE(4),
    expects: (bytes[13]! & 16) !== 0 ? bytes.readUInt32BE(8) : null,
    isSyn: (bytes[13]! & 2) !== 0, payload: bytes.subarray(headerLength)
  }
}

const ofIp4 = (bytes: Buffer): Segment | null => {
  if (bytes.length < 20) return null
  const headerLength = (bytes[0]! & 15) * 4
  const isFragment = (bytes.readUInt16BE(6) & 0x3fff) !== 0
  // A sending machine that leaves cutting to its network card captures a total length of 0.
  const total = bytes.readUInt16BE(2) || bytes.length
  if (headerLength < 20 || total < headerLength || bytes[9] !== tcp || isFragment) return null
  // Short Ethernet frames are padded: what is behind the packet's own length is no payload.
  return segmentOf(bytes.toString("hex", 12, 16), bytes.toString("hex", 16, 20), bytes.subarray(headerLength, total))
}

const ofIp6 = (bytes: Buffer): Segment | null => {
  if (bytes.length < 40) return null
  const end = Math.min(bytes.length, 40 + bytes.readUInt16BE(4))
  let [next, at] = [bytes[6]!, 40]
  while (extensions.has(next) && at + 8 <= end) [next, at] = [bytes[at]!, at + 8 + bytes[at + 1]! * 8]
  if (next !== tcp || at > end) return null
  return segmentOf(bytes.toString("hex", 8, 24), bytes.toString("hex", 24, 40), bytes.subarray(at, end))
}

const ofIp = (bytes: Buffer): Segment | null => {
  const version = (bytes[0] ?? 0) >> 4
  return version === 4 ? ofIp4(bytes) : version === 6 ? ofIp6(bytes) : null
}

/** A frame whose type stands at `at`, behind any tags of virtual networks. */
const ofTyped = (bytes: Buffer, typeAt: number): Segment | null => {
  let at = typeAt
  while (at + 6 <= bytes.length && tags.has(bytes.readUInt16BE(at))) at += 4
  if (at + 2 > bytes.length) return null
  const type = bytes.readUInt16BE(at)
  return type === etherTypes.ip4 || type === etherTypes.ip6 ? ofIp(bytes.subarray(at + 2)) : null
}

/** Where IP begins, by the kind of link: Ethernet, BSD loopback, raw IP, Linux "any" in both editions. */
const readers: Readonly<Record<number, (bytes: Buffer) => Segment | null>> = {
  0: (bytes) => ofIp(bytes.subarray(4)),
  1: (bytes) => ofTyped(bytes, 12),
  12: ofIp,
  14: ofIp,
  101: ofIp,
  108: (bytes) => ofIp(bytes.subarray(4)),
  113: (bytes) => ofTyped(bytes, 14),
  228: ofIp,
  229: ofIp,
  276: (bytes) => bytes.length < 20 ? null : ofTyped(Buffer.concat([bytes.subarray(0, 2), bytes.subarray(20)]), 0)
}

/** The TCP segment of a packet, or null for anything else. */
export const tcpSegment = ({ linkType, bytes }: Packet): Segment | null => readers[linkType]?.(bytes) ?? null

/** True for a kind of link that is understood. */
export const isKnownLink = (linkType: number): boolean => linkType in readers
