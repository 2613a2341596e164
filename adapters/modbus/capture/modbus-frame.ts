/** What a Modbus frame says about registers, whatever envelope it came in. */

/** A question for registers, or an answer with their words, or a refusal of either; other functions are "other". */
export type Message =
  | { readonly kind: "request"; readonly unit: number; readonly functionCode: 3 | 4; readonly address: number; readonly words: number }
  | { readonly kind: "answer"; readonly unit: number; readonly functionCode: 3 | 4; readonly words: readonly number[] }
  | { readonly kind: "refusal"; readonly unit: number; readonly functionCode: number; readonly code: number }
  | { readonly kind: "other"; readonly unit: number }

const mostWords = 125

/** Public function codes of the Modbus application protocol 1.1b3 besides 3 and 4. */
const otherFunctions: ReadonlySet<number> = new Set([1, 2, 5, 6, 7, 8, 11, 12, 15, 16, 17, 20, 21, 22, 23, 24, 43])

const readRegisters = (unit: number, functionCode: 3 | 4, body: Buffer): Message | null => {
  // Words come in pairs of bytes behind their count, so that an answer's length is never a question's.
  if (body.length === 6) {
    const [address, words] = [body.readUInt16BE(2), body.readUInt16BE(4)]
    return words >= 1 && words <= mostWords && address + words <= 65_536 ? { kind: "request", unit, functionCode, address, words } : null
  }
  const count = body[2] ?? 0
  if (count < 2 || count % 2 !== 0 || body.length !== 3 + count) return null
  return { kind: "answer", unit, functionCode, words: Array.from({ length: count / 2 }, (_, index) => body.readUInt16BE(3 + index * 2)) }
}

/** The message from unit id to the end of the data, without envelope; null for what is none. */
export const messageOf = (body: Buffer): Message | null => {
  const [unit, code] = [body[0], body[1]]
  if (unit === undefined || code === undefined) return null
  if (code === 3 || code === 4) return readRegisters(unit, code, body)
  if (code > 0x80) {
    const functionCode = code & 0x7f
    const isKnown = functionCode === 3 || functionCode === 4 || otherFunctions.has(functionCode)
    return isKnown && body.length === 3 && body[2]! >= 1 && body[2]! <= 11 ? { kind: "refusal", unit, functionCode, code: body[2]! } : null
  }
  return otherFunctions.has(code) && body.length >= 2 ? { kind: "other", unit } : null
}
