import { createRequire } from "node:module"

interface RequestQueue {
  readonly pending: readonly unknown[]
  throttledUntil: number
  throttleCheckTimeoutId: NodeJS.Timeout | null
  checkPendingRequests(): void
}

const pauseMs = 10

/**
 * Stops kafkajs 2.2.4 from looking at every idle connection once a millisecond on Node >= 24, and from warning about
 * negative timeouts there (tulios/kafkajs#1751): its timer is armed only while requests wait. May be called twice.
 */
export const fixIdlePolling = (): void => {
  const load = createRequire(import.meta.url)
  const queue = load("kafkajs/src/network/requestQueue/index.js") as { prototype: Record<string, unknown> }
  queue.prototype["scheduleCheckPendingRequests"] = function (this: RequestQueue): void {
    if (this.throttleCheckTimeoutId !== null && this.throttleCheckTimeoutId !== undefined) return
    if (this.pending.length === 0) return
    const wait = Math.max(this.throttledUntil - Date.now(), pauseMs)
    this.throttleCheckTimeoutId = setTimeout(() => {
      this.throttleCheckTimeoutId = null
      this.checkPendingRequests()
    }, wait)
  }
}
