/** A Modbus frame in a line of a log: hexadecimal bytes in any of the ways in which programs print them. */
import { messageOf, type Message } from "./modbus-frame.ts"

/** A frame with its number; on a serial line frames have none. */
export interface TracedFrame {
  readonly transaction: number | null
  readonly message: Message
}

const longestLine = 4_096
const headerLength = 6

/** CRC-16 of Modbus over serial line 1.02, 6.2.2, of the bytes from `start` to `end`. */
const crcOf = (bytes: readonly number[], start: number, end: number): number => {
  let crc = 0xffff
  for (let at = start; at < end; at++) {
    crc ^= bytes[at]!
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1
  }
  return crc
}

const bodyOf = (bytes: readonly number[], start: number, end: number): Message | null =>
  end > bytes.length || bytes.slice(start, end).some(Number.isNaN) ? null : messageOf(Buffer.from(bytes.slice(start, end)))

const tcpFrame = (bytes: readonly number[], start: number): TracedFrame | null => {
  if (bytes[start + 2] !== 0 || bytes[start + 3] !== 0) return null
  const length = bytes[start + 4]! * 256 + bytes[start + 5]!
  const message = length >= 2 && length <= 254 ? bodyOf(bytes, start + headerLength, start + headerLength + length) : null
  // A few bytes of a serial frame can look like another function's frame; none of those concerns registers.
  return message && message.kind !== "other" ? { transaction: bytes[start]! * 256 + bytes[start + 1]!, message } : null
}

/** Lengths that a serial frame with this function code may have, without its check sum; only those that concern registers. */
const serialLengths = (functionCode: number | undefined, count: number | undefined): readonly number[] => {
  if (functionCode === 3 || functionCode === 4) return [6, 3 + (count ?? 0)]
  return functionCode === 0x83 || functionCode === 0x84 ? [3] : []
}

const rtuFrame = (bytes: readonly number[], start: number): TracedFrame | null => {
  for (const length of serialLengths(bytes[start + 1], bytes[start + 2])) {
    const end = start + length
    if (end + 2 > bytes.length || crcOf(bytes, start, end) !== bytes[end]! + bytes[end + 1]! * 256) continue
    const message = bodyOf(bytes, start, end)
    if (message) return { transaction: null, message }
  }
  return null
}

/** Bytes in one run: "00 01", "0x0 0x1", "[00][01]", "<00><01>", "00-01", "00:01", "0001". */
const run = /(?:0x)?[0-9a-f]+(?:[\s,:\-[\]<>|]+(?:0x)?[0-9a-f]+)*/gi

const bytesOf = (text: string): readonly number[] => text.split(/[\s,:\-[\]<>|]+/).flatMap((token) => {
  const digits = token.replace(/^0x/i, "")
  if (digits.length <= 2) return [Number.parseInt(digits, 16)]
  if (digits.length % 2 !== 0) return [Number.NaN]
  return (digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))
})

/** The first frame of a run; what is before it, such as a date, and behind it is left out. */
const frameIn = (text: string): TracedFrame | null => {
  const bytes = bytesOf(text)
  for (let start = 0; start + 5 <= bytes.length; start++) {
    const frame = tcpFrame(bytes, start) ?? rtuFrame(bytes, start)
    if (frame) return frame
  }
  return null
}

/** ":" and hexadecimal digits to a check sum by which all bytes add up to 0 (Modbus over serial line 1.02, 2.5.2). */
const asciiFrame = (line: string): TracedFrame | null => {
  const digits = /:((?:[0-9A-F]{2}){4,256})\s*$/i.exec(line)?.[1]
  if (!digits) return null
  const bytes = bytesOf(digits)
  if (bytes.reduce((sum, byte) => sum + byte, 0) % 256 !== 0) return null
  const message = bodyOf(bytes, 0, bytes.length - 1)
  return message && { transaction: null, message }
}

/** The frame of a line, whatever stands around it; null where there is none. */
export const tracedFrame = (line: string): TracedFrame | null => {
  if (line.length > longestLine) return null
  for (const [text] of line.matchAll(run)) {
    const frame = frameIn(text)
    if (frame) return frame
  }
  return asciiFrame(line)
}
