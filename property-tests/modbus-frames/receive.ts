import modbusSerial from "modbus-serial"
import { MbapGuard } from "../../adapters/modbus/client/frame-guard.ts"
import { LibraryPort } from "../../adapters/modbus/client/library-port.ts"
import { RtuGuard } from "../../adapters/modbus/client/rtu-guard.ts"
import type { Asked } from "./frames.ts"
import type { Random } from "./random.ts"

/** What came of a stream: words, a refusal, a complaint, or still waiting (which ends in a timeout). */
export type Received =
  | { readonly kind: "answer"; readonly words: readonly number[] }
  | { readonly kind: "refusal"; readonly code: number }
  | { readonly kind: "refused"; readonly problem: string }
  | { readonly kind: "waiting" }

const port = new LibraryPort(() => {})
const client = new modbusSerial.default(port)
client.open()

/**
 * Feeds a stream, cut into random pieces, to the guard and the library behind it, as a session does. As there, an
 * answer counts only if nothing wrong follows in what has come by then.
 */
export const receive = (asked: Asked, stream: Buffer, random: Random): Received => {
  let received: Received = { kind: "waiting" }
  const inFlight = new Map([[asked.transaction, { question: asked }]])
  const answered = (_: number, bytes: Buffer, start: number, end: number): void => {
    inFlight.clear()
    port.deliver(0, bytes, start, end)
  }
  port._transactionIdWrite = 0
  client[asked.functionCode === 3 ? "writeFC3" : "writeFC4"](asked.unit, asked.address, asked.words, (error: unknown, answer?: { data: readonly number[] }) => {
    const code = (error as { modbusCode?: number } | null)?.modbusCode
    if (code !== undefined) received = { kind: "refusal", code }
    else received = error ? { kind: "refused", problem: (error as Error).message } : { kind: "answer", words: answer!.data }
  })
  const guard = asked.envelope === "rtu"
    ? new RtuGuard(() => inFlight.get(asked.transaction)?.question, answered)
    : new MbapGuard(inFlight, answered)
  const pieces = random.below(3) === 0 ? 1 + random.below(4) : 1
  for (let piece = 0, from = 0; piece < pieces; piece++) {
    const to = piece === pieces - 1 ? stream.length : from + random.below(stream.length - from + 1)
    if (to === from) continue
    // The link's buffer is used again after each call.
    const bytes = Buffer.from(stream.subarray(from, to))
    const problem = guard.push(bytes)
    bytes.fill(0xee)
    if (problem) return { kind: "refused", problem }
    from = to
  }
  return received
}
