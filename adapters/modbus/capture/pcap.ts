/** Reads the classic capture format of tcpdump (IETF draft-ietf-opsawg-pcap): a header, then packets one after another. */
import type { Packet } from "./packet.ts"
import { UnreadableCapture } from "./unreadable-capture.ts"

const headerLength = 24
const packetHeaderLength = 16

interface Layout {
  readonly isLittle: boolean
  /** Parts of a second in the second field of a time stamp. */
  readonly fractions: number
}

/** The magic number, read as big-endian, tells byte order and resolution. */
const layouts: Readonly<Record<number, Layout>> = {
  0xa1b2c3d4: { isLittle: false, fractions: 1e6 }, 0xd4c3b2a1: { isLittle: true, fractions: 1e6 },
  0xa1b23c4d: { isLittle: false, fractions: 1e9 }, 0x4d3cb2a1: { isLittle: true, fractions: 1e9 }
}

/** True for a file that begins as a classic capture does. */
export const isPcap = (file: Buffer): boolean => file.length >= 4 && file.readUInt32BE(0) in layouts

/**
 * The packets in their order. A file that ends within a packet gives those before it, as a capture that was cut off
 * does. Throws UnreadableCapture for a file without a whole header.
 */
export function* pcapPackets(file: Buffer): Generator<Packet> {
  const layout = file.length >= headerLength ? layouts[file.readUInt32BE(0)] : undefined
  if (!layout) throw new UnreadableCapture("the capture's header is not whole")
  const word = (at: number): number => layout.isLittle ? file.readUInt32LE(at) : file.readUInt32BE(at)
  const linkType = word(20) & 0xffff // the upper half says how long the check sums of frames are
  for (let at = headerLength; at + packetHeaderLength <= file.length;) {
    const start = at + packetHeaderLength
    const end = start + word(at + 8)
    if (end > file.length) return
    yield { linkType, bytes: file.subarray(start, end), atMs: word(at) * 1_000 + Math.floor((word(at + 4) / layout.fractions) * 1_000) }
    at = end
  }
}
