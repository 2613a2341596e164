import { connect, type Socket } from "node:net"
import modbusSerial from "modbus-serial"
import { AnswerTimeout, Closed, ConnectFailed, ConnectTimeout, DeviceException, WrongAnswer, type ModbusError } from "./errors.ts"
import { FrameGuard, type Question } from "./frame-guard.ts"

// The library is CommonJS: the class is a member of its default export.
const ModbusClient = modbusSerial.default

/** Where a session connects and how long it waits. */
export interface SessionSettings {
  readonly host: string
  readonly port: number
  readonly connectTimeoutMs: number
  readonly answerTimeoutMs: number
}

interface Pending {
  readonly question: Question
  readonly timer: NodeJS.Timeout
  readonly resolve: (words: readonly number[]) => void
  readonly reject: (error: ModbusError) => void
}

/** modbus-serial numbers its requests 1, 2, ... modulo this, and never forgets an old one. */
const transactionNumbers = 256

/**
 * One TCP connection from its first packet to its end. It is never revived: after any doubt about the stream
 * it ends, and every request in flight is settled with the reason.
 *
 * modbus-serial speaks the protocol, but the socket, the timers and the promises belong to the session,
 * because the library leaves requests of a closed connection unsettled and accepts late answers.
 */
export class Session {
  /** Resolves when TCP is connected; rejects with the reason if it never will be. */
  readonly opened: Promise<void>
  readonly #client = new ModbusClient()
  readonly #socket: Socket
  readonly #port: number
  readonly #answerTimeoutMs: number
  readonly #pending = new Map<number, Pending>()
  readonly #onEnd: (reason: ModbusError) => void
  #nextTransaction = 1
  #isOpen = false
  #ended: ModbusError | null = null
  #rejectOpened: (reason: ModbusError) => void = () => {}

  /** Starts to connect at once. `onEnd` is called exactly once, when the session is over. */
  constructor(settings: SessionSettings, onEnd: (reason: ModbusError) => void) {
    this.#onEnd = onEnd
    this.#port = settings.port
    this.#answerTimeoutMs = settings.answerTimeoutMs
    this.#socket = connect({ host: settings.host, port: settings.port, noDelay: true })
    const guard = new FrameGuard((transaction) => this.#pending.get(transaction)?.question)
    // Registered before the library's own listener, so nothing unchecked reaches it.
    this.#socket.on("data", (bytes) => {
      const problem = guard.push(bytes)
      if (problem) this.end(new WrongAnswer(problem))
    })
    this.#socket.on("error", (error: NodeJS.ErrnoException) => this.end(
      this.#isOpen ? new Closed(`connection broke: ${error.code}`) : new ConnectFailed(error.code ?? error.message)))
    this.#socket.on("end", () => this.end(new Closed("the device closed the connection")))
    this.#socket.on("close", () => this.end(new Closed("the connection closed")))
    this.opened = new Promise((resolve, reject) => {
      this.#rejectOpened = reject
      const timer = setTimeout(() => this.end(new ConnectTimeout("no connection in time")), settings.connectTimeoutMs)
      this.#socket.once("close", () => clearTimeout(timer))
      this.#socket.once("connect", () => {
        clearTimeout(timer)
        this.#link(resolve)
      })
    })
    this.opened.catch(() => {}) // the end is reported by onEnd too
  }

  #link(resolve: () => void): void {
    this.#client.on("error", () => {}) // the socket's own listeners have the facts
    this.#client.linkTCP(this.#socket, { port: this.#port }, () => {
      this.#isOpen = true
      resolve()
    })
  }

  /** True while one more request may be sent without overtaking `depth` or reusing a number in flight. */
  hasRoom(depth: number): boolean {
    return this.#pending.size < depth && !this.#pending.has(this.#nextTransaction)
  }

  /** Sends one question; the promise always settles, at the latest after the answer timeout. */
  ask(question: Question): Promise<readonly number[]> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended)
      const transaction = this.#nextTransaction
      this.#nextTransaction = (transaction + 1) % transactionNumbers
      const timer = setTimeout(() => this.#timeOut(transaction), this.#answerTimeoutMs)
      this.#pending.set(transaction, { question, timer, resolve, reject })
      this.#send(question, (error, words) => this.#settle(transaction, error, words))
    })
  }

  /** Only the calls that carry the unit id are safe: `setID` and an await mix up the units. */
  #send(question: Question, done: (error: unknown, words: readonly number[]) => void): void {
    const { unit, address, words } = question
    const next = (error: unknown, answer?: { data: readonly number[] }): void => done(error, answer?.data ?? [])
    if (question.functionCode === 3) this.#client.writeFC3(unit, address, words, next)
    else this.#client.writeFC4(unit, address, words, next)
  }

  #settle(transaction: number, error: unknown, words: readonly number[]): void {
    const pending = this.#pending.get(transaction)
    if (!pending) return
    const code = (error as { modbusCode?: unknown } | null)?.modbusCode
    if (typeof code !== "number" && (error || words.length !== pending.question.words)) {
      return this.end(new WrongAnswer(error instanceof Error ? error.message : "answer of wrong length"))
    }
    this.#pending.delete(transaction)
    clearTimeout(pending.timer)
    if (typeof code === "number") pending.reject(new DeviceException(code))
    else pending.resolve(words)
  }

  #timeOut(transaction: number): void {
    const pending = this.#pending.get(transaction)
    if (!pending) return
    this.#pending.delete(transaction)
    const reason = new AnswerTimeout(`no answer in ${this.#answerTimeoutMs} ms`)
    pending.reject(reason)
    this.end(reason)
  }

  /** Ends the connection and settles everything in flight. The first reason stands. */
  end(reason: ModbusError): void {
    if (this.#ended) return
    this.#ended = reason
    this.#socket.destroy()
    this.#rejectOpened(reason)
    const others = reason instanceof AnswerTimeout ? new Closed("dropped after another request got no answer") : reason
    for (const pending of this.#pending.values()) {
      clearTimeout(pending.timer)
      pending.reject(others)
    }
    this.#pending.clear()
    this.#onEnd(reason)
  }
}
