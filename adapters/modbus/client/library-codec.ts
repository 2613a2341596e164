import modbusSerial from "modbus-serial"
import { LibraryPort } from "./library-port.ts"
import type { Question } from "./question.ts"

// The library is CommonJS: the class is a member of its default export.
const ModbusClient = modbusSerial.default

/** What the library makes of an answer: its words, the code of an exception, or a complaint. */
export type Decoded = readonly number[] | number | string

/** One question as the library knows it: it stands under a number of its own, and its answer is read by that. */
export interface EncodedQuestion {
  /** Unit, function code, address, count and CRC. Not to be changed. */
  readonly frame: Buffer
  /** Reads an answer that has passed its guard (from its unit id up to the end of its data). */
  decode(bytes: Buffer, start: number, end: number): Decoded
}

const mostQuestions = 4_096

/**
 * modbus-serial as encoder and decoder, one for all lines of this process. The library remembers what it asked and
 * reads an answer against that; as both happen within one call here, all lines may share that memory. Ten thousand
 * meters are asked a handful of different questions, so each is encoded once.
 */
export class LibraryCodec {
  #known = new Map<number, EncodedQuestion>()
  #client!: InstanceType<typeof ModbusClient>
  #port!: LibraryPort
  #written: Buffer = Buffer.alloc(0)
  #decoded: Decoded = "no answer"

  constructor() {
    this.#startOver()
  }

  /** The question in the library's frame. */
  encode(question: Question): EncodedQuestion {
    const { unit, functionCode, address, words } = question
    const key = ((unit * 65_536 + address) * 256 + words) * 2 + (functionCode - 3)
    const known = this.#known.get(key)
    if (known) return known
    if (this.#known.size >= mostQuestions) this.#startOver()
    const encoded = this.#ask(question)
    this.#known.set(key, encoded)
    return encoded
  }

  /** A fresh library in place of one that remembers too many questions; those of the old one stay good. */
  #startOver(): void {
    this.#known = new Map()
    this.#port = new LibraryPort((frame) => { this.#written = frame })
    this.#client = new ModbusClient(this.#port)
    this.#client.open()
  }

  #ask({ unit, functionCode, address, words }: Question): EncodedQuestion {
    const port = this.#port
    const place = this.#known.size
    port._transactionIdWrite = place
    const done = (error: unknown, answer?: { data: readonly number[] }): void => { this.#decoded = decodedOf(error, answer) }
    // Only the calls that carry the unit id are safe: `setID` and an await mix up the units.
    if (functionCode === 3) this.#client.writeFC3(unit, address, words, done)
    else this.#client.writeFC4(unit, address, words, done)
    return {
      frame: this.#written,
      decode: (bytes, start, end) => {
        this.#decoded = "no answer"
        port.deliver(place, bytes, start, end)
        return this.#decoded
      }
    }
  }
}

const decodedOf = (error: unknown, answer: { data: readonly number[] } | undefined): Decoded => {
  const code = (error as { modbusCode?: unknown } | null)?.modbusCode
  if (typeof code === "number") return code
  if (error || !answer) return error instanceof Error ? error.message : "no answer"
  return answer.data
}
