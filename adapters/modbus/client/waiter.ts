/**
 * Who waits for an outcome: exactly one of the two is called, once. Between a connection and a poll outcomes go
 * from call to call; a promise for each step would double what a poll costs (docs/decisions/0025).
 */
export interface Waiter<Value> {
  resolve(value: Value): void
  reject(error: unknown): void
}

/** The outcome of a call with a waiter, as a promise. */
export const promised = <Value>(ask: (waiter: Waiter<Value>) => void): Promise<Value> =>
  new Promise((resolve, reject) => ask({ resolve, reject }))
