import { createServer, connect, type AddressInfo, type Server, type Socket } from "node:net"

/** What a relay does to an answer of the device. */
export type RelayFault = "none" | "drop" | "swallow" | "truncate" | "stray bytes" | "delay"

/** A wire between gateway and meter on which things go wrong as `fault` says, asked at each answer. */
export interface Relay {
  readonly port: number
  readonly stop: () => void
}

const spoil = (client: Socket, bytes: Buffer, fault: RelayFault): void => {
  switch (fault) {
    case "none":
      return void client.write(bytes)
    case "drop":
      return void client.destroy()
    case "swallow":
      return
    case "truncate":
      client.write(bytes.subarray(0, bytes.length >> 1))
      return void client.end()
    case "stray bytes":
      return void client.write(Buffer.concat([Buffer.from([0xde, 0xad]), bytes]))
    case "delay":
      return void setTimeout(() => client.writable && client.write(bytes), 100)
  }
}

/** Relays 127.0.0.1 to the meter on `target`. */
export const startRelay = (target: number, fault: () => RelayFault): Promise<Relay> =>
  new Promise((resolve, reject) => {
    const sockets = new Set<Socket>()
    const server: Server = createServer((client) => {
      const meter = connect(target, "127.0.0.1")
      for (const socket of [client, meter]) {
        sockets.add(socket)
        socket.on("error", () => undefined)
        socket.on("close", () => {
          sockets.delete(socket)
          client.destroy()
          meter.destroy()
        })
      }
      client.on("data", (bytes) => meter.write(bytes))
      meter.on("data", (bytes) => spoil(client, bytes, fault()))
    })
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        stop: () => {
          server.close()
          for (const socket of sockets) socket.destroy()
        }
      })
    )
  })
