/** A file that is no capture, or one that nothing can be read from: what is wrong, and what would be right. */
export class UnreadableCapture extends Error {
  override readonly name = "UnreadableCapture"
}

/** The largest file that is read: about half a million polls. */
export const mostBytes = 64 * 1_048_576

/** Packets, lines or blocks beyond this number end the reading with an error, however the file came to hold them. */
export const mostPieces = 2_000_000
