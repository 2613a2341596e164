import { createServer, type AddressInfo, type Server, type Socket } from "node:net"
import { answer, deviceBusy, exception, gatewayTargetFailed } from "./answer.ts"
import type { Device, Truth } from "./devices/device.ts"

const headerLength = 6
const shortestRequest = 2
const longestRequest = 254

interface Client {
  readonly socket: Socket
  readonly connectedAt: number
  rest: Buffer
}

/** One simulated device on a TCP port of its own, on 127.0.0.1. */
export class Endpoint {
  readonly #device: Device
  readonly #truth: () => Truth
  readonly #server: Server
  readonly #clients = new Set<Client>()

  /** `truth` is asked at every request, so that the registers follow market time. */
  constructor(device: Device, truth: () => Truth) {
    this.#device = device
    this.#truth = truth
    this.#server = createServer({ noDelay: true }, (socket) => this.#serve(socket))
  }

  /** Listens and gives the port; 0 lets the system choose. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject)
      this.#server.listen(port, "127.0.0.1", () => resolve((this.#server.address() as AddressInfo).port))
    })
  }

  /** Ends all connections and stops listening. */
  close(): void {
    this.#server.close()
    for (const { socket } of this.#clients) socket.destroy()
  }

  #serve(socket: Socket): void {
    const client: Client = { socket, connectedAt: performance.now(), rest: Buffer.alloc(0) }
    this.#clients.add(client)
    socket.on("error", () => {}) // a client that resets the connection is no fault of ours
    socket.on("close", () => this.#clients.delete(client))
    socket.on("data", (bytes) => this.#receive(client, bytes))
  }

  /** Answers every whole request; bytes that are no Modbus/TCP end the connection, as there is no way back. */
  #receive(client: Client, bytes: Buffer): void {
    client.rest = Buffer.concat([client.rest, bytes])
    while (client.rest.length >= headerLength) {
      const length = client.rest.readUInt16BE(4)
      const isModbus = client.rest.readUInt16BE(2) === 0 && length >= shortestRequest && length <= longestRequest
      if (!isModbus) return void client.socket.destroy()
      if (client.rest.length < headerLength + length) return
      const transaction = client.rest.readUInt16BE(0)
      this.#reply(client, transaction, client.rest.subarray(headerLength, headerLength + length))
      client.rest = client.rest.subarray(headerLength + length)
    }
  }

  #reply(client: Client, transaction: number, request: Buffer): void {
    if (performance.now() - client.connectedAt < this.#device.silenceMs) return
    const body = this.#answer(client, request)
    const header = Buffer.alloc(headerLength)
    header.writeUInt16BE(transaction, 0)
    header.writeUInt16BE(body.length, 4)
    client.socket.write(Buffer.concat([header, body]))
  }

  #answer(client: Client, request: Buffer): Buffer {
    const unit = request[0] ?? 0
    const functionCode = request[1] ?? 0
    if (unit !== this.#device.unit) return exception(unit, functionCode, gatewayTargetFailed)
    const [oldest] = this.#clients
    if (this.#device.oneClient && client !== oldest) return exception(unit, functionCode, deviceBusy)
    return answer(request, this.#device.stretches(this.#truth()))
  }
}
