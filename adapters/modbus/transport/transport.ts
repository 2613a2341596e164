/**
 * The ways to reach a device, as plain data. A transport says where the device is and how its frames look;
 * everything else (timeouts, depth, reconnects) is a rule of the connection, the same for all four.
 */
import { defaultBaud, type SerialSettings } from "./serial-line.ts"
import type { TlsIdentity } from "./tls-link.ts"

/** Modbus/TCP: frames with the seven-byte MBAP header over TCP; port 502 by convention. */
export interface TcpTransport {
  readonly transport?: "tcp"
  readonly host: string
  readonly port: number
}

/** RTU frames (with CRC, without MBAP header) over TCP: a transparent serial server. */
export interface RtuOverTcpTransport {
  readonly transport: "rtu-over-tcp"
  readonly host: string
  readonly port: number
}

/** Modbus/TCP Security: MBAP frames inside mutual TLS; port 802 by convention. */
export interface TlsTransport {
  readonly transport: "tls"
  readonly host: string
  readonly port: number
  readonly tls: TlsIdentity
}

/** RTU frames on a serial line. */
export interface RtuTransport {
  readonly transport: "rtu"
  /** Path of the serial port, such as /dev/ttyUSB0. */
  readonly device: string
  readonly serial?: Partial<SerialSettings>
}

/** Where a device is and how its frames look; Modbus/TCP if nothing else is said. */
export type Transport = TcpTransport | RtuOverTcpTransport | TlsTransport | RtuTransport

/** How a byte stream is cut into frames. */
export type Framing = "mbap" | "rtu"

/** RTU frames have no transaction number, so an answer can only belong to the one question in flight. */
export const framingOf = ({ transport }: Transport): Framing =>
  transport === "rtu" || transport === "rtu-over-tcp" ? "rtu" : "mbap"

/** Names the line; meters with one address share one connection. */
export const addressOf = (transport: Transport): string =>
  transport.transport === "rtu" ? transport.device : `${transport.host}:${transport.port}`

/**
 * Silence in ms that must separate two frames on the line (Modbus over Serial Line 2.5.1.1): 3.5 characters
 * of 11 bits, and 1.75 ms above 19,200 baud. 0 where the line is not ours to time.
 */
export const silenceBetweenFramesMs = (transport: Transport): number => {
  if (transport.transport !== "rtu") return 0
  const baud = transport.serial?.baud ?? defaultBaud
  return baud > 19_200 ? 1.75 : (3.5 * 11 * 1_000) / baud
}
