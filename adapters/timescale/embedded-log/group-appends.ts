/** Most bytes of records in one transaction, beyond those of its first append. */
const GROUP_BYTES = 4 << 20

interface WaitingAppend {
  readonly records: ReadonlyArray<Uint8Array>
  readonly resolve: () => void
  readonly reject: (cause: unknown) => void
}

/** Bytes of all records together. */
const bytesOf = (records: ReadonlyArray<Uint8Array>): number => records.reduce((sum, record) => sum + record.length, 0)

/**
 * Groups the appends to one area: while one commit runs the next appends wait, and the next commit takes them all.
 * There is no timer, so a lone append waits for nobody. The promise rejects with what `commit` threw; appends that
 * waited behind a failed commit fail with it, so that an outage keeps nobody waiting longer than one commit takes.
 */
export const groupAppends = (
  commit: (records: ReadonlyArray<Uint8Array>) => Promise<void>
): ((records: ReadonlyArray<Uint8Array>) => Promise<void>) => {
  const waiting: WaitingAppend[] = []
  let committing = false

  const nextGroup = (): WaitingAppend[] => {
    let bytes = 0
    const end = waiting.findIndex(({ records }, index) => (bytes += bytesOf(records)) > GROUP_BYTES && index > 0)
    return waiting.splice(0, end === -1 ? waiting.length : end)
  }

  const drain = async (): Promise<void> => {
    committing = true
    while (waiting.length > 0) {
      const group = nextGroup()
      try {
        await commit(group.flatMap(({ records }) => records))
        for (const { resolve } of group) resolve()
      } catch (cause) {
        for (const { reject } of [...group, ...waiting.splice(0)]) reject(cause)
      }
    }
    committing = false
  }

  return (records) =>
    new Promise((resolve, reject) => {
      waiting.push({ records, resolve, reject })
      if (!committing) void drain()
    })
}
