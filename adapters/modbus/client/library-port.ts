import { EventEmitter } from "node:events"
import { crc16 } from "../transport/crc16.ts"

const crcLength = 2

/**
 * What modbus-serial takes for its port: it writes RTU frames here and gets RTU frames from here, whatever the
 * line is. The library's own ports (TcpPort, TelnetPort, RTUBufferedPort) own socket, framing and transaction
 * numbers, and it is there that its defects lie: numbers modulo 256 that are never forgotten, an unchecked
 * header, promises that never settle. Encoding and decoding of the protocol stay the library's.
 */
export class LibraryPort extends EventEmitter {
  readonly isOpen = true
  /** The library keeps what it asked in a table under this number; a slot is reused only when it is free. */
  _transactionIdWrite = 0
  _transactionIdRead = 0
  readonly #send: (frame: Buffer) => void

  /** `send` gets each request as an RTU frame: unit, function code, data, CRC. */
  constructor(send: (frame: Buffer) => void) {
    super()
    this.#send = send
  }

  open(callback: () => void): void {
    callback()
  }

  write(frame: Buffer): void {
    this.#send(frame)
  }

  /** Hands a guarded answer to the library, as the answer to what was asked from `slot`. */
  deliver(slot: number, bytes: Buffer, start: number, end: number): void {
    const length = end - start
    const frame = Buffer.allocUnsafe(length + crcLength)
    bytes.copy(frame, 0, start, end)
    frame.writeUInt16LE(crc16(frame, 0, length), length)
    this._transactionIdRead = slot
    this.emit("data", frame)
  }
}
