import { MbapGuard } from "../../adapters/modbus/client/frame-guard.ts"
import { LibraryCodec, type Decoded } from "../../adapters/modbus/client/library-codec.ts"
import { RtuGuard } from "../../adapters/modbus/client/rtu-guard.ts"
import type { Asked } from "./frames.ts"
import type { Random } from "./random.ts"

/** What came of a stream: words, a refusal, a complaint, or still waiting (which ends in a timeout). */
export type Received =
  | { readonly kind: "answer"; readonly words: readonly number[] }
  | { readonly kind: "refusal"; readonly code: number }
  | { readonly kind: "refused"; readonly problem: string }
  | { readonly kind: "waiting" }

const codec = new LibraryCodec()

const receivedOf = (decoded: Decoded): Received => {
  if (typeof decoded === "number") return { kind: "refusal", code: decoded }
  return typeof decoded === "string" ? { kind: "refused", problem: decoded } : { kind: "answer", words: decoded }
}

/**
 * Feeds a stream, cut into random pieces, to the guard and the library behind it, as a session does. As there, an
 * answer counts only if nothing wrong follows in what has come by then.
 */
export const receive = (asked: Asked, stream: Buffer, random: Random): Received => {
  let received: Received = { kind: "waiting" }
  const encoded = codec.encode(asked)
  const inFlight = new Map([[asked.transaction, { question: asked }]])
  const answered = (_: number, bytes: Buffer, start: number, end: number): void => {
    inFlight.clear()
    received = receivedOf(encoded.decode(bytes, start, end))
  }
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
