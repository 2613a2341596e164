import type pg from "pg"

/** Channel of NOTIFY; the payload names the area that got records. */
export const wakeChannel = "commonwatt_command_log"

const FIRST_PAUSE = 100
const LONGEST_PAUSE = 2_000

/**
 * Hears of appends by LISTEN. It only wakes: whoever waits looks for itself, and looks again after a while in any
 * case, so that a lost connection or a lost notice costs time and no record.
 */
export interface WakeUp {
  /** Appends heard of so far; read it before looking into the table. */
  readonly heard: (area: string) => number
  /** Resolves when more was heard of than `seen`, or after `milliseconds`, or when `signal` says so. */
  readonly wait: (area: string, seen: number, milliseconds: number, signal: AbortSignal) => Promise<void>
  readonly stop: () => void
}

/** Listens on a connection of its own out of the pool and takes a new one, with growing pauses, whenever that breaks. */
export const listenForAppends = (pool: pg.Pool): WakeUp => {
  const counts = new Map<string, number>()
  const waiting = new Map<string, Set<() => void>>()
  let stopped = false
  let pause = FIRST_PAUSE
  let retry: NodeJS.Timeout | undefined
  let release: (() => void) | undefined

  const wake = (area: string): void => {
    counts.set(area, (counts.get(area) ?? 0) + 1)
    for (const go of waiting.get(area) ?? []) go()
  }

  const again = (): void => {
    release = undefined
    if (stopped) return
    retry = setTimeout(() => void listen(), pause)
    pause = Math.min(pause * 2, LONGEST_PAUSE)
  }

  const listen = async (): Promise<void> => {
    try {
      const client = await pool.connect()
      let released = false
      const lost = (): void => {
        if (released) return
        released = true
        client.release(true)
        again()
      }
      client.on("error", lost).on("end", lost)
      client.on("notification", ({ payload }) => wake(payload ?? ""))
      release = lost
      if (stopped) return lost()
      await client.query(`listen ${wakeChannel}`)
      pause = FIRST_PAUSE
    } catch {
      if (release) release()
      else again()
    }
  }

  const wait = (area: string, seen: number, milliseconds: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if ((counts.get(area) ?? 0) !== seen || signal.aborted) return resolve()
      const sleepers = waiting.get(area) ?? new Set()
      waiting.set(area, sleepers)
      const go = (): void => {
        sleepers.delete(go)
        clearTimeout(timer)
        signal.removeEventListener("abort", go)
        resolve()
      }
      const timer = setTimeout(go, milliseconds)
      signal.addEventListener("abort", go)
      sleepers.add(go)
    })

  const stop = (): void => {
    stopped = true
    clearTimeout(retry)
    release?.()
  }

  void listen()
  return { heard: (area) => counts.get(area) ?? 0, wait, stop }
}
