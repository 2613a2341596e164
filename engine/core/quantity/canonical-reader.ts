/** Keeps a byte order mark as the character it is: dropping it would give one text two forms. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** Bytes that are not the canonical form of any value: too short, too long, or written in a second way. */
export class NotCanonical extends Error {
  override readonly name = "NotCanonical"
}

/** Reads what CanonicalWriter wrote; refuses every other form by {@link NotCanonical}. Input is hostile. */
export class CanonicalReader {
  private offset = 0
  private readonly bytes: Uint8Array
  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  /** Bytes not yet read. */
  get remaining(): number {
    return this.bytes.length - this.offset
  }

  byte(): number {
    const value = this.bytes[this.offset++]
    if (value === undefined) throw new NotCanonical("ends too early")
    return value
  }

  unsigned(): number {
    let value = 0
    let factor = 1
    for (let count = 1; ; count++) {
      const byte = this.byte()
      value += (byte & 0x7f) * factor
      if (value > Number.MAX_SAFE_INTEGER) throw new NotCanonical("integer above 2^53")
      if (byte < 0x80) {
        if (byte === 0 && count > 1) throw new NotCanonical("padded integer")
        return value
      }
      if (count === 8) throw new NotCanonical("integer too long")
      factor *= 0x80
    }
  }

  raw(length: number): Uint8Array {
    if (length > this.remaining) throw new NotCanonical("ends too early")
    const value = this.bytes.slice(this.offset, this.offset + length)
    this.offset += length
    return value
  }

  sized(): Uint8Array {
    return this.raw(this.unsigned())
  }

  /** Text without U+0000, which PostgreSQL stores in no text. */
  text(): string {
    const encoded = this.sized()
    if (encoded.includes(0)) throw new NotCanonical("text with a zero byte")
    try {
      return decoder.decode(encoded)
    } catch (cause) {
      throw new NotCanonical("not UTF-8", { cause })
    }
  }

  /** Refuses trailing bytes. */
  end(): void {
    if (this.remaining !== 0) throw new NotCanonical(`${this.remaining} bytes too many`)
  }
}
