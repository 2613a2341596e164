import { Effect } from "effect"
import { equalBytes } from "../../core/quantity/bytes.ts"
import { decodeState, emptyState, snapshotHash, stateHash, type AreaState } from "../../core/state.ts"
import { step } from "../../core/step.ts"
import { journaledRecord } from "../intake/check-record.ts"
import { Journal, JournalCorrupt, type JournalHead } from "../ports/driven/journal.ts"

/** Records replayed at a time. */
const REPLAY_STEP = 1_000

/** Applies journaled records to `state` from where it stands until the journal ends or `until` is reached. */
const replayOnto = Effect.fnUntraced(function* (area: string, state: AreaState, until: number, onProgress: (position: number) => void) {
  const journal = yield* Journal
  while (state.nextPosition < until) {
    const records = yield* journal.replay(area, state.nextPosition, Math.min(REPLAY_STEP, until - state.nextPosition))
    if (records.length === 0) return yield* new JournalCorrupt({ area, reason: `position ${state.nextPosition} is missing` })
    for (const { position, recordHash, verdict, bytes } of records) {
      if (bytes === undefined) return yield* new JournalCorrupt({ area, reason: `the record at ${position} was erased: replay needs a snapshot behind it` })
      step(state, journaledRecord(position, recordHash, verdict, bytes))
    }
    onProgress(state.nextPosition)
  }
  return state
})

/** The state by replay of the whole journal: the audit of every shortcut. */
export const replayFromGenesis = Effect.fn("replayFromGenesis")(function* (area: string, head: JournalHead) {
  return yield* replayOnto(area, emptyState(), head.nextPosition, () => undefined)
})

/** A state, and the position of the snapshot it was built on: 0 where there was none. */
export interface Recovered {
  readonly state: AreaState
  readonly snapshotAt: number
}

/**
 * The state as the journal stands at `head`: the newest snapshot, then the tail. State is a cache of the journal; a
 * snapshot that does not match its hash, or a tail that leads to another state hash, stops the engine.
 */
export const recoverState = Effect.fn("recoverState")(function* (area: string, head: JournalHead, onProgress: (position: number) => void) {
  const journal = yield* Journal
  const snapshot = yield* journal.latestSnapshot(area)
  if (snapshot !== undefined && !equalBytes(snapshotHash(snapshot.state), snapshot.hash)) {
    return yield* new JournalCorrupt({ area, reason: `the snapshot at ${snapshot.nextPosition} does not match its hash` })
  }
  if (snapshot !== undefined && snapshot.nextPosition > head.nextPosition) {
    return yield* new JournalCorrupt({ area, reason: `the snapshot at ${snapshot.nextPosition} is ahead of the journal, which ends at ${head.nextPosition}` })
  }
  const state = snapshot === undefined ? emptyState() : decodeState(snapshot.state)
  yield* replayOnto(area, state, head.nextPosition, onProgress)
  if (head.nextPosition > 0 && stateHash(state) !== head.stateHash) {
    return yield* new JournalCorrupt({ area, reason: `replay leads to state hash ${stateHash(state)}, the journal says ${head.stateHash}` })
  }
  return { state, snapshotAt: snapshot?.nextPosition ?? 0 } satisfies Recovered
})
