/** Phases of a book: orders are matched as they come, or collected for the call. 0 is no book. */
export const OPEN_PHASE = 1
export const CALL_PHASE = 2
