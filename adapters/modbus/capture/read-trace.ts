/** From the lines of a log to the answers of devices. */
import { Conversation, type CapturedAnswer, type Tally } from "./match-answers.ts"
import { tracedFrame } from "./trace-line.ts"
import { mostPieces, UnreadableCapture } from "./unreadable-capture.ts"

/** All answers in their order; lines without a frame are passed over. Throws UnreadableCapture for too many lines. */
export function* answersOfTrace(text: string, tally: Tally): Generator<CapturedAnswer> {
  const overTcp = new Conversation(tally, false)
  const overSerial = new Conversation(tally, true)
  let count = 0
  for (const [line] of text.matchAll(/[^\r\n]+/g)) {
    if (++count > mostPieces) throw new UnreadableCapture(`the trace has more than ${mostPieces} lines`)
    const frame = tracedFrame(line)
    const answer = frame && (frame.transaction === null ? overSerial : overTcp).add(frame.transaction ?? 0, frame.message, null)
    if (answer) yield answer
  }
}
