/** Captures as tcpdump and Wireshark write them, for tests of how they are read. */
import { crc16 } from "../test-device/crc16.ts"

/** A packet to be written: its bytes from the link on. */
export type Frame = Buffer

const word = (value: number, isLittle = true): Buffer => {
  const bytes = Buffer.alloc(4)
  if (isLittle) bytes.writeUInt32LE(value >>> 0)
  else bytes.writeUInt32BE(value >>> 0)
  return bytes
}
const half = (value: number, isLittle = true): Buffer => isLittle ? Buffer.from([value & 255, value >> 8]) : Buffer.from([value >> 8, value & 255])

/** A classic capture; packets one millisecond apart from 2026-01-01 on. */
export const pcapOf = (frames: readonly Frame[], { linkType = 1, isLittle = true, isNano = false } = {}): Buffer => Buffer.concat([
  word(isNano ? 0xa1b23c4d : 0xa1b2c3d4, isLittle), half(2, isLittle), half(4, isLittle), word(0, isLittle), word(0, isLittle), word(65_535, isLittle), word(linkType, isLittle),
  ...frames.flatMap((frame, index) => [
    word(1_767_225_600, isLittle), word(index * (isNano ? 1e6 : 1e3), isLittle), word(frame.length, isLittle), word(frame.length, isLittle), frame
  ])
])

const block = (type: number, body: Buffer, isLittle: boolean): Buffer => {
  const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)])
  const length = word(padded.length + 12, isLittle)
  return Buffer.concat([word(type, isLittle), length, padded, length])
}

/** A capture of Wireshark's, with a block that a reader does not know and time stamps in nanoseconds. */
export const pcapngOf = (frames: readonly Frame[], { linkType = 1, isLittle = true } = {}): Buffer => {
  const stamp = (index: number): bigint => BigInt(1_767_225_600_000 + index) * 1_000_000n
  return Buffer.concat([
    block(0x0a0d0d0a, Buffer.concat([word(0x1a2b3c4d, isLittle), half(1, isLittle), half(0, isLittle), Buffer.alloc(8, 255)]), isLittle),
    block(1, Buffer.concat([half(linkType, isLittle), half(0), word(0), half(9, isLittle), half(1, isLittle), Buffer.from([9, 0, 0, 0]), word(0)]), isLittle),
    block(0x0bad, Buffer.from("unknown"), isLittle),
    ...frames.map((frame, index) => block(6, Buffer.concat([
      word(0), word(Number(stamp(index) >> 32n), isLittle), word(Number(stamp(index) & 0xffff_ffffn), isLittle), word(frame.length, isLittle), word(frame.length, isLittle), frame
    ]), isLittle))
  ])
}

/** One direction of a connection: gives its segments sequence numbers as TCP does. */
export class Sender {
  #sequence: number
  #other: Sender | null = null
  readonly #from: number
  readonly #to: number

  constructor(from: number, to: number, sequence = 0xffff_fff0) {
    this.#from = from
    this.#to = to
    this.#sequence = sequence
  }

  /** Two sides of one connection: each acknowledges what the other has sent. */
  static pair(client: number, device: number): { readonly client: Sender; readonly device: Sender } {
    const sides = { client: new Sender(client, device), device: new Sender(device, client, 7) }
    sides.client.#other = sides.device
    sides.device.#other = sides.client
    return sides
  }

  /** A TCP segment with the next bytes. */
  segment(payload: Buffer, { isSyn = false } = {}): Buffer {
    const header = Buffer.alloc(20)
    header.writeUInt16BE(this.#from, 0)
    header.writeUInt16BE(this.#to, 2)
    header.writeUInt32BE(this.#sequence, 4)
    header[12] = 0x50
    header[13] = (isSyn ? 2 : 8) | (this.#other ? 16 : 0)
    header.writeUInt32BE(this.#other === null ? 0 : this.#other.#sequence, 8)
    this.#sequence = (this.#sequence + payload.length + (isSyn ? 1 : 0)) >>> 0
    return Buffer.concat([header, payload])
  }
}

/** An IPv4 packet; addresses follow from the ports, so that a connection has two of them. */
export const ip4 = (segment: Buffer): Buffer => {
  const header = Buffer.alloc(20)
  header[0] = 0x45
  header.writeUInt16BE(20 + segment.length, 2)
  header[9] = 6
  Buffer.from([10, 0, ...segment.subarray(0, 2), 10, 0, ...segment.subarray(2, 4)]).copy(header, 12)
  return Buffer.concat([header, segment])
}

/** An IPv6 packet with a header of options before TCP. */
export const ip6 = (segment: Buffer): Buffer => {
  const header = Buffer.alloc(48)
  header[0] = 0x60
  header.writeUInt16BE(8 + segment.length, 4)
  header[6] = 0
  segment.copy(header, 22, 0, 2)
  segment.copy(header, 38, 2, 4)
  header[40] = 6
  return Buffer.concat([header, segment])
}

/** An Ethernet frame of the least length, padded as on the wire; with the tags of two virtual networks if `isTagged`. */
export const ethernet = (packet: Buffer, isTagged = false): Buffer => {
  const type = packet[0]! >> 4 === 6 ? [0x86, 0xdd] : [8, 0]
  const head = Buffer.from([...Array.from({ length: 12 }, () => 2), ...(isTagged ? [0x88, 0xa8, 0, 7, 0x81, 0, 0, 9] : []), ...type])
  return Buffer.concat([head, packet, Buffer.alloc(Math.max(0, 60 - head.length - packet.length), 0xee)])
}

/** A question for registers as it goes over Modbus/TCP. */
export const question = (transaction: number, unit: number, functionCode: number, address: number, words: number): Buffer =>
  Buffer.concat([half(transaction, false), Buffer.from([0, 0, 0, 6, unit, functionCode]), half(address, false), half(words, false)])

/** The answer with these words. */
export const answer = (transaction: number, unit: number, functionCode: number, words: readonly number[]): Buffer => Buffer.concat([
  half(transaction, false), Buffer.from([0, 0]), half(3 + words.length * 2, false), Buffer.from([unit, functionCode, words.length * 2]), ...words.map((one) => half(one, false))
])

const withCheckSum = (body: Buffer): Buffer => Buffer.concat([body, half(crc16(body))])

/** A question for registers as a serial server carries it. */
export const rtuQuestion = (unit: number, functionCode: number, address: number, words: number): Buffer => withCheckSum(question(0, unit, functionCode, address, words).subarray(6))

/** The answer with these words. */
export const rtuAnswer = (unit: number, functionCode: number, words: readonly number[]): Buffer => withCheckSum(answer(0, unit, functionCode, words).subarray(6))

/** Any other RTU frame: its bytes, and the check sum behind them. */
export const rtuFrame = (...bytes: readonly number[]): Buffer => withCheckSum(Buffer.from(bytes))
