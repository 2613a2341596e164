/** Reads register values out of a file: an image as JSON, a capture of packets, or the trace of a log. */
import { readFileSync, statSync } from "node:fs"
import { readImage } from "../test-device/register-image.ts"
import { emptyTally, placeOf, type CapturedAnswer, type Tally } from "./match-answers.ts"
import { isPcap, pcapPackets } from "./pcap.ts"
import { isPcapng, pcapngPackets } from "./pcapng.ts"
import { answersOfPackets } from "./read-packets.ts"
import { answersOfTrace } from "./read-trace.ts"
import { mostBytes, UnreadableCapture } from "./unreadable-capture.ts"

/** What a file holds. */
export interface Capture {
  /** An image is of one moment; answers were seen one after another. */
  readonly kind: "image" | "packets" | "trace"
  /** For each place the last words that were seen there, the latest first. */
  readonly answers: readonly CapturedAnswer[]
  /** What was counted on the way; null for an image. */
  readonly tally: Tally | null
}

const latestOf = (answers: Iterable<CapturedAnswer>): readonly CapturedAnswer[] => {
  const latest = new Map<string, CapturedAnswer>()
  for (const answer of answers) {
    const key = placeOf(answer)
    latest.delete(key) // so that a place seen again is the last in order, too
    latest.set(key, answer)
  }
  return [...latest.values()].toReversed()
}

const nothing = ({ requests, refusals, unmatched }: Tally): UnreadableCapture => new UnreadableCapture(
  requests + refusals + unmatched === 0
    ? "no Modbus frame that reads registers was found"
    : `no answer with registers was found: ${requests} questions, ${refusals} refusals, ${unmatched} answers whose question is not there`
)

const ofConversation = (kind: "packets" | "trace", read: (tally: Tally) => Iterable<CapturedAnswer>): Capture => {
  const tally = emptyTally()
  const answers = latestOf(read(tally))
  if (answers.length === 0) throw nothing(tally)
  return { kind, answers, tally }
}

const textOf = (bytes: Buffer): string => {
  const [first, second] = bytes
  const isWide = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  return new TextDecoder(isWide ? (first === 0xff ? "utf-16le" : "utf-16be") : "utf-8").decode(bytes)
}

/**
 * The answers in a file's bytes. `unit` is what an image's blocks belong to where they name none; `file` appears in
 * errors. Throws UnreadableCapture, or InvalidProfile for an image with mistakes.
 */
export const captureOf = (bytes: Buffer, file: string, unit: number): Capture => {
  if (isPcap(bytes)) return ofConversation("packets", (tally) => answersOfPackets(pcapPackets(bytes), tally))
  if (isPcapng(bytes)) return ofConversation("packets", (tally) => answersOfPackets(pcapngPackets(bytes), tally))
  const text = textOf(bytes)
  // A trace may begin with a bracket too ("[00][01]"), an image only with one before braces or words.
  if (/^\s*(\{|\[\s*(\{|\]))/.test(text)) {
    return { kind: "image", answers: readImage(text, file, unit).map((block) => ({ ...block, atMs: null })).toReversed(), tally: null }
  }
  return ofConversation("trace", (tally) => answersOfTrace(text, tally))
}

/** Reads a file as `captureOf` does. Throws UnreadableCapture for one that is too large too. */
export const readCapture = (file: string, unit: number): Capture => {
  const { size } = statSync(file)
  if (size > mostBytes) throw new UnreadableCapture(`the file has ${size} bytes, more than ${mostBytes}; cut the part with the meter out of it`)
  return captureOf(readFileSync(file), file, unit)
}
