/** A TCP server on a free port of loopback for tests, whose end takes every connection with it. */
import { createServer, type AddressInfo, type Socket } from "node:net"

export interface ListeningServer {
  readonly port: number
  readonly connections: () => number
  close(): Promise<void>
}

/** Hands each connection to `serve`, with the count of connections before it. */
export const listeningServer = async (serve: (socket: Socket, connection: number) => void): Promise<ListeningServer> => {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on("error", () => {}).on("close", () => sockets.delete(socket))
    serve(socket, connections++)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    close: () => new Promise((resolve) => {
      for (const socket of sockets) socket.destroy()
      server.close(() => resolve())
    })
  }
}
