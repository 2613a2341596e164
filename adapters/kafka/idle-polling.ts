import { createRequire } from "node:module"

interface RequestQueue {
  readonly pending: readonly unknown[]
  throttledUntil: number
  throttleCheckTimeoutId: NodeJS.Timeout | null
  checkPendingRequests(): void
}

/** Milliseconds between two looks at requests that wait for the broker's throttling to end. */
const THROTTLE_CHECK = 10

/**
 * Stops kafkajs 2.2.4 from looking at every idle connection once a millisecond on Node >= 24 (tulios/kafkajs#1751):
 * its timer is armed only while requests wait. May be called twice.
 */
export const stopIdlePolling = (): void => {
  const load = createRequire(import.meta.url)
  const queue = load("kafkajs/src/network/requestQueue/index.js") as { prototype: Record<string, unknown> }
  queue.prototype["scheduleCheckPendingRequests"] = function (this: RequestQueue): void {
    if (this.throttleCheckTimeoutId || this.pending.length === 0) return
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null
        this.checkPendingRequests()
      },
      Math.max(this.throttledUntil - Date.now(), THROTTLE_CHECK)
    )
  }
}
