import { Invariant } from "./invariant.ts"

const encoder = new TextEncoder()

/** Grows a byte buffer; every write has one form only, so equal values give equal bytes. Reuse it by `reset`. */
export class CanonicalWriter {
  private bytes = new Uint8Array(256)
  private length = 0

  reset(): void {
    this.length = 0
  }

  /** A view of what was written; valid until the next write or reset. */
  view(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.bytes.slice(0, this.length)
  }

  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
  }

  byte(value: number): void {
    this.reserve(1)
    this.bytes[this.length++] = value
  }

  /** An unsigned integer below 2^53, seven bits a byte, least significant first, no padding. */
  unsigned(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new Invariant(`not an unsigned integer: ${value}`)
    this.reserve(8)
    let rest = value
    while (rest >= 0x80) {
      this.bytes[this.length++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    this.bytes[this.length++] = rest
  }

  raw(value: Uint8Array): void {
    this.reserve(value.length)
    this.bytes.set(value, this.length)
    this.length += value.length
  }

  sized(value: Uint8Array): void {
    this.unsigned(value.length)
    this.raw(value)
  }

  text(value: string): void {
    this.sized(encoder.encode(value))
  }
}
