import { connect, type Socket } from "node:net"
import { Closed, ConnectFailed } from "../client/errors.ts"
import type { Link, LinkEvents } from "./link.ts"

/** Bytes of one read: more than the longest burst that a depth of some requests brings; longer ones come in parts. */
const readBufferLength = 16_384

/**
 * One buffer for the reads of every plain TCP link. A fresh one for each read is what Node does by itself, and at
 * thousands of meters the collector then costs more than the protocol. Safe because bytes are taken during the call.
 */
const readBuffer = Buffer.allocUnsafe(readBufferLength)

/** Reports a socket's end by its reason; `isOpen` tells a broken connection from one that never was. */
export const reportEnd = (socket: Socket, isOpen: () => boolean, events: LinkEvents): void => {
  socket.on("error", (error: NodeJS.ErrnoException) => {
    const code = error.code ?? error.message
    events.ended(isOpen() ? new Closed(`connection broke: ${code}`, true) : new ConnectFailed(code, { cause: error }))
  })
  socket.on("end", () => events.ended(new Closed("the device closed the connection", true)))
  socket.on("close", () => events.ended(new Closed("the connection closed", true)))
}

/** A link over a connected or connecting socket whose bytes are reported elsewhere. */
export const linkOver = (socket: Socket): Link => ({
  write: (bytes) => void socket.write(bytes),
  destroy: () => {
    socket.removeAllListeners()
    socket.on("error", () => {}) // what a socket says after its end interests nobody
    socket.destroy()
  }
})

/** Opens a TCP connection. */
export const openTcpLink = ({ host, port }: { readonly host: string; readonly port: number }, events: LinkEvents): Link => {
  let isOpen = false
  let isDestroyed = false
  const socket = connect({
    host, port, noDelay: true,
    onread: {
      buffer: readBuffer,
      callback: (length, buffer) => {
        if (!isDestroyed) events.bytes((buffer as Buffer).subarray(0, length))
        return !isDestroyed
      }
    }
  })
  reportEnd(socket, () => isOpen, events)
  socket.once("connect", () => {
    isOpen = true
    events.opened()
  })
  const link = linkOver(socket)
  return {
    write: link.write,
    destroy: () => {
      isDestroyed = true
      link.destroy()
    }
  }
}
