/** Reads the newer capture format of Wireshark (IETF draft-ietf-opsawg-pcapng): blocks, each with its own length at both ends. */
import type { Packet } from "./packet.ts"
import { UnreadableCapture } from "./unreadable-capture.ts"

const sectionHeader = 0x0a0d0d0a
const interfaceDescription = 1
const simplePacket = 3
const enhancedPacket = 6
const orderMark = 0x1a2b3c4d
const timeResolution = 9
const endOfOptions = 0

interface Interface {
  readonly linkType: number
  /** Parts of a second in one count of a time stamp. */
  readonly fractions: bigint
}

/** True for a file that begins as a section does. */
export const isPcapng = (file: Buffer): boolean => file.length >= 4 && file.readUInt32BE(0) === sectionHeader

/** Numbers in the byte order of one section. */
class Section {
  readonly interfaces: Interface[] = []
  readonly #isLittle: boolean

  constructor(isLittle: boolean) {
    this.#isLittle = isLittle
  }

  word(bytes: Buffer, at: number): number {
    return this.#isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)
  }

  half(bytes: Buffer, at: number): number {
    return this.#isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)
  }
}

const fractionsOf = (resolution: number): bigint => resolution & 0x80 ? 1n << BigInt(resolution & 0x7f) : 10n ** BigInt(resolution & 0x7f)

const readInterface = (section: Section, body: Buffer): Interface => {
  if (body.length < 8) throw new UnreadableCapture("a description of an interface is cut off")
  let fractions = 1_000_000n
  for (let at = 8; at + 4 <= body.length;) {
    const [code, length] = [section.half(body, at), section.half(body, at + 2)]
    if (code === endOfOptions) break
    if (code === timeResolution && length >= 1 && at + 4 < body.length) fractions = fractionsOf(body[at + 4]!)
    at += 4 + Math.ceil(length / 4) * 4
  }
  return { linkType: section.half(body, 0), fractions }
}

const readEnhanced = (section: Section, body: Buffer): Packet | null => {
  if (body.length < 20) return null
  const from = section.interfaces[section.word(body, 0)]
  const length = section.word(body, 12)
  if (!from || length > body.length - 20) return null
  const stamp = (BigInt(section.word(body, 4)) << 32n) | BigInt(section.word(body, 8))
  return { linkType: from.linkType, bytes: body.subarray(20, 20 + length), atMs: Number((stamp * 1_000n) / from.fractions) }
}

/** A simple packet does not state how many of its bytes were kept; what is behind the packet is padding. */
const readSimple = (section: Section, body: Buffer): Packet | null => {
  const from = section.interfaces[0]
  if (!from || body.length < 4) return null
  return { linkType: from.linkType, bytes: body.subarray(4, 4 + Math.min(section.word(body, 0), body.length - 4)), atMs: null }
}

const openSection = (file: Buffer, at: number): Section => {
  if (at + 12 > file.length) throw new UnreadableCapture("the capture's header is not whole")
  if (file.readUInt32LE(at + 8) === orderMark) return new Section(true)
  if (file.readUInt32BE(at + 8) === orderMark) return new Section(false)
  throw new UnreadableCapture("the capture's section has no byte order")
}

/**
 * The packets in their order; blocks of other kinds are stepped over. A file that ends within a block gives what was
 * before it. Throws UnreadableCapture for a section without a header.
 */
export function* pcapngPackets(file: Buffer): Generator<Packet> {
  let section = openSection(file, 0)
  for (let at = 0; at + 12 <= file.length;) {
    if (file.readUInt32BE(at) === sectionHeader) section = openSection(file, at)
    const type = section.word(file, at)
    const length = section.word(file, at + 4)
    if (length < 12 || length % 4 !== 0 || at + length > file.length) return
    const body = file.subarray(at + 8, at + length - 4)
    if (type === interfaceDescription) section.interfaces.push(readInterface(section, body))
    const packet = type === enhancedPacket ? readEnhanced(section, body) : type === simplePacket ? readSimple(section, body) : null
    if (packet) yield packet
    at += length
  }
}
