import { createServer, type AddressInfo, type Server, type Socket } from "node:net"
import { answer, exception, exceptionCode, readRequest } from "./answer.ts"
import type { Fault } from "./fault.ts"
import { FaultPlayer, type Delivery } from "./faulty-answer.ts"
import type { Framing, Request } from "./framing.ts"
import { randomFrom } from "./random.ts"
import type { Unit } from "./unit.ts"

/** How a device behaves, apart from what its registers show. Times in ms. */
export interface TestDeviceSettings {
  readonly units: readonly Unit[]
  readonly framing: Framing
  /** How long the device thinks about each answer. */
  readonly delayMs: number
  readonly faults: readonly Fault[]
  /** Faults begin so long after the start. */
  readonly faultsAfterMs: number
  readonly seed: number
  /** Requests that come sooner after a connect are swallowed. */
  readonly silenceAfterConnectMs: number
  /** Connections beyond so many are told "busy"; 0 for no limit. */
  readonly clients: number
  /** The present in ms; a test may set it. */
  readonly now: () => number
}

interface Client {
  readonly socket: Socket
  readonly connectedAtMs: number
  rest: Buffer
}

const nothing: Buffer = Buffer.alloc(0)

/** A Modbus server on a TCP port of its own, written without a Modbus library. */
export class TestDevice {
  readonly #settings: TestDeviceSettings
  readonly #server: Server
  readonly #clients = new Set<Client>()
  readonly #units: ReadonlyMap<number, Unit>
  readonly #startMs: number
  readonly #faults: FaultPlayer
  readonly #random: () => number
  #answered = 0

  constructor(settings: TestDeviceSettings) {
    this.#settings = settings
    this.#units = new Map(settings.units.map((unit) => [unit.unit, unit]))
    this.#startMs = settings.now()
    this.#random = randomFrom(settings.seed)
    this.#faults = new FaultPlayer(settings.faults, this.#random, this.#startMs + settings.faultsAfterMs)
    this.#server = createServer({ noDelay: true }, (socket) => this.#serve(socket))
  }

  /** Requests that have been answered so far. */
  get answered(): number {
    return this.#answered
  }

  /** Listens and gives the port; 0 lets the system choose. Rejects as node:net does (EADDRINUSE, EMFILE, ...). */
  listen(port: number, host = "127.0.0.1"): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject)
      this.#server.listen({ port, host, backlog: 511 }, () => {
        this.#server.off("error", reject)
        this.#server.on("error", () => {}) // a connection that could not be accepted is the client's to retry
        resolve((this.#server.address() as AddressInfo).port)
      })
    })
  }

  /** Ends all connections and stops listening; resolves when the port is free. */
  close(): Promise<void> {
    for (const { socket } of this.#clients) socket.destroy()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }

  #serve(socket: Socket): void {
    const client: Client = { socket, connectedAtMs: this.#settings.now(), rest: nothing }
    this.#clients.add(client)
    socket.on("error", () => {}) // a client that resets the connection is no fault of ours
    socket.on("close", () => this.#clients.delete(client))
    socket.on("data", (bytes: Buffer) => this.#receive(client, bytes))
  }

  /** Takes whole requests out of whatever has come, in parts or many at once, and answers them in one write. */
  #receive(client: Client, bytes: Buffer): void {
    const taken = this.#settings.framing.take(client.rest.length === 0 ? bytes : Buffer.concat([client.rest, bytes]))
    if (!taken) return void client.socket.destroy()
    client.rest = taken.rest
    const answers: Buffer[] = []
    for (const request of taken.requests) {
      const bytes = this.#reply(client, request)
      if (bytes) answers.push(bytes)
    }
    if (answers.length === 0) return
    const write = (): void => void (client.socket.writable && client.socket.write(answers.length === 1 ? answers[0]! : Buffer.concat(answers)))
    if (this.#settings.delayMs > 0) setTimeout(write, this.#settings.delayMs)
    else write()
  }

  /** The bytes of an answer, or null where there is none (yet). */
  #reply(client: Client, { transaction, unit, body }: Request): Buffer | null {
    const { framing, silenceAfterConnectMs, clients, now } = this.#settings
    const nowMs = now()
    if (nowMs - client.connectedAtMs < silenceAfterConnectMs) return null
    const refuse = (code: number): Buffer => framing.put(transaction, unit, exception(body[0] ?? 0, code))
    if (clients > 0 && [...this.#clients].indexOf(client) >= clients) return refuse(exceptionCode.busy)
    const device = this.#units.get(unit)
    // On a serial line nobody answers for a unit that is not there; a gateway says so.
    if (!device) return framing.isSerial ? null : refuse(exceptionCode.targetFailed)
    const asked = readRequest(body)
    if (typeof asked === "number") return refuse(asked)
    this.#answered++
    if (this.#settings.faults.length === 0 || nowMs - this.#startMs < this.#settings.faultsAfterMs) {
      return framing.put(transaction, unit, answer(asked, device.stretches(nowMs)))
    }
    const stretches = device.stretches(this.#faults.shownTime(nowMs, device))
    return this.#deliver(client, transaction, unit, this.#faults.deliver(answer(asked, stretches), asked, device, stretches))
  }

  #deliver(client: Client, transaction: number, unit: number, delivery: Delivery): Buffer | null {
    if (delivery.fate === "dropped") return null
    if (delivery.fate === "closed") {
      client.socket.end()
      return null
    }
    const frame = this.#settings.framing.put((transaction + delivery.transactionShift) & 0xffff, (unit + delivery.unitShift) & 0xff, delivery.body)
    const stray = Buffer.from(Array.from({ length: delivery.stray }, () => Math.floor(this.#random() * 256)))
    const bytes = delivery.stray > 0 ? Buffer.concat([stray, frame]) : frame
    if (delivery.delayMs === 0) return bytes
    setTimeout(() => void (client.socket.writable && client.socket.write(bytes)), delivery.delayMs + this.#settings.delayMs)
    return null
  }
}
