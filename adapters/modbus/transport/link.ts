import type { ModbusError } from "../client/errors.ts"
import { openSerialLink } from "./serial-line.ts"
import { openTcpLink } from "./tcp-link.ts"
import { openTlsLink } from "./tls-link.ts"
import type { Transport } from "./transport.ts"

/** What a link reports. After `ended` nothing more comes; `ended` may come without `opened`. */
export interface LinkEvents {
  opened(): void
  /** The next bytes; the buffer is the link's and holds good only during the call. */
  bytes(bytes: Buffer): void
  ended(reason: ModbusError): void
}

/** A byte stream to a device, from its opening to its end. It is never reopened. */
export interface Link {
  write(bytes: Buffer): void
  /** Ends the link at once and for good; `ended` is not called any more. */
  destroy(): void
}

/** Starts to open a link at once; the outcome comes by `events`, never before this call returns. */
export const openLink = (transport: Transport, events: LinkEvents): Link => {
  switch (transport.transport) {
    case "rtu": return openSerialLink(transport, events)
    case "tls": return openTlsLink(transport, events)
    default: return openTcpLink(transport, events)
  }
}
